// What a supervisor shows over HTTP, put together: the metrics, and the dashboard page with the past that it keeps for it.
import type { Config } from '../../config/configuration.ts';
import type { StatusModel } from '../../state/status/status-table.ts';
import type { Metric } from '../metrics/exposition.ts';
import { pageFolder, readAssets } from './assets.ts';
import { dashboardDocument } from './dashboard-document.ts';
import { startWebServer, type WebRequest, type WebServer } from './http-server.ts';
import { RateHistory, type RateSample } from './rate-history.ts';
import { answer, type Content } from './routes.ts';

export interface SiteSources {
  metrics: () => readonly Metric[];
  status: () => StatusModel;
}

export class Site {
  readonly metricsUrl: string;
  /** Null where there is no page: turned off, or its files are missing. */
  readonly dashboardUrl: string | null;
  readonly #server: WebServer;
  readonly #history: RateHistory;

  private constructor(server: WebServer, hasPage: boolean, history: RateHistory) {
    this.#server = server;
    this.#history = history;
    this.metricsUrl = `${server.origin}/metrics`;
    this.dashboardUrl = hasPage ? `${server.origin}/` : null;
  }

  /**
   * Listens at once; `sources` gives null until there is something to show, and `onDefect` hears of an answer that failed.
   * Throws `PORT_IN_USE` or `NO_PERMISSION`.
   */
  static async open(
    { host, metricsPort, dashboard }: Config['gateway'],
    sources: () => SiteSources | null,
    onDefect?: (defect: unknown) => void,
  ): Promise<Site> {
    const history = new RateHistory();
    const assets = dashboard ? readAssets(pageFolder()) : null;
    const contentOf = ({ metrics, status }: SiteSources): Content => ({
      metrics,
      dashboard: assets && {
        assets,
        document: (since) =>
          dashboardDocument({ nowMs: Date.now(), page: assets.digest, status: status(), history, since }),
      },
    });
    const answerNow = (request: WebRequest) => {
      const shown = sources();
      return shown === null ? null : answer(request, contentOf(shown));
    };
    const server = await startWebServer({ host, port: metricsPort }, answerNow, onDefect);
    return new Site(server, assets !== null, history);
  }

  /** Takes the rate of now into the past. */
  remember(sample: RateSample): void {
    this.#history.add(sample);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

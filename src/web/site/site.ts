// What a supervisor shows over HTTP, put together: the metrics, the past, and the dashboard page.
import type { Config } from '../../config/configuration.ts';
import type { KeptHistory } from '../../state/history/history-document.ts';
import type { StatusModel } from '../../state/status/status-table.ts';
import type { Metric } from '../metrics/exposition.ts';
import { pageFolder, readAssets } from './assets.ts';
import { dashboardDocument, historyOf } from './dashboard-document.ts';
import { startWebServer, type WebRefusal, type WebRequest, type WebServer } from './http-server.ts';
import { answer, type Content } from './routes.ts';

export interface SiteSources {
  metrics: () => readonly Metric[];
  status: () => StatusModel;
  history: KeptHistory;
}

/** A path that is there in a moment is not missing: a scraper or a page asks again. */
const STARTING: WebRefusal = { status: 503, words: 'pearlctl is starting' };

export class Site {
  readonly metricsUrl: string;
  /** Null where there is no page: turned off, or its files are missing. */
  readonly dashboardUrl: string | null;
  readonly #server: WebServer;

  private constructor(server: WebServer, hasPage: boolean) {
    this.#server = server;
    this.metricsUrl = `${server.origin}/metrics`;
    this.dashboardUrl = hasPage ? `${server.origin}/` : null;
  }

  /**
   * Listens at once; `sources` gives null until there is something to show, and 503 is answered meanwhile. `onDefect` hears of
   * an answer that failed. Throws `PORT_IN_USE` or `NO_PERMISSION`.
   */
  static async open(
    { host, metricsPort, dashboard }: Config['gateway'],
    sources: () => SiteSources | null,
    onDefect?: (defect: unknown) => void,
  ): Promise<Site> {
    const assets = dashboard ? readAssets(pageFolder()) : null;
    const contentOf = ({ metrics, status, history }: SiteSources): Content => ({
      metrics,
      history: (asked) => historyOf(history, asked, Date.now()),
      dashboard: assets && {
        assets,
        document: (asked) => dashboardDocument({ page: assets.digest, status: status(), history }, asked, Date.now()),
      },
    });
    const answerNow = (request: WebRequest) => {
      const shown = sources();
      return shown === null ? STARTING : answer(request, contentOf(shown));
    };
    const server = await startWebServer({ host, port: metricsPort }, answerNow, onDefect);
    return new Site(server, assets !== null);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

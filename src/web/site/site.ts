// What a supervisor shows over HTTP, put together: the metrics, the past, and the dashboard page.
import type { Config } from '../../config/configuration.ts';
import type { HistoryDocument, KeptHistory } from '../../state/history/history-document.ts';
import type { StatusModel } from '../../state/status/status-table.ts';
import { METRICS_CONTENT_TYPE, type Metric, renderMetrics } from '../metrics/exposition.ts';
import { type Assets, pageFolder, readAssets } from './assets.ts';
import {
  askedOf,
  type DashboardDocument,
  dashboardDocument,
  type HistoryRequest,
  historyOf,
} from './dashboard-document.ts';
import { type Reply, startWebServer, type WebRequest, type WebServer } from './http-server.ts';

export interface SiteSources {
  metrics: () => readonly Metric[];
  status: () => StatusModel;
  history: KeptHistory;
}

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
   * Listens at once; `sources` gives null until there is something to show, and `onDefect` hears of an answer that failed.
   * Throws `PORT_IN_USE` or `NO_PERMISSION`.
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
      return shown === null ? null : answer(request, contentOf(shown));
    };
    const server = await startWebServer({ host, port: metricsPort }, answerNow, onDefect);
    return new Site(server, assets !== null);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

export interface Content {
  metrics: () => readonly Metric[];
  history: (asked: HistoryRequest) => HistoryDocument;
  /** Null where there is no page: turned off, or its files are missing. */
  dashboard: { assets: Assets; document: (asked: HistoryRequest) => DashboardDocument } | null;
}

/** The page may ask here alone; which style and script it has, its template says. It makes no script of text. */
const PAGE_POLICY =
  "default-src 'none'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

/** What is answered at which path: `/metrics` for Prometheus, `/api/history`, and the dashboard page with its JSON. */
export function answer(request: WebRequest, { metrics, history, dashboard }: Content): Reply | null {
  if (request.path === '/metrics') return fresh(METRICS_CONTENT_TYPE, renderMetrics(metrics()));
  if (request.path === '/api/history') return json(history(askedOf(request.query)));
  if (dashboard === null) return null;
  if (request.path === '/dashboard.json') return json(dashboard.document(askedOf(request.query)));
  const { page, icon } = dashboard.assets;
  if (request.path === '/icon.svg') return fresh('image/svg+xml', icon);
  if (request.path !== '/') return null;
  const reply = fresh('text/html; charset=utf-8', page.render(dashboard.document(askedOf(request.query))));
  return { ...reply, headers: { ...reply.headers, 'Content-Security-Policy': `${PAGE_POLICY}; ${page.policy}` } };
}

function json(document: object): Reply {
  return fresh('application/json; charset=utf-8', `${JSON.stringify(document)}\n`);
}

function fresh(type: string, body: string | Buffer): Reply {
  return { status: 200, headers: { 'Content-Type': type, 'Cache-Control': 'no-store' }, body };
}

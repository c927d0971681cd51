// What is answered at which path: `/metrics` for Prometheus, `/api/history`, and the dashboard page with its JSON. Pure: what they show is
// handed in.
import type { HistoryDocument } from '../../state/history/history-document.ts';
import { METRICS_CONTENT_TYPE, type Metric, renderMetrics } from '../metrics/exposition.ts';
import type { Assets } from './assets.ts';
import { askedOf, type DashboardDocument, type HistoryRequest } from './dashboard-document.ts';
import type { Reply, WebRequest } from './http-server.ts';

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

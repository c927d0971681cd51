// What is answered at which path: `/metrics` for Prometheus, and the dashboard page with its JSON. Pure: what they show is
// handed in.
import { METRICS_CONTENT_TYPE, type Metric, renderMetrics } from '../metrics/exposition.ts';
import type { Assets } from './assets.ts';
import type { DashboardDocument } from './document.ts';
import type { Reply, WebRequest } from './server.ts';

export interface Content {
  metrics: () => readonly Metric[];
  /** Null where there is no page: turned off, or its files are missing. */
  dashboard: { assets: Assets; document: (since: string | null) => DashboardDocument } | null;
}

export function answer(request: WebRequest, { metrics, dashboard }: Content): Reply | null {
  if (request.path === '/metrics') return fresh(METRICS_CONTENT_TYPE, renderMetrics(metrics()));
  if (dashboard === null) return null;
  if (request.path === '/dashboard.json') {
    const document = dashboard.document(request.query.get('since'));
    return fresh('application/json; charset=utf-8', `${JSON.stringify(document)}\n`);
  }
  const asset = dashboard.assets.byPath.get(request.path);
  if (asset === undefined) return null;
  // Asked for each time, so that a page never mixes files of two versions; unchanged, it is not sent again.
  const headers = { 'Content-Type': asset.type, 'Cache-Control': 'no-cache', ETag: asset.tag };
  if (request.ifNoneMatch === asset.tag) return { status: 304, headers, body: '' };
  return { status: 200, headers, body: asset.body };
}

function fresh(type: string, body: string): Reply {
  return { status: 200, headers: { 'Content-Type': type, 'Cache-Control': 'no-store' }, body };
}

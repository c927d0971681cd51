// The JSON behind the page, `/dashboard.json`: the model of `status --json` as it is, and the rate's past. Pure. Its keys are
// only ever added, as documented in docs/dashboard.md.
import type { StatusModel } from '../../state/status/status-table.ts';
import type { RateHistory, RatePast } from './rate-history.ts';

export interface DashboardDocument {
  schemaVersion: 1;
  /** When this was said, ISO 8601, UTC: ages are counted from it, not from the reader's clock. */
  at: string;
  /** Of the page's own files: another one means that the page on the screen is of another version. */
  page: string;
  status: StatusModel;
  history: RatePast;
}

export interface DashboardFacts {
  nowMs: number;
  page: string;
  status: StatusModel;
  history: RateHistory;
  /** The `since` of the query: Unix seconds, as in the last point that the reader has. */
  since: string | null;
}

export function dashboardDocument({ nowMs, page, status, history, since }: DashboardFacts): DashboardDocument {
  return {
    schemaVersion: 1,
    at: new Date(nowMs).toISOString(),
    page,
    status: withoutLogLines(status),
    history: history.since(sinceSeconds(since)),
  };
}

function sinceSeconds(text: string | null): number {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : Number.NEGATIVE_INFINITY;
}

/** Any user of the machine can ask over HTTP, and only the service's own may read its log. */
function withoutLogLines(status: StatusModel): StatusModel {
  if (status.children === null) return status;
  const { gateway, miner } = status.children;
  return { ...status, children: { gateway: quiet(gateway), miner: quiet(miner) } };
}

function quiet<Child extends { lastExit: { lines: string[] } | null }>(child: Child): Child {
  return child.lastExit === null ? child : { ...child, lastExit: { ...child.lastExit, lines: [] } };
}

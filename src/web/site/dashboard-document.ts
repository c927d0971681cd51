// The JSON behind the page, `/dashboard.json`: the model of `status --json` as it is, and the past of one range. Pure. Its keys are
// only ever added, as documented in docs/dashboard.md.
import { type HistoryDocument, historyDocument, type KeptHistory } from '../../state/history/history-document.ts';
import { isRange, type RangeName } from '../../state/history/levels.ts';
import type { StatusModel } from '../../state/status/status-table.ts';

export interface DashboardDocument {
  schemaVersion: 2;
  /** When this was said, ISO 8601, UTC: ages are counted from it, not from the reader's clock. */
  at: string;
  /** Of the page's own files: another one means that the page on the screen is of another version. */
  page: string;
  status: StatusModel;
  history: HistoryDocument;
}

/** What a reader asks for: a range, and the Unix seconds from which on it wants the points. */
export interface HistoryRequest {
  readonly range: RangeName;
  readonly sinceSeconds: number;
}

/** The page lists so many, and draws them; `/api/history` gives all. */
const SHOWN_EVENTS = 40;

/** A range that is none is the shortest, and a time that is none is the beginning of the range. */
export function askedOf(query: URLSearchParams): HistoryRequest {
  const range = query.get('range') ?? '15m';
  const since = query.get('since');
  return {
    range: isRange(range) ? range : '15m',
    sinceSeconds: since !== null && /^\d{1,12}$/.test(since) ? Number(since) : Number.NEGATIVE_INFINITY,
  };
}

export function historyOf(
  { past, events }: KeptHistory,
  { range, sinceSeconds }: HistoryRequest,
  nowMs: number,
): HistoryDocument {
  return historyDocument(range, past.series(range, nowMs / 1000, sinceSeconds), events.all, nowMs);
}

export function dashboardDocument(
  { page, status, history }: { page: string; status: StatusModel; history: KeptHistory },
  asked: HistoryRequest,
  nowMs: number,
): DashboardDocument {
  const { events, ...past } = historyOf(history, asked, nowMs);
  return {
    schemaVersion: 2,
    at: new Date(nowMs).toISOString(),
    page,
    status: withoutLogLines(status),
    history: { ...past, events: events.slice(-SHOWN_EVENTS) },
  };
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

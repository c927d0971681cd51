// `status --history`: the kept past of a range, as a table of a few rows and the events in it. It reads the file, so that the past
// of an instance that is stopped can be seen too.
import { errnoOf, PearlError } from '../base/errors.ts';
import type { Paths } from '../config/paths.ts';
import { type HistoryDocument, historyDocument } from '../state/history/history-document.ts';
import { readHistoryFile } from '../state/history/history-file.ts';
import { type Bin, coarser, LEVELS, RANGES, type RangeName } from '../state/history/levels.ts';
import { Past } from '../state/history/past.ts';
import { localMinute } from '../state/local-time.ts';
import { scaleRates } from '../state/status/format.ts';
import { shortenAddresses } from '../state/status/shorten-addresses.ts';
import { fitColumns } from '../state/text-table.ts';

/** Rows of a range: as many as a screen shows. */
const ROW_SECONDS: Record<RangeName, number> = { '15m': 60, '3h': 900, '24h': 7200, '7d': 43_200, '30d': 2 * 86_400 };
const MOST_EVENTS = 10;
/** The columns that a narrow terminal does without, the first of them first. */
const GIVES_WAY = ['W', '°C', 'lowest', 'highest', 'dropped'];

export interface ReadPast {
  bins: readonly Bin[];
  document: HistoryDocument;
}

/** Throws FILE_UNREADABLE. */
export function readPast(paths: Pick<Paths, 'historyFile'>, range: RangeName, nowMs: number): ReadPast {
  try {
    const { bins, events } = readHistoryFile(paths.historyFile);
    const kept = new Past(bins, nowMs / 1000).series(range, nowMs / 1000);
    const sorted = [...events].sort((a, b) => a.number - b.number);
    return { bins: kept, document: historyDocument(range, kept, sorted, nowMs) };
  } catch (error) {
    throw new PearlError('FILE_UNREADABLE', `The history cannot be read (${errnoOf(error) ?? 'unknown error'}).`, {
      hint: `It is ${paths.historyFile}; ask as the user that mines.`,
      cause: error,
    });
  }
}

/** @param width of the terminal: where the table does not fit, the columns that say least are left out. */
export function renderPast({ bins, document: { range, events } }: ReadPast, width: number): string {
  const { words } = RANGES[range];
  if (bins.length === 0 && events.length === 0) return `Nothing is kept of ${words}.\n`;
  const rows = coarser(bins, Math.max(ROW_SECONDS[range], LEVELS[RANGES[range].level].stepSeconds));
  const { figures, unit } = scaleRates(rows.flatMap(({ mean, low, high }) => [mean, low, high]));
  const lines = rows.map((row, index) => [
    localMinute(new Date(row.at * 1000)),
    ...figures.slice(index * 3, index * 3 + 3),
    ...[row.accepted, row.rejected, row.stale, row.dropped].map(String),
    row.celsius === null ? '-' : row.celsius.toFixed(0),
    row.watts === null ? '-' : row.watts.toFixed(0),
  ]);
  const head = ['From', unit, 'lowest', 'highest', 'accepted', 'rejected', 'stale', 'dropped', '°C', 'W'];
  const fitting = { right: head.slice(1), givesWay: GIVES_WAY, width };
  const table = rows.length === 0 ? [] : [...fitColumns([head, ...lines], fitting), ''];
  return `${table.join('\n')}${eventLines(events, width)}`;
}

function eventLines(events: HistoryDocument['events'], width: number): string {
  const lines = events.slice(-MOST_EVENTS).map(({ lastAt, text, times }) => {
    const line = `  ${localMinute(new Date(lastAt))}  ${text}${times === 1 ? '' : ` (${times} times)`}`;
    return `${shortenAddresses(line, width)}\n`;
  });
  return lines.length === 0 ? '' : `Events:\n${lines.join('')}`;
}

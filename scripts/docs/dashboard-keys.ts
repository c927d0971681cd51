// The documents on the metrics port: the past, `GET /api/history`, and what is behind the dashboard page, `GET /dashboard.json`.
import { COLUMNS } from '../../src/state/history/history-document.ts';
import { RANGES } from '../../src/state/history/levels.ts';
import { type DocumentSpec, type KeyTable, VERSIONED } from './document.ts';

const NAMES = Object.keys(RANGES)
  .map((name) => `\`${name}\``)
  .join(', ');

/** The keys of a past, below `prefix`. */
function historyKeys(prefix: string): KeyTable {
  return {
    [`${prefix}at`]: ['string', 'When it was said; ISO 8601, UTC.'],
    [`${prefix}range`]: ['string', `The range: ${NAMES}.`],
    [`${prefix}stepSeconds`]: ['integer', 'What a point covers.'],
    [`${prefix}columns`]: ['array', 'The names of the figures of a point, in their order.'],
    [`${prefix}columns[]`]: ['string', `${COLUMNS.map((name) => `\`${name}\``).join(', ')}.`],
    [`${prefix}points`]: [
      'array',
      'Oldest first; where there are none, nothing was measured. The last may still grow.',
    ],
    [`${prefix}points[]`]: [
      'array',
      'A point: its begin in Unix seconds, rates in MAC/s, shares by their verdict, means.',
    ],
    [`${prefix}points[][]`]: ['number | null', 'One figure; null where it was not measured.'],
    [`${prefix}events`]: ['array', 'What happened in this time, oldest first.'],
    [`${prefix}events[].number`]: ['integer', 'Rises by one.'],
    [`${prefix}events[].kind`]: [
      'string',
      '`start`, `stop`, `pause`, `resume`, `restart`, `fail-over`, `outage`, `recovery`, `version`, `kernel`, `rules` or `block`.',
    ],
    [`${prefix}events[].at`]: ['string', 'The first time; ISO 8601, UTC.'],
    [`${prefix}events[].lastAt`]: ['string', 'The last time.'],
    [`${prefix}events[].times`]: ['integer', 'How often, within a quarter of an hour of each other.'],
    [`${prefix}events[].text`]: ['string', 'The line of the log.'],
  };
}

export const HISTORY_DOCUMENT: DocumentSpec = {
  command: 'GET /api/history, pearlctl status --history --json',
  about:
    'What the supervisor keeps of the past, also over its restarts. Answered on the metrics port for `?range=RANGE` ' +
    '(15m without) and, from a time on, `&since=UNIX_SECONDS`; the command reads the file itself, for `--range RANGE` (24h ' +
    'without).',
  schemaVersion: 1,
  keys: { ...VERSIONED, ...historyKeys('') },
};

export const DASHBOARD_DOCUMENT: DocumentSpec = {
  command: 'GET /dashboard.json',
  about:
    'Answered on the metrics port while a supervisor runs, unless `[gateway] dashboard` is off. `?range=` and `since=` are ' +
    'those of `/api/history`.',
  schemaVersion: 2,
  keys: {
    ...VERSIONED,
    at: ['string', 'When it was said, ISO 8601, UTC.'],
    page: ['string', 'Changes with the files of the page; a page that sees another loads itself again.'],
    status: ['object', 'The document of `pearlctl status --json`, with every `lastExit.lines` left empty.'],
    history: ['object', 'The past of one range, with the newest 40 events.'],
    'history.schemaVersion': ['integer', 'The version of this part.'],
    ...historyKeys('history.'),
  },
};

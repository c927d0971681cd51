// The document behind the dashboard page, `GET /dashboard.json` on the metrics port.
import { type DocumentSpec, type KeyTable, VERSIONED } from './document.ts';

const SERIES = (name: string, step: string, time: string): KeyTable => ({
  [`history.${name}`]: ['object', `The rate over ${time}.`],
  [`history.${name}.stepSeconds`]: ['integer', `${step}: how close points are.`],
  [`history.${name}.points`]: ['array', 'Oldest first; where there are none, nothing was measured.'],
  [`history.${name}.points[]`]: [
    'array',
    'A point: Unix seconds, MAC/s, and the shares accepted since the ledger began.',
  ],
  [`history.${name}.points[][]`]: ['number', 'One of the three.'],
});

export const DASHBOARD_DOCUMENT: DocumentSpec = {
  command: 'GET /dashboard.json',
  about:
    'Answered on the metrics port while a supervisor runs, unless `[gateway] dashboard` is off. `?since=UNIX_SECONDS` ' +
    'leaves out the points up to then.',
  schemaVersion: 1,
  keys: {
    ...VERSIONED,
    at: ['string', 'When it was said, ISO 8601, UTC.'],
    page: ['string', 'Changes with the files of the page; a page that sees another loads itself again.'],
    status: ['object', 'The document of `pearlctl status --json`, with every `lastExit.lines` left empty.'],
    history: ['object', "The rate's past, as the supervisor remembers it."],
    ...SERIES('recent', '2', '10 s, for the last 15 minutes'),
    ...SERIES('day', '60', '60 s, for the last 24 hours'),
  },
};

// What `status` says: the table behind the text, the `--json` document and the exit code. Its keys are only ever added.
import { type Field, optional, type RecordOf, type Table } from '../table/field.ts';
import { childRestarts, FIGURES, residentMemory } from '../table/figure-table.ts';
import {
  CHILD_HISTORY,
  CHILD_STATES,
  LIVING_STATES,
  POOLS,
  SERVICE,
  SHAPE,
  SHOWN_HEALTH,
  STATE_SINCE,
  THREADS,
} from '../table/session-table.ts';

export const STATUS_SCHEMA = 1;

export const LIFECYCLE_STATES = ['not_configured', 'configured', ...LIVING_STATES, 'stopped', 'failed'] as const;
export type LifecycleState = (typeof LIFECYCLE_STATES)[number];

function child(name: 'gateway' | 'miner', words: string) {
  return {
    words,
    fields: {
      pid: { kind: 'pid?', words: 'Its process; null while it does not run.' },
      state: {
        oneOf: [...CHILD_STATES, 'gone'],
        words:
          '`down`, `starting`, `ready`, `backoff`, `recycling`, `finishing` (a block), `stopping`, `stopped`, `failed`, or `gone` where the process table knows better.',
      },
      ...CHILD_HISTORY,
      restarts: { ...CHILD_HISTORY.restarts, metrics: [childRestarts(name)] },
      memoryBytes: {
        kind: 'count?',
        words: 'Physical memory; null where the system does not tell.',
        metrics: [residentMemory(name)],
      },
    },
  } as const satisfies Field;
}

const SHOWN_FIGURES = optional(FIGURES);

export const STATUS = {
  schemaVersion: { kind: 'count', words: 'The version of this document.' },
  version: { kind: 'text?', words: 'The version of the supervisor, which may be another than that of this command.' },
  instance: { kind: 'text?', words: 'The name of a second, independent instance.' },
  scope: { oneOf: ['user', 'system'], words: '`user` or `system`.' },
  network: { kind: 'text?', words: 'The network that is mined.' },
  state: {
    oneOf: LIFECYCLE_STATES,
    words:
      '`not_configured`, `configured`, `starting`, `running`, `degraded`, `outdated-rules`, `paused`, `waiting` (there is no job: no pool or node can be used, or it has none), `stopping`, `stopped` or `failed`.',
  },
  stateReason: { kind: 'text?', words: 'Why, in words for people.' },
  stateSince: STATE_SINCE,
  stateCommand: {
    kind: 'texts?',
    words: 'The command that ends this state, where one does: `pearlctl resume` for a pause on request.',
    each: 'One word of it.',
  },
  startedAt: { kind: 'time?', words: 'When the supervisor started; ISO 8601, UTC.' },
  uptimeSeconds: { kind: 'count?', words: 'Since then, by a monotonic clock.' },
  wallet: { kind: 'text?', words: 'The address that is paid, shortened.' },
  supervisor: {
    words: 'Null when none is alive.',
    optional: true,
    fields: {
      pid: { kind: 'pid!', words: 'Its process.' },
      memoryBytes: { kind: 'count?', words: 'Its physical memory.', metrics: [residentMemory('supervisor')] },
    },
  },
  service: SERVICE,
  gateway: {
    words: 'Where jobs come from.',
    optional: true,
    fields: {
      state: { kind: 'text', words: 'Of its connection; `gone` when its process is.', page: { term: 'State' } },
      kind: { kind: 'text', words: '`devnet`, `pool`, `external` or `attached`.', page: { term: 'Kind' } },
      upstream: { kind: 'text?', words: 'The pool or node behind it.', page: { term: 'Upstream', none: 'none' } },
      url: {
        kind: 'text',
        words: 'Where it listens: `http://HOST:PORT` or `unix:PATH`.',
        page: { term: 'Address' },
      },
    },
  },
  pools: POOLS,
  threads: THREADS,
  children: {
    words: 'The processes that the supervisor keeps running.',
    optional: true,
    fields: { gateway: child('gateway', 'Serves jobs.'), miner: child('miner', 'Mines them.') },
  },
  ...SHOWN_FIGURES,
  shares: {
    ...SHOWN_FIGURES.shares,
    fields: {
      ...SHOWN_FIGURES.shares.fields,
      lastAgeSeconds: {
        kind: 'count?',
        words: 'Seconds since the last verdict, by the wall clock.',
        page: { term: 'Last one', as: '{} ago', none: 'none yet' },
      },
    },
  },
  shape: SHAPE,
  pauseReason: { kind: 'text?', words: 'Why it rests: `user`, `no job`.' },
  dashboardUrl: { kind: 'text?', words: 'Of the page in a browser; null where there is none.' },
  health: SHOWN_HEALTH,
} as const satisfies Table;

export type StatusModel = RecordOf<typeof STATUS>;
export type ChildStatus = NonNullable<StatusModel['children']>['miner'];

/** Exit codes of `status`: alive, left behind, not running, nothing here. */
export function statusExitCode(model: StatusModel): 0 | 1 | 3 | 4 {
  switch (model.state) {
    case 'starting':
    case 'running':
    case 'degraded':
    case 'outdated-rules':
    case 'paused':
    case 'waiting':
    case 'stopping':
      return 0;
    case 'failed':
      return 1;
    case 'configured':
    case 'stopped':
      return 3;
    case 'not_configured':
      return model.service === null ? 4 : 3;
  }
}

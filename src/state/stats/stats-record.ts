// The figures in `stats.json`, which change all the time: written by the supervisor every two seconds, without fsync. What is
// missing or of a wrong type reads as zero or nothing, since a figure is only shown.
import { type Fields, isCount } from '../../base/json-fields.ts';
import { fileRecord, type RecordOf, readRecord, type Table, UnreadableRecord } from '../table/field.ts';
import { FIGURES } from '../table/figure-table.ts';
import { type FileReading, parseRecord, readRecordFile } from '../table/read-file.ts';
import { HEALTH, POOLS, STATE_SINCE, THREADS } from '../table/session-table.ts';

/** Number of this layout, and the only one that is read: raise it when a figure goes away or changes its meaning. */
export const STATS_SCHEMA = 2;

const MEMORY = { kind: 'count?', words: 'Physical memory; null where the system does not tell.' } as const;

const STATS = {
  schema: { kind: 'count', words: 'The version of this layout.' },
  updatedAt: { kind: 'text', words: 'ISO 8601, UTC.' },
  uptimeSeconds: { kind: 'amount', words: 'Since the supervisor started, by a monotonic clock.' },
  ...FIGURES,
  gateway: {
    words: 'What the gateway says of its upstream.',
    fields: {
      state: { kind: 'text', words: 'Of its connection.' },
      upstream: { kind: 'text?', words: 'The pool or node behind it.' },
      reason: { kind: 'text?', words: 'Why it does not serve, in words for people.' },
    },
  },
  pools: POOLS,
  threads: THREADS,
  stateSince: STATE_SINCE,
  memoryBytes: { words: 'Of each process.', fields: { supervisor: MEMORY, gateway: MEMORY, miner: MEMORY } },
  pauseReason: { kind: 'text?', words: 'Why it rests.' },
  health: HEALTH,
} as const satisfies Table;

export type Stats = Omit<RecordOf<typeof STATS>, 'schema'>;

/** The figures of a supervisor that has not measured anything yet. */
export function blankStats(): Stats {
  const { schema: _, ...blank } = readRecord(STATS, {});
  return blank;
}

/** The figures as their file has them. */
export function statsFields(stats: Stats): Fields {
  return fileRecord(STATS, { ...stats, schema: STATS_SCHEMA });
}

export function readStats(path: string): FileReading<Stats> {
  return readRecordFile(path, statsFrom);
}

/** The same of a text. */
export function parseStats(content: string): FileReading<Stats> {
  return parseRecord(content, statsFrom);
}

function statsFrom(fields: Fields): Stats {
  if (!isCount(fields.schema) || fields.schema < 1) throw new UnreadableRecord('is not ours: it has no schema number');
  if (fields.schema !== STATS_SCHEMA) {
    throw new UnreadableRecord(
      `is of schema ${fields.schema}, and this version reads ${STATS_SCHEMA}`,
      'other-version',
    );
  }
  const { schema: _, ...stats } = readRecord(STATS, fields);
  return stats;
}

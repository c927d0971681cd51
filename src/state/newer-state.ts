// State that outlives an upgrade has the number of its layout. A program that is older than a file leaves it as it is: to begin a new
// one in its place would lose what the newer version knows how to read.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { orNull, PearlError } from '../base/errors.ts';
import { fix, pearlctlByHand } from '../base/fix.ts';
import { isCount, object } from '../base/json-fields.ts';
import type { Paths } from '../config/paths.ts';
import { checkpointPath } from './ledger/ledger-files.ts';

/** What this program reads, by file. Lines of the ledger and the small notes need none: their keys are only ever added. */
const LAYOUTS: readonly {
  readonly fileOf: (paths: StateFiles) => string;
  readonly read: (file: string) => number | null;
  readonly known: number;
}[] = [
  { fileOf: ({ ledgerFile }) => checkpointPath(ledgerFile), read: schemaOfJson, known: 1 },
  { fileOf: ({ historyFile }) => historyFile, read: layoutOfHistory, known: 1 },
];

type StateFiles = Pick<Paths, 'ledgerFile' | 'historyFile'>;

/** Throws STATE_NEWER for the first file that a newer pearlctl wrote. What cannot be read is not judged here. */
export function refuseNewerState(paths: StateFiles): void {
  for (const { fileOf, read, known } of LAYOUTS) {
    const file = fileOf(paths);
    const layout = orNull(() => read(file));
    if (layout === null || layout <= known) continue;
    throw new PearlError('STATE_NEWER', `${file} is of a newer pearlctl (layout ${layout}, this one reads ${known}).`, {
      hint: fix`Use that version again: ${pearlctlByHand('upgrade', 'FILE|VERSION')}. Or move the file away: a new one is begun.`,
    });
  }
}

function schemaOfJson(file: string): number | null {
  const schema = object(JSON.parse(readFileSync(file, 'utf8')))?.schema;
  return isCount(schema) ? schema : null;
}

/** Its first line, as `history-codec.ts` writes it. */
function layoutOfHistory(file: string): number | null {
  const head = Buffer.alloc(64);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  const digits = /^pearlctl history (\d{1,9})\n/.exec(head.toString('latin1'))?.[1];
  return digits === undefined ? null : Number(digits);
}

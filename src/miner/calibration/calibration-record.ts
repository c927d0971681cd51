// What `calibrate` found out about this machine, in the state folder, keyed by processor and version: a record of another
// machine or another version is none.
import { statSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { textOf, writeFileAtomically } from '../../base/atomic-file.ts';
import { PearlError } from '../../base/errors.ts';
import { parseJson } from '../../base/json-fields.ts';
import { makeFolder } from '../../base/private-folder.ts';
import { VERSION } from '../../base/version.ts';
import type { Choice } from './trials.ts';

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

const record = v.object({
  schema: v.literal(1),
  version: v.string(),
  cpu_model: v.string(),
  /** When, ISO 8601 UTC. */
  at: v.string(),
  kernel: v.string(),
  threads: positive,
  /** Physical cores that could be used; records of older versions do not tell. */
  cores: v.optional(positive),
  block_rows: positive,
  /** The shape that it was measured with, and the number of columns that was best. */
  shape: v.object({ m: positive, n: positive, k: positive, rank: positive }),
  macs_per_second: v.pipe(v.number(), v.minValue(0)),
});

export type CalibrationRecord = v.InferOutput<typeof record>;

/** A larger file is not ours. */
const MAX_BYTES = 64 << 10;

/** The name of this machine's processor; empty where the system does not tell. */
export function cpuModel(): string {
  return cpus()[0]?.model.trim() ?? '';
}

/** The record for this processor and version, or null: not there, not readable, of something else. */
export function readCalibration(path: string): CalibrationRecord | null {
  const text = textOf(path) ?? '';
  const parsed = v.safeParse(record, text.length > MAX_BYTES ? null : parseJson(text));
  if (!parsed.success) return null;
  return parsed.output.version === VERSION && parsed.output.cpu_model === cpuModel() ? parsed.output : null;
}

/** The record of a choice that was made here and now, with so many physical cores. */
export function recordOf(choice: Choice, cores: number): CalibrationRecord {
  const { kernel, threads, blockRows, macsPerSecond } = choice;
  const { m, n, k, rank } = choice.shape;
  return {
    schema: 1,
    version: VERSION,
    cpu_model: cpuModel(),
    at: new Date().toISOString(),
    kernel,
    threads,
    cores,
    block_rows: blockRows,
    shape: { m, n, k, rank },
    macs_per_second: macsPerSecond,
  };
}

/** Keeps the record, for the owner of the folder: a system service mines as another user. Throws HOME_UNWRITABLE. */
export function writeCalibration(path: string, kept: CalibrationRecord): void {
  try {
    makeFolder(dirname(path), 0o700);
    const { uid, gid } = statSync(dirname(path));
    const owner = uid === process.geteuid?.() ? {} : { owner: { uid, gid } };
    writeFileAtomically(path, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, durable: true, ...owner });
  } catch (cause) {
    throw new PearlError('HOME_UNWRITABLE', `The calibration cannot be written to ${path}.`, {
      hint: 'Run it as the user that mines, or look at the rights of that folder.',
      cause,
    });
  }
}

// What a supervisor that was stopped in order leaves in the state folder, for `status` until the next start: when and why it
// stopped, and the figures that stay true.
import { fileRecord, pickFields, type RecordOf, readRecord, type Table } from '../table/field.ts';
import { LASTING_FIGURES } from '../table/figure-table.ts';
import { readRecordFile } from '../table/read-file.ts';

const LAST_STOP = {
  stoppedAt: { kind: 'text!', words: 'ISO 8601, UTC.' },
  reason: { kind: 'text', words: 'The signal or the request that it was stopped by.' },
  ...LASTING_FIGURES,
} as const satisfies Table;

export type LastStop = RecordOf<typeof LAST_STOP>;

/** Null where there is none that can be read. */
export function readLastStop(path: string): LastStop | null {
  const reading = readRecordFile(path, (fields) => readRecord(LAST_STOP, fields));
  return reading.kind === 'valid' ? reading.value : null;
}

/** The text of the file. */
export function renderLastStop(
  stop: Pick<LastStop, 'stoppedAt' | 'reason'>,
  figures: Pick<LastStop, keyof typeof LASTING_FIGURES>,
): string {
  return `${JSON.stringify(fileRecord(LAST_STOP, { ...stop, ...pickFields(LASTING_FIGURES, figures) }))}\n`;
}

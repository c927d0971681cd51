// Reading the sidecar: its table says what a valid one holds.
import { type FileReading, parseRecord, readRecordFile } from '../table/read-file.ts';
import { type Sidecar, sidecarFrom } from './sidecar-record.ts';

export function readSidecar(path: string): FileReading<Sidecar> {
  return readRecordFile(path, sidecarFrom);
}

/** The same of a text. */
export function parseSidecar(content: string): FileReading<Sidecar> {
  return parseRecord(content, sidecarFrom);
}

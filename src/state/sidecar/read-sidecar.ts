// Reading the sidecar: its table says what a valid one holds.
import { type FileReading, parseRecord, readRecordFile } from '../table/read-file.ts';
import { type SidecarRecord, sidecarFrom } from './sidecar-record.ts';

export function readSidecar(path: string): FileReading<SidecarRecord> {
  return readRecordFile(path, sidecarFrom);
}

/** The same of a text. */
export function parseSidecar(content: string): FileReading<SidecarRecord> {
  return parseRecord(content, sidecarFrom);
}

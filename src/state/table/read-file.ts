// Reading a file that holds one record: every way in which it can be wrong is a value with a clear word, never an exception.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errnoOf, isMissing } from '../../base/errors.ts';
import { type Fields, object } from '../../base/json-fields.ts';
import { UnreadableRecord } from './field.ts';

/** A record of ours has about 3 kB; anything far beyond was not written by us. */
const MAX_BYTES = 256 * 1024;

/**
 * What was found in place of the file; `detail` goes on after "the sidecar …".
 * `broken`: not JSON, or cut off. `foreign`: JSON of another kind (a mirror, another provider's session).
 */
export type FileReading<T> =
  | { kind: 'valid'; value: T }
  | { kind: 'missing' }
  | { kind: 'unreadable' | 'empty' | 'broken' | 'foreign' | 'other-version'; detail: string };

/** Gives the record in the fields. Throws `UnreadableRecord`. */
type RecordCheck<T> = (fields: Fields) => T;

/** Reads a bounded regular file and checks it. */
export function readRecordFile<T>(path: string, check: RecordCheck<T>): FileReading<T> {
  let content: string;
  try {
    content = readBounded(path);
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' };
    const errno = errnoOf(error);
    if (errno === undefined) return { kind: 'foreign', detail: (error as Error).message };
    return { kind: 'unreadable', detail: `cannot be read (${errno})` };
  }
  return parseRecord(content, check);
}

/** The same of a text. */
export function parseRecord<T>(content: string, check: RecordCheck<T>): FileReading<T> {
  if (content.trim() === '') return { kind: 'empty', detail: 'is empty' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    return { kind: 'broken', detail: 'is not complete JSON' };
  }
  const fields = object(parsed);
  if (fields === null) return { kind: 'foreign', detail: 'is not ours: it holds no object' };
  try {
    return { kind: 'valid', value: check(fields) };
  } catch (error) {
    if (error instanceof UnreadableRecord) return { kind: error.kind, detail: error.message };
    throw error;
  }
}

/** Reads at most `MAX_BYTES` of a regular file; a fifo, a device or a folder in its place is refused, not waited on. */
function readBounded(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw new Error('is not a regular file');
    if (facts.size > MAX_BYTES) throw new Error(`is not ours: it has ${facts.size} bytes`);
    const buffer = Buffer.alloc(facts.size);
    let length = 0;
    while (length < buffer.length) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

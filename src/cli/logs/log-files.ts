// The log in files: the newest matching lines of `pearlctl.log` and its older pieces, and then what is appended, also when
// the file is put aside and a new one begins.
import { existsSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../../base/errors.ts';
import { LineSplitter } from '../../base/logs/line-splitter.ts';
import { linesBackwards } from './backwards.ts';
import { fromFile, type LogLine } from './log-line.ts';
import { type LogQuery, matches } from './log-query.ts';

export interface ReadOptions {
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

const POLL_MS = 300;
const PIECE_BYTES = 64 * 1024;

/**
 * Hands over the matching lines, oldest first; with `follow` until the signal. Resolves to how many there were. Throws the
 * file system's errors.
 */
export async function readLogFiles(
  path: string,
  query: LogQuery,
  onLine: (line: LogLine) => void,
  { follow, signal }: ReadOptions,
): Promise<number> {
  let count = 0;
  const show = (line: LogLine) => {
    count += 1;
    onLine(line);
  };
  let file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for (const line of await newest(path, file, size, query)) show(line);
    if (!follow) return count;
    let position = size;
    let splitter = splitterTo(query, show);
    while (!signal.aborted) {
      position = await copyFrom(file, position, splitter);
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
      const [now, { ino }] = await Promise.all([statOf(path), file.stat()]);
      if (now !== null && now.ino !== ino) {
        await copyFrom(file, position, splitter);
        await file.close();
        file = await open(path, 'r');
        position = 0;
        splitter = splitterTo(query, show);
      } else if (now !== null && now.size < position) position = 0;
    }
    return count;
  } finally {
    await file.close();
  }
}

/** From the newest file backwards, until there are enough or they are too old. */
async function newest(path: string, current: FileHandle, size: number, query: LogQuery): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for (let number = 0; number === 0 || existsSync(`${path}.${number}`); number += 1) {
    const file = number === 0 ? current : await open(`${path}.${number}`, 'r');
    try {
      const end = number === 0 ? size : (await file.stat()).size;
      for await (const text of linesBackwards(file, end)) {
        const line = fromFile(text);
        if (query.sinceMs !== null && line.atMs !== null && line.atMs < query.sinceMs) return found.reverse();
        if (matches(line, query)) found.push(line);
        if (found.length === query.lines) return found.reverse();
      }
    } finally {
      if (number > 0) await file.close();
    }
  }
  return found.reverse();
}

function splitterTo(query: LogQuery, show: (line: LogLine) => void): LineSplitter {
  return new LineSplitter((text) => {
    const line = fromFile(text);
    if (matches(line, query)) show(line);
  });
}

async function copyFrom(file: FileHandle, from: number, splitter: LineSplitter): Promise<number> {
  let position = from;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position);
    if (bytesRead === 0) return position;
    splitter.push(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    // Between two files of a rotation there is none.
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

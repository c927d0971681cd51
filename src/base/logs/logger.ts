// The supervisor's log: every line redacted once, then handed to the places that this way of running has.
import { fstatSync, write } from 'node:fs';
import { isatty } from 'node:tty';
import { orNull } from '../errors.ts';
import { BoundedWriter, type Sink } from './bounded-writer.ts';
import {
  isAtLeast,
  type LogFields,
  type LogLevel,
  type LogRecord,
  type LogSource,
  renderHumanLine,
  renderJournalLine,
  renderJsonLine,
} from './log-record.ts';
import { isReaderGone } from './reader-gone.ts';
import type { Redactor } from './redact.ts';
import { RotatingFile, type RotatingFileOptions } from './rotating-file.ts';

export interface LoggerOptions {
  level: LogLevel;
  redact: Redactor;
  /** The rotated file, or null when there is none. */
  file: RotatingFileOptions | null;
  /** Lines with `<N>` prefixes on standard output. */
  journal: boolean;
  /** Lines for a person on standard error, from this level on; null for none. */
  terminal: LogLevel | null;
  /** The lines of the file on standard output too. */
  json?: boolean;
  /** Called when the reader of standard output or standard error has left. */
  onReaderGone?: () => void;
  /** Every record that the level lets through, for a live view. */
  onRecord?: (record: LogRecord) => void;
}

/** One place that lines go to. */
interface Target {
  threshold: LogLevel;
  render: (record: LogRecord) => string;
  writer: BoundedWriter;
}

export class Logger {
  readonly #options: LoggerOptions;
  readonly #targets: Target[] = [];
  readonly #file: RotatingFile | null;
  #onEvent: ((record: LogRecord) => void) | null = null;

  constructor(options: LoggerOptions) {
    this.#options = options;
    this.#file = options.file === null ? null : new RotatingFile(options.file);
    const file = this.#file;
    if (file !== null) this.#addTarget(options.level, renderJsonLine, (chunk) => file.append(chunk));
    if (options.journal) this.#addTarget(options.level, renderJournalLine, (chunk) => writeWhole(1, chunk));
    if (options.json === true) this.#addTarget(options.level, renderJsonLine, this.#readerOf(1));
    if (options.terminal !== null) {
      this.#addTarget(options.terminal, renderHumanLine, this.#readerOf(2));
    }
  }

  /** A field named `event` marks the line (`LogRecord`). */
  log(level: LogLevel, message: string, fields: LogFields = {}, source: LogSource = 'supervisor'): void {
    const { redact, onRecord, level: threshold } = this.#options;
    const { event, ...others } = fields;
    const record: LogRecord = {
      time: new Date().toISOString(),
      level,
      source,
      message: redact(message),
      ...(typeof event === 'string' ? { event } : {}),
      fields: redactFields(others, redact),
    };
    for (const { threshold, render, writer } of this.#targets) {
      if (isAtLeast(level, threshold)) writer.write(render(record));
    }
    if (isAtLeast(level, threshold)) onRecord?.(record);
    if (record.event !== undefined) this.#onEvent?.(record);
  }

  /** Hears each line with an `event`, whatever the level lets through; null ends that. */
  hearEvents(onEvent: ((record: LogRecord) => void) | null): void {
    this.#onEvent = onEvent;
  }

  error(message: string, fields?: LogFields): void {
    this.log('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.log('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.log('info', message, fields);
  }

  /** The file is opened by its name again with the next line: it was rotated. */
  reopen(): void {
    this.#file?.reopen();
  }

  /** Writes out what waits, for half a second at most, and closes the file. */
  async close(): Promise<void> {
    await Promise.all(this.#targets.map(({ writer }) => writer.flush(500)));
    await this.#file?.close();
  }

  /** A sink for lines that a person or a program reads, as long as there is one. */
  #readerOf(descriptor: 1 | 2): Sink {
    // Asked now: a terminal that was closed is none any more.
    const isTerminal = isatty(descriptor);
    return async (chunk) => {
      try {
        await writeWhole(descriptor, chunk);
      } catch (error) {
        if (isReaderGone(error, isTerminal)) this.#options.onReaderGone?.();
        throw error;
      }
    };
  }

  #addTarget(threshold: LogLevel, render: Target['render'], sink: Sink): void {
    const describeLoss = (lines: number) =>
      render({
        time: new Date().toISOString(),
        level: 'warn',
        source: 'supervisor',
        message: `${lines} log lines were lost: the log could not be written fast enough, or not at all`,
        fields: {},
      });
    this.#targets.push({ threshold, render, writer: new BoundedWriter({ sink, describeLoss }) });
  }
}

function redactFields(fields: LogFields, redact: Redactor): LogFields {
  const clean: LogFields = {};
  for (const [key, value] of Object.entries(fields)) clean[key] = typeof value === 'string' ? redact(value) : value;
  return clean;
}

/**
 * Writes to a descriptor on the thread pool: `process.stdout` writes to pipes synchronously, so that a reader that stopped
 * reading would stop the supervisor with it.
 */
async function writeWhole(descriptor: number, chunk: string): Promise<void> {
  let rest = Buffer.from(chunk, 'utf8');
  while (rest.length > 0) rest = rest.subarray(await writeSome(descriptor, rest));
}

function writeSome(descriptor: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, 0, bytes.length, null, (error, written) => (error ? reject(error) : resolve(written)));
  });
}

/** Whether standard output is the journal's socket, as `JOURNAL_STREAM=DEVICE:INODE` says (systemd.exec(5)). */
export function isJournal(env: NodeJS.ProcessEnv): boolean {
  const facts = env.JOURNAL_STREAM === undefined ? null : orNull(() => fstatSync(1));
  return facts !== null && env.JOURNAL_STREAM === `${facts.dev}:${facts.ino}`;
}

// A child's end of the channel to its supervisor: tells heartbeats, verdicts and its last words, hears orders, and learns of
// the supervisor's death. Without a channel (started by hand) everything here does nothing.
import { type ExitCode, messageOf, PearlError } from '../../base/errors.ts';
import { mapFix } from '../../base/fix.ts';
import { within } from '../../base/time-limit.ts';
import type { Native } from '../../native/native.ts';
import { type ChildMessage, MAX_TEXT, parseSupervisorMessage, type SupervisorMessage } from './messages.ts';

/** For how long a busy supervisor is waited for, at most. */
const ROOM_MS = 2000;
/** And at least, also where no time is left: one that reads has room by then. */
const LEAST_ROOM_MS = 100;

export class ParentLink {
  /** Aborted when the supervisor is gone, or when `outer` is. */
  readonly signal: AbortSignal;
  /** False for a process that was started by hand. */
  readonly isSupervised: boolean;
  /** Monotonic milliseconds until which the supervisor is waited for. */
  #leaveAt = Number.POSITIVE_INFINITY;
  #written: Promise<void> = Promise.resolve();

  /**
   * @param core on Linux the kernel is asked to end us with the parent, which also holds while the event loop is stuck.
   * @param leaveMs how long after `signal` a busy supervisor is waited for, where that kills soon.
   */
  constructor(outer: AbortSignal, core: Pick<Native, 'setParentDeathSignal'>, leaveMs = Number.POSITIVE_INFINITY) {
    this.isSupervised = process.send !== undefined;
    if (!this.isSupervised) {
      this.signal = outer;
      return;
    }
    core.setParentDeathSignal('SIGTERM', process.ppid);
    const orphaned = new AbortController();
    process.once('disconnect', () => orphaned.abort());
    if (!process.connected) orphaned.abort();
    this.signal = AbortSignal.any([outer, orphaned.signal]);
    const leave = () => {
      this.#leaveAt = performance.now() + leaveMs;
    };
    if (this.signal.aborted) leave();
    else this.signal.addEventListener('abort', leave);
  }

  /** What was told last is on its way, and so is all before it. Never rejects. */
  get written(): Promise<void> {
    return this.#written;
  }

  /** Sends; a supervisor that is just gone does not get it. */
  tell(message: ChildMessage): void {
    if (!this.isSupervised || !process.connected) return;
    this.#written = new Promise<void>((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
  }

  /**
   * Tells why we are about to fail, and waits until it is on its way. Resolves to the exit code when all is said by that: the
   * supervisor writes it down. Throws `error` again where it is a defect, whose stack helps, and where there is no supervisor.
   */
  async failWith(error: unknown): Promise<ExitCode> {
    if (!this.isSupervised || !process.connected) throw error;
    const [code, hint] = error instanceof PearlError ? [error.code, error.fix] : ['INTERNAL', undefined];
    this.tell({
      type: 'failure',
      code,
      message: boundedText(messageOf(error)),
      hint: hint === undefined ? null : mapFix(hint, boundedText),
    });
    await this.written;
    if (!(error instanceof PearlError)) throw error;
    return error.exitCode;
  }

  /** Hears orders and ignores everything else. */
  onOrder(take: (order: SupervisorMessage) => void): void {
    if (!this.isSupervised) return;
    process.on('message', (value: unknown) => {
      const order = parseSupervisorMessage(value);
      if (order !== null) take(order);
    });
  }

  /** Waits until a busy supervisor has room for the last message, but not for ever. */
  async room(): Promise<void> {
    const left = Math.min(ROOM_MS, this.#leaveAt - performance.now());
    await within(this.#written, Math.max(LEAST_ROOM_MS, left));
  }

  /** Lets the process end although the channel is there, when the last message is on its way. */
  async release(): Promise<void> {
    await this.room();
    if (this.isSupervised && process.connected) process.disconnect();
  }
}

/** The supervisor turns these lines into its log; started by hand, a person reads them. */
export function say(level: 'debug' | 'info' | 'warn' | 'error', message: string): void {
  if (level === 'debug' && process.send === undefined) return;
  process.stderr.write(level === 'info' ? `${message}\n` : `${level}: ${message}\n`);
}

/** Cut to what a message may carry. */
export function boundedText(text: string): string {
  return text.slice(0, MAX_TEXT);
}

// Proofs on their way to one pool: which may go now, which wait, and what became of each. Every proof that is offered ends
// in exactly one verdict, whatever the pool does.
import { keepNewestKeys } from '../../../base/keep-newest.ts';
import type { Verdict } from '../../upstream.ts';
import type { JobBook } from '../job-book.ts';
import type { PoolJob } from '../pool-job.ts';
import type { PoolTimes } from '../pool-times.ts';
import type { Answer } from './answer.ts';
import type { Refusal } from './refusal.ts';

/** Limits of `[pool]`. */
export interface SubmitLimits {
  readonly maxInFlight: number;
  /** Null: as many as are found. */
  readonly maxSubmitsPerMinute: number | null;
}

/** Proofs that wait beyond this are dropped: nothing grows without bound. */
const MAX_WAITING = 64;
/** After so many submits in a row without a verdict, the connection is taken for dead. */
const MAX_MISSING_VERDICTS = 3;
/** Ids of our submits whose verdict is late; the oldest are forgotten. */
const MAX_LATE = 256;

interface Pending {
  readonly proof: string;
  readonly poolJob: PoolJob;
  readonly block: boolean;
  readonly since: number;
  readonly settle: (verdict: Verdict) => void;
  /** The limit that kept it from going when it was last its turn, or null. */
  heldBy: 'max_in_flight' | 'max_submits_per_minute' | null;
}

interface Sent extends Pending {
  readonly wasNewest: boolean;
  readonly timer: NodeJS.Timeout;
}

export interface SubmissionsOptions {
  readonly limits: SubmitLimits;
  readonly times: PoolTimes;
  readonly book: JobBook;
  /** The id that the next submit and its verdict carry. */
  readonly takeId: () => number;
  readonly send: (id: number, poolJob: PoolJob, proof: string) => void;
  /** The pool answers submits no more. */
  readonly onSilent: () => void;
  /** A proof that was sent has its verdict. */
  readonly onVerdict: (refusal: Refusal | null) => void;
}

function resultOf(refusal: Refusal | null): Pick<Verdict, 'result' | 'reason'> {
  if (refusal === null) return { result: 'accepted', reason: null };
  return { result: refusal.class === 'stale' ? 'stale' : 'rejected', reason: refusal.reason };
}

/** How the reason of a proof begins that a limit of `[pool]` kept from going. */
export const HELD_BACK = 'held back by ';

/** Why a proof did not go while it still could. */
function heldBack({ heldBy }: Pending): string | null {
  return heldBy === null ? null : `${HELD_BACK}${heldBy}`;
}

export class Submissions {
  readonly #options: SubmissionsOptions;
  #waiting: Pending[] = [];
  readonly #sent = new Map<number, Sent>();
  readonly #late = new Set<number>();
  #sentAt: number[] = [];
  #missing = 0;
  #windowTimer: NodeJS.Timeout | undefined;
  #lastSentAt = 0;
  #ended: string | null = null;
  #idle: (() => void)[] = [];

  constructor(options: SubmissionsOptions) {
    this.#options = options;
  }

  /** Takes a proof in; settles with its verdict, never rejects. Blocks go first, then the proof that was found last. */
  offer(proof: string, poolJob: PoolJob, block: boolean): Promise<Verdict> {
    return new Promise((settle) => {
      const pending: Pending = { proof, poolJob, block, since: performance.now(), settle, heldBy: null };
      if (this.#ended !== null) {
        this.#drop(pending, this.#ended);
        return;
      }
      const blocks = this.#waiting.filter((other) => other.block).length;
      this.#waiting.splice(block ? 0 : blocks, 0, pending);
      this.pump();
      // The oldest share is worth the least: its job ends first.
      if (this.#waiting.length > MAX_WAITING) {
        const last = this.#waiting.pop();
        if (last !== undefined) this.#drop(last, heldBack(last) ?? 'too many proofs wait for this pool');
      }
    });
  }

  /** Sends what may go and drops what has died; called whenever jobs, verdicts or the clock changed something. */
  pump(): void {
    this.#waiting = this.#waiting.filter((pending) => {
      const reason = this.#options.book.deathReason(pending.poolJob);
      const held = heldBack(pending);
      if (reason !== null) this.#drop(pending, held === null ? reason : `${held} until ${reason}`);
      return reason === null;
    });
    while (this.#waiting.length > 0) {
      const limit = this.#limit();
      if (limit !== null) {
        for (const pending of this.#waiting) pending.heldBy = limit;
        break;
      }
      const next = this.#waiting.shift();
      if (next !== undefined) this.#send(next);
    }
    if (this.#waiting.length === 0 && this.#sent.size === 0) for (const done of this.#idle.splice(0)) done();
  }

  /**
   * A pool's answer to one of our ids.
   *
   * @returns false when the id is none that still waits for a verdict, nor one whose verdict is late.
   */
  answer(answer: Answer): boolean {
    if (this.#late.delete(answer.id)) {
      // The verdict was already booked as unknown; the pool is alive all the same.
      this.#missing = 0;
      return true;
    }
    const sent = this.#sent.get(answer.id);
    if (sent === undefined) return false;
    this.#missing = 0;
    const refusal = answer.refusal('submit');
    const result = resultOf(refusal);
    if (result.result === 'stale' && !sent.wasNewest && this.#options.book.deathReason(sent.poolJob) === null) {
      this.#options.book.takeNewestOnly();
    }
    this.#settle(answer.id, sent, result);
    this.#options.onVerdict(refusal);
    this.pump();
    return true;
  }

  /** True when several verdicts in a row are missing. */
  get isSilent(): boolean {
    return this.#missing >= MAX_MISSING_VERDICTS;
  }

  /** Monotonic milliseconds of the last submit; 0 before the first. */
  get lastSentAt(): number {
    return this.#lastSentAt;
  }

  /** The connection is gone: what waits is dropped, what was sent is unknown. */
  end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    clearTimeout(this.#windowTimer);
    for (const pending of this.#waiting.splice(0)) this.#drop(pending, reason);
    for (const [id, sent] of this.#sent) this.#settle(id, sent, { result: 'unknown', reason });
    this.pump();
  }

  /** Drops what waits, and resolves when the last verdict is in. */
  settled(reason: string): Promise<void> {
    for (const pending of this.#waiting.splice(0)) this.#drop(pending, reason);
    if (this.#sent.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** The limit that keeps the next proof from going, or null. */
  #limit(): Pending['heldBy'] {
    const { limits, times } = this.#options;
    if (this.#sent.size >= limits.maxInFlight) return 'max_in_flight';
    if (limits.maxSubmitsPerMinute === null) return null;
    const now = performance.now();
    this.#sentAt = this.#sentAt.filter((at) => now - at < times.submitWindowMs);
    if (this.#sentAt.length < limits.maxSubmitsPerMinute) return null;
    clearTimeout(this.#windowTimer);
    const oldest = this.#sentAt[0] ?? now;
    this.#windowTimer = setTimeout(() => this.pump(), Math.max(1, oldest + times.submitWindowMs - now));
    return 'max_submits_per_minute';
  }

  #send(pending: Pending): void {
    const id = this.#options.takeId();
    const timer = setTimeout(() => this.#miss(id), this.#options.times.verdictMs);
    const wasNewest = this.#options.book.isNewest(pending.poolJob);
    this.#lastSentAt = performance.now();
    if (this.#options.limits.maxSubmitsPerMinute !== null) this.#sentAt.push(this.#lastSentAt);
    this.#sent.set(id, { ...pending, since: performance.now(), wasNewest, timer });
    // Last, because a failing socket ends all of this before the call returns.
    this.#options.send(id, pending.poolJob, pending.proof);
  }

  #miss(id: number): void {
    const sent = this.#sent.get(id);
    if (sent === undefined) return;
    this.#late.add(id);
    keepNewestKeys(this.#late, MAX_LATE);
    this.#settle(id, sent, { result: 'unknown', reason: 'the pool gave no verdict in time' });
    this.#missing += 1;
    if (this.#missing >= MAX_MISSING_VERDICTS) this.#options.onSilent();
    else this.pump();
  }

  #settle(id: number, sent: Sent, result: Pick<Verdict, 'result' | 'reason'>): void {
    clearTimeout(sent.timer);
    this.#sent.delete(id);
    sent.settle({ ...result, block: sent.block, latencyMs: performance.now() - sent.since });
  }

  #drop(pending: Pending, reason: string): void {
    pending.settle({
      result: 'dropped',
      reason,
      block: pending.block,
      latencyMs: performance.now() - pending.since,
    });
  }
}

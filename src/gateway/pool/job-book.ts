// The jobs that one connection announced, and the policy of which of them still take proofs. Jobs never outlive their
// connection: what is not in this book has no proof to send.
import { sameWork } from '../../protocol/work.ts';
import type { Job } from '../upstream.ts';
import { type Offer, type PoolJob, prevBlock, sameJob } from './pool-job.ts';

/** The jobs of one connection, newest last. What was not announced on this connection has no proof to send on it. */
export class JobBook {
  readonly #limit: number;
  #jobs: PoolJob[] = [];
  #tip: Buffer | null = null;
  /** Set once the pool called a proof for an earlier job stale: it does not take them (our policy). */
  #newestOnly = false;

  constructor(limit = 64) {
    this.#limit = limit;
  }

  add(offer: Offer): void {
    if (!offer.usable) {
      this.#tip = offer.prevBlock ?? this.#tip;
      return;
    }
    this.#tip = prevBlock(offer.poolJob.job.header);
    this.#jobs = [...this.#jobs.filter((held) => !sameJob(held, offer.poolJob)), offer.poolJob].slice(-this.#limit);
  }

  newest(): PoolJob | null {
    return this.#jobs.at(-1) ?? null;
  }

  /** The pool's job behind the one a proof was mined for; null when this connection never announced it. */
  find(job: Job): PoolJob | null {
    const named = this.#jobs.filter((held) => held.job.upstreamId === job.upstreamId && sameWork(held.job, job));
    return named.at(-1) ?? null;
  }

  /** Why a proof for this job must not go any more, or null while it may. */
  deathReason(poolJob: PoolJob): string | null {
    if (this.#tip === null || !prevBlock(poolJob.job.header).equals(this.#tip)) return 'the chain has moved on';
    if (this.isNewest(poolJob)) return null;
    return this.#newestOnly ? 'the job was replaced, and this pool takes proofs for its newest job only' : null;
  }

  isNewest(poolJob: PoolJob): boolean {
    const newest = this.newest();
    return newest !== null && sameJob(newest, poolJob);
  }

  /** The pool called a proof stale that was sent for an earlier job of a living tip: from now on, its newest job only. */
  takeNewestOnly(): void {
    this.#newestOnly = true;
  }
}

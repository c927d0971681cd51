// The jobs that were handed out lately, by header: a proof comes back with its job's header, and is for that job or none.
import { keepNewestKeys } from '../base/keep-newest.ts';
import { shortDigest } from '../base/short-digest.ts';
import type { Job } from './upstream.ts';

/** Far more jobs than are ever in a miner's hand; a proof for an older one is stale anyway. */
const KEPT_HEADERS = 64;

export class RecentJobs {
  readonly #byHeader = new Map<string, Job[]>();

  add(job: Job): void {
    const key = keyOf(job.header);
    const same = (this.#byHeader.get(key) ?? []).filter(({ target }) => target !== job.target);
    this.#byHeader.delete(key);
    this.#byHeader.set(key, [...same.slice(-7), job]);
    keepNewestKeys(this.#byHeader, KEPT_HEADERS);
  }

  /** The job of this header and target; where the target is another, the newest job of that header. */
  find(header: Buffer, target: bigint): Job | null {
    const jobs = this.#byHeader.get(keyOf(header)) ?? [];
    return jobs.findLast((job) => job.target === target) ?? jobs.at(-1) ?? null;
  }

  /** The newest job whose header has this digest, as the miner names it. */
  named(digest: string): Job | null {
    const jobs = [...this.#byHeader.values()].find(([job]) => job !== undefined && shortDigest(job.header) === digest);
    return jobs?.at(-1) ?? null;
  }
}

function keyOf(header: Buffer): string {
  return header.toString('latin1');
}

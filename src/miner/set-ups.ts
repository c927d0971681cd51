// The set-ups of jobs: when one that siblings overtake is finished all the same, and how much of the time they take. A large
// shape takes seconds to set up on a few threads, and pools send a sibling (another header on the same block) every few seconds:
// a miner that always takes the newest would never get to work. Pure except for what it remembers.
import type { NativeStats } from '../native/native.ts';

/** What of the native miner tells how far the present job is. */
export type SetUpStats = Pick<NativeStats, 'jobSwitchSeconds' | 'jobError'>;

/** How the last minute went, where set-ups take much of it. */
export interface SetUpBurden {
  /** Of the time, 0 to 1. */
  readonly share: number;
  /** That one takes. */
  readonly seconds: number;
  /** Between two jobs. */
  readonly jobSeconds: number;
}

const WINDOW_MS = 60_000;
/** Less than this share is no trouble. */
const HEAVY_SHARE = 0.3;
/** Before this much of a minute is known, nothing is said. */
const LEAST_MS = 20_000;

interface SetUp {
  readonly startedAtMs: number;
  /** Null while it lasts. */
  endedAtMs: number | null;
}

export class SetUps {
  /** Those that the last minute knows, oldest first. */
  #setUps: SetUp[] = [];
  /** When jobs came, mined or not. */
  #arrivals: number[] = [];
  /** A sibling came while the present job was set up. */
  #isOvertaken = false;

  arrived(nowMs: number): void {
    this.#arrivals = [...this.#arrivals, nowMs].filter((at) => at > nowMs - WINDOW_MS);
  }

  /** The native miner got a job; whatever it was at is over. */
  began(nowMs: number): void {
    this.#end(nowMs);
    this.#setUps = this.#setUps.filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs > nowMs - WINDOW_MS);
    this.#setUps.push({ startedAtMs: nowMs, endedAtMs: null });
    this.#isOvertaken = false;
  }

  stopped(nowMs: number): void {
    this.#end(nowMs);
  }

  /**
   * Whether the present job is kept although a sibling is newer: until its set-up is done, and where it was overtaken then, for
   * as long again. So at least half of the time is work, and where set-ups are quick the newest job is mined at once.
   */
  keepsJob(stats: SetUpStats, nowMs: number): boolean {
    this.#notice(stats, nowMs);
    const present = this.#setUps.at(-1);
    if (present === undefined || stats.jobError !== null) return false;
    if (present.endedAtMs === null) {
      this.#isOvertaken = true;
      return true;
    }
    return this.#isOvertaken && nowMs - present.endedAtMs < present.endedAtMs - present.startedAtMs;
  }

  /** Null where set-ups take little of the last minute. */
  burden(stats: SetUpStats, nowMs: number): SetUpBurden | null {
    this.#notice(stats, nowMs);
    const first = this.#setUps[0];
    const last = this.#setUps.at(-1);
    if (first === undefined || last === undefined) return null;
    const since = Math.max(first.startedAtMs, nowMs - WINDOW_MS);
    if (nowMs - since < LEAST_MS) return null;
    const busyMs = this.#setUps.map(({ startedAtMs, endedAtMs }) =>
      Math.max(0, (endedAtMs ?? nowMs) - Math.max(since, startedAtMs)),
    );
    const share = busyMs.reduce((sum, ms) => sum + ms, 0) / (nowMs - since);
    if (share < HEAVY_SHARE) return null;
    const lengths = this.#setUps.map(({ startedAtMs, endedAtMs }) => (endedAtMs ?? nowMs) - startedAtMs);
    const seconds = Math.max(...lengths) / 1000;
    return { share, seconds, jobSeconds: (nowMs - since) / 1000 / Math.max(1, this.#arrivals.length) };
  }

  #notice({ jobSwitchSeconds }: SetUpStats, nowMs: number): void {
    const present = this.#setUps.at(-1);
    if (present === undefined || present.endedAtMs !== null || jobSwitchSeconds == null) return;
    // The native miner counts a pause too.
    present.endedAtMs = Math.min(nowMs, present.startedAtMs + jobSwitchSeconds * 1000);
  }

  #end(nowMs: number): void {
    const present = this.#setUps.at(-1);
    if (present !== undefined) present.endedAtMs ??= nowMs;
  }
}

/** One sentence without its end. */
export function burdenInWords({ share, seconds, jobSeconds }: SetUpBurden): string {
  const rounded = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));
  return (
    `setting jobs up takes ${Math.round(share * 100)} % of the time: one takes ${rounded(seconds)} s here, ` +
    `and a new one comes every ${rounded(jobSeconds)} s`
  );
}

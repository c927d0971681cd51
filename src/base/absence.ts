// How long a process did not run: because the machine slept, which the monotonic clock of timers does not count, or because
// it was stopped or starved, which it does. Time-outs go by that clock, so that neither makes any of them run out by itself.
import { uptime } from 'node:os';

export interface Clocks {
  /** Stands still while the machine sleeps (clock_gettime(2), CLOCK_MONOTONIC). */
  monotonicMs(): number;
  /** Goes on while it sleeps, and does not care for the date being set; in seconds, some systems give whole ones. */
  uptimeSeconds(): number;
}

export interface Absence {
  sleptMs: number;
  /** Awake, and yet it did not run. */
  stoodStillMs: number;
}

const CLOCKS: Clocks = { monotonicMs: () => performance.now(), uptimeSeconds: uptime };

/** Where the uptime comes in whole seconds, two readings are off by up to one, and ticks are never exact. */
const NOISE_MS = 1500;

export class AbsenceMeter {
  readonly #clocks: Clocks;
  #monotonicMs: number;
  #uptimeMs: number;

  constructor(clocks: Clocks = CLOCKS) {
    this.#clocks = clocks;
    this.#monotonicMs = clocks.monotonicMs();
    this.#uptimeMs = 1000 * clocks.uptimeSeconds();
  }

  /** Milliseconds that are missing since the last call, which was expected to be `everyMs` ago; 0 for what is noise. */
  take(everyMs: number): Absence {
    const monotonicMs = this.#clocks.monotonicMs();
    const uptimeMs = 1000 * this.#clocks.uptimeSeconds();
    const awakeMs = monotonicMs - this.#monotonicMs;
    const sleptMs = uptimeMs - this.#uptimeMs - awakeMs;
    this.#monotonicMs = monotonicMs;
    this.#uptimeMs = uptimeMs;
    return { sleptMs: beyondNoise(sleptMs), stoodStillMs: beyondNoise(awakeMs - everyMs) };
  }
}

function beyondNoise(ms: number): number {
  return ms > NOISE_MS ? ms : 0;
}

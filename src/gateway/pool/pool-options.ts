// What the pool upstream is made of.
import type { Examiner } from '../examine-proof.ts';
import type { PoolSettings } from './connection/connection-options.ts';
import type { PoolEntry } from './pool-entry.ts';
import type { Remembered } from './roster.ts';
import type { WindowLimits } from './verdicts/verdict-window.ts';

/** What is remembered of pools beyond this process, by the name of their address. */
export interface PoolMemory {
  recall(name: string): Remembered | null;
  keep(name: string, what: Remembered): void;
}

export interface PoolOptions {
  /** At least one, the preferred one first. */
  readonly entries: readonly PoolEntry[];
  readonly settings: PoolSettings;
  readonly windowLimits: WindowLimits;
  readonly examine: Examiner;
  readonly memory?: PoolMemory;
  /** In [0, 1), for the jitter of the back-off. */
  readonly random?: () => number;
}

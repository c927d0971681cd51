// A row of the fault matrix: what is done to a real supervisor, when, and how it has to come out. Rows are data; a play uses
// the stage it is given and says what it saw.
import type { Need } from './needs.ts';
import type { FaultStage } from './stage.ts';

export interface Row {
  /** In words, as it stands in docs/faults.md. */
  fault: string;
  /** `start`, `ready`, `submitting`, `stopping`, `reloading`, or what it is instead. */
  moment: string;
  /** The outcome in words: `running`, `exit 0`, `exit 75 PORT_IN_USE`, … */
  expected: string;
  /** What this machine must have for it. */
  needs?: readonly Need[];
  /** Part of `npm test`. */
  quick?: boolean;
  /** About how long it takes where that is far above the others: the longest begin first. */
  seconds?: number;
  /** About a promised time: played when no other row is. */
  alone?: boolean;
  /** Files of the row's own doing, relative to the home: they may be left. */
  leaves?: RegExp;
  /** Puts the stage at the moment, applies the fault, waits for the outcome. */
  play(stage: FaultStage): Promise<Seen>;
}

export interface Seen {
  /** In the words of `expected`. */
  state: string;
  /** From the fault to the outcome; null where there is nothing to recover. */
  recoveryMs: number | null;
}

/** What a row came to. */
export interface Result {
  row: Row;
  passed: boolean;
  /** Set when it was not played. */
  skipped: string | null;
  seen: string;
  recoveryMs: number | null;
  /** Blocks of the chain, or shares that the pool took, that are not in the ledger, and the other way round. */
  unaccounted: number;
  orphans: number;
  filesLeft: readonly string[];
}

// What was done so far: the rate, the multiply-accumulates over all miners, and what became of the proofs.

import type { VerdictMessage } from './channel.ts';
import { RateMeter } from './rates.ts';
import type { Situation } from './situation.ts';
import { countVerdict, type Tally } from './tally.ts';

export class Figures {
  readonly #rates = new RateMeter();
  #tally: Tally;

  /** @param earlier what was counted before, from the ledger. */
  constructor(earlier: Tally) {
    this.#tally = earlier;
  }

  /** The miner's own counter, as its heartbeat has it. */
  observe(macs: string, nowMs: number): void {
    this.#rates.observe(BigInt(macs), nowMs);
  }

  /** A new miner counts from zero. */
  startOver(): void {
    this.#rates.startOver();
  }

  count(verdict: VerdictMessage): void {
    this.#tally = countVerdict(this.#tally, verdict, new Date().toISOString());
  }

  at(nowMs: number): Pick<Situation, 'rates' | 'macs' | 'tally'> {
    return {
      rates: {
        tenSeconds: this.#rates.macsPerSecond(10_000, nowMs),
        minute: this.#rates.macsPerSecond(60_000, nowMs),
        quarterHour: this.#rates.macsPerSecond(900_000, nowMs),
      },
      macs: this.#rates.total,
      tally: this.#tally,
    };
  }
}

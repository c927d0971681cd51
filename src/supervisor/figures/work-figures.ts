// What was done so far: the rate as it was measured and as the shares imply it, the multiply-accumulates over all miners,
// and what became of the proofs.
import { keepNewestKeys } from '../../base/keep-newest.ts';
import type { NotedProofs } from '../../gateway/ledger/pending.ts';
import type { VerdictMessage } from '../../protocol/channel/messages.ts';
import type { Stats } from '../../state/stats/stats-record.ts';
import { impliedRate } from './implied-rate.ts';
import { RateMeter } from './measured-rates.ts';
import { ShareEvidence } from './share-evidence.ts';
import { countVerdict, type Tally } from './tally.ts';

/** More than a gateway can leave without a verdict in its ledger: 64 that wait, and a backlog while the disk is full. */
const MAX_REMEMBERED = 8192;

/** What was done so far, under the names of the figures. */
export type WorkDone = Pick<Stats, 'blocks' | 'rate' | 'macs' | 'impliedRate'> & {
  readonly shares: Omit<Stats['shares'], 'expectedSeconds'>;
};

export class WorkFigures {
  readonly #rates = new RateMeter();
  readonly #evidence = new ShareEvidence(performance.now());
  /** Proofs of the verdicts that were counted last. */
  readonly #counted: Set<string>;
  /** Proofs that were found and have no verdict yet. */
  readonly #inFlight: Set<string>;
  #tally: Tally;

  /**
   * @param earlier what was counted before, from the ledger.
   * @param noted proofs that gateway and miner have noted: those in flight, and those that `earlier` has.
   */
  constructor(earlier: Tally, noted: NotedProofs = { inFlight: new Set(), settled: new Set() }) {
    this.#tally = earlier;
    this.#inFlight = new Set(noted.inFlight);
    this.#counted = new Set(noted.settled);
  }

  /** The miner found this proof, which is under way until its verdict. */
  found(proof: string): void {
    if (this.#counted.has(proof)) return;
    this.#inFlight.add(proof);
    keepNewestKeys(this.#inFlight, MAX_REMEMBERED);
  }

  /** The miner's own counter, as its heartbeat has it. */
  observe(macs: string, nowMs: number): void {
    this.#rates.observe(BigInt(macs), nowMs);
  }

  /** A new miner counts from zero. */
  startOver(): void {
    this.#rates.startOver();
  }

  /**
   * Counts a verdict. One of another wallet counts where its proof was in flight here, before a reload changed that.
   *
   * @returns false for one that the gateway recalled after a kill, and that its predecessor had already told.
   */
  count(verdict: VerdictMessage): boolean {
    const isOurs = this.#inFlight.delete(verdict.proof) || !verdict.foreign;
    if (!isOurs || (verdict.recalled && this.#counted.has(verdict.proof))) return false;
    this.#counted.add(verdict.proof);
    keepNewestKeys(this.#counted, MAX_REMEMBERED);
    if (verdict.result === 'accepted') {
      this.#evidence.accept(BigInt(verdict.work), this.#rates.total, performance.now());
    }
    this.#tally = countVerdict(this.#tally, verdict, new Date().toISOString());
    return true;
  }

  at(nowMs: number): WorkDone {
    const { shares } = this.#tally;
    const inFlight = this.#inFlight.size;
    return {
      blocks: this.#tally.blocks,
      shares: { ...shares, found: shares.submitted + shares.dropped + inFlight, inFlight },
      rate: {
        macsPerSecond10s: this.#rates.macsPerSecond(10_000, nowMs),
        macsPerSecond60s: this.#rates.macsPerSecond(60_000, nowMs),
        macsPerSecond15m: this.#rates.macsPerSecond(900_000, nowMs),
      },
      macs: this.#rates.total.toString(),
      impliedRate: impliedRate(this.#evidence.sums(this.#rates.total, nowMs)),
    };
  }
}

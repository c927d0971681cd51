// The proofs in the miner's hand: found, and then either sent or dropped with a reason, each exactly once.
import { keepNewest } from '../base/keep-newest.ts';
import { JOB_SOLVED } from '../protocol/verdict.ts';
import type { LedgerEntry } from '../state/ledger/entry.ts';
import type { MinerJob } from './mining-job.ts';

/** A winner, which may not have become a proof that can be sent. */
export interface Find {
  /** As the ledger is to have it, should it go no further. */
  readonly entry: LedgerEntry;
  /** What a gateway answered in the place of `submitted`; absent where none has answered. */
  readonly answer?: string;
}

export interface FoundProof extends Find {
  /** The base64 text that goes out. */
  readonly text: string;
  readonly job: MinerJob;
  /** True when it meets the network's own target: its header is solved with it. */
  readonly block: boolean;
}

export interface ProofCounts {
  readonly found: number;
  /** Answered `submitted`. */
  readonly sent: number;
  readonly dropped: number;
}

export interface ProofListener {
  /** Resolves when the find is noted, or when the disk takes too long. */
  readonly onFound: (entry: LedgerEntry) => Promise<void>;
  /** @param mayBeKnown a gateway may have it all the same. */
  readonly onDrop: (reason: string, find: Find, mayBeKnown: boolean) => void;
}

/** Beyond this the oldest are dropped: shares come far more slowly than a gateway takes them. */
const MAX_WAITING = 64;

export class ProofQueue {
  readonly #listener: ProofListener;
  #waiting: FoundProof[] = [];
  #found = 0;
  #sent = 0;
  #dropped = 0;

  constructor(listener: ProofListener) {
    this.#listener = listener;
  }

  get counts(): ProofCounts {
    return { found: this.#found, sent: this.#sent, dropped: this.#dropped };
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** A winner was reported. It is either pushed or dropped next. */
  find(entry: LedgerEntry): Promise<void> {
    this.#found += 1;
    return this.#listener.onFound(entry);
  }

  countSent(): void {
    this.#sent += 1;
  }

  drop(reason: string, find: Find, mayBeKnown = false): void {
    this.#dropped += 1;
    this.#listener.onDrop(reason, find, mayBeKnown);
  }

  push(proof: FoundProof): void {
    this.#waiting.push(proof);
    for (const old of keepNewest(this.#waiting, MAX_WAITING)) {
      // One of the devnet's easy jobs has hundreds of proofs, and each would solve it: the rest are no loss.
      const isSolved = this.#waiting.some(({ job, block }) => block && job === old.job);
      this.drop(isSolved ? JOB_SOLVED : 'too many proofs wait for the gateway', old);
    }
  }

  /** One that was taken, and is the next again. */
  putBack(proof: FoundProof): void {
    this.#waiting.unshift(proof);
  }

  /** The next proof to send: the taker counts it as sent, or drops it. */
  shift(): FoundProof | undefined {
    return this.#waiting.shift();
  }

  /** Drops what waits, each for the same reason. */
  dropAll(reason: string): void {
    for (const proof of this.#waiting.splice(0)) this.drop(reason, proof);
  }
}

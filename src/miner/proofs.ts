// The proofs in the miner's hand: found, and then either sent or dropped with a reason, each exactly once.
import { keepNewest } from '../base/keep-newest.ts';
import type { MinerJob } from './mining-job.ts';

export interface FoundProof {
  /** The base64 text that goes out. */
  readonly text: string;
  readonly job: MinerJob;
  /** The 32 bytes of the ticket's hash. */
  readonly hash: Buffer;
  /** True when it meets the network's own target: its header is solved with it. */
  readonly block: boolean;
}

export interface ProofCounts {
  readonly found: number;
  /** Answered `submitted`. */
  readonly sent: number;
  readonly dropped: number;
}

/** Beyond this the oldest are dropped: shares come far more slowly than a gateway takes them. */
const MAX_WAITING = 64;

export class ProofQueue {
  readonly #onDrop: (reason: string) => void;
  #waiting: FoundProof[] = [];
  #found = 0;
  #sent = 0;
  #dropped = 0;

  constructor(onDrop: (reason: string) => void) {
    this.#onDrop = onDrop;
  }

  get counts(): ProofCounts {
    return { found: this.#found, sent: this.#sent, dropped: this.#dropped };
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** A winner was reported. It is either pushed or dropped next. */
  countFound(): void {
    this.#found += 1;
  }

  countSent(): void {
    this.#sent += 1;
  }

  drop(reason: string): void {
    this.#dropped += 1;
    this.#onDrop(reason);
  }

  push(proof: FoundProof): void {
    this.#waiting.push(proof);
    for (const _ of keepNewest(this.#waiting, MAX_WAITING)) this.drop('too many proofs wait for the gateway');
  }

  /** The next proof to send: the taker counts it as sent, or drops it. */
  shift(): FoundProof | undefined {
    return this.#waiting.shift();
  }

  /** Drops what waits, each for the same reason. */
  dropAll(reason: string): void {
    for (const _ of this.#waiting.splice(0)) this.drop(reason);
  }
}

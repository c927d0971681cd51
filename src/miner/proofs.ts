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
  /** What a gateway answered in the place of `submitted`; absent where none has answered. */
  readonly answer?: string;
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
  readonly #onDrop: (reason: string, proof: FoundProof | null) => void;
  #waiting: FoundProof[] = [];
  #found = 0;
  #sent = 0;
  #dropped = 0;

  /** @param onDrop `proof` is null for a winner that did not become one. */
  constructor(onDrop: (reason: string, proof: FoundProof | null) => void) {
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

  drop(reason: string, proof: FoundProof | null = null): void {
    this.#dropped += 1;
    this.#onDrop(reason, proof);
  }

  push(proof: FoundProof): void {
    this.#waiting.push(proof);
    for (const old of keepNewest(this.#waiting, MAX_WAITING)) this.drop('too many proofs wait for the gateway', old);
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

// Whether a gateway's job builds on its node's newest block. Only the hashes are compared: the node is looked at every ten
// seconds and the job every second, so that which of the two is younger says nothing. Pure, on times that it is given.

export class JobLag {
  #tip: string | null = null;
  #prevBlock: string | null = null;
  /** Since when this very job builds on another block than the tip. */
  #sinceMs: number | null = null;

  /** The node's `bestblockhash`. */
  tip(hash: string, nowMs: number): void {
    this.#tip = hash;
    this.#compare(nowMs);
  }

  /** @param prevBlock as RPC prints it. A job on another block than the last one's shows that the gateway follows. */
  job(prevBlock: string, nowMs: number): void {
    if (prevBlock !== this.#prevBlock) this.#sinceMs = null;
    this.#prevBlock = prevBlock;
    this.#compare(nowMs);
  }

  behindMs(nowMs: number): number | null {
    return this.#sinceMs === null ? null : nowMs - this.#sinceMs;
  }

  #compare(nowMs: number): void {
    const behind = this.#tip !== null && this.#prevBlock !== null && this.#tip !== this.#prevBlock;
    this.#sinceMs = behind ? (this.#sinceMs ?? nowMs) : null;
  }
}

// When the miner's heartbeat goes out: each second, and at once when what it says changes: that the gateway was reached, that
// there is no job, that the first work of this process is done. So no reader waits a second to hear that mining goes on.
import { HEARTBEAT_MS, type MinerHeartbeat } from '../protocol/channel/messages.ts';

export interface PulseOptions {
  heartbeat: () => MinerHeartbeat;
  tell: (heartbeat: MinerHeartbeat) => void;
  /** Multiply-accumulates of this process so far: asked often until there are some. */
  macs: () => bigint;
}

/** How often a new miner looks whether its first work is done. */
const FIRST_WORK_POLL_MS = 20;

export class Pulse {
  readonly #options: PulseOptions;
  readonly #beating: NodeJS.Timeout;
  #expecting: NodeJS.Timeout | null = null;
  #worked = false;
  #told = '';

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#beating = setInterval(() => this.beat(), HEARTBEAT_MS);
    this.beat();
  }

  /** Tells how things stand now. */
  beat(): void {
    const heartbeat = this.#options.heartbeat();
    this.#told = comparable(heartbeat);
    this.#options.tell(heartbeat);
  }

  /** Something may have changed: a beat goes out if anything that it says did. */
  notice(): void {
    const heartbeat = this.#options.heartbeat();
    if (comparable(heartbeat) !== this.#told) this.beat();
    if (heartbeat.activity === 'mining' && !this.#worked && this.#expecting === null) this.#expectWork();
  }

  stop(): void {
    clearInterval(this.#beating);
    this.#expectNoMore();
    this.beat();
  }

  #expectWork(): void {
    this.#expecting = setInterval(() => {
      if (this.#options.macs() === 0n) return;
      this.#worked = true;
      this.#expectNoMore();
      this.beat();
    }, FIRST_WORK_POLL_MS);
  }

  #expectNoMore(): void {
    if (this.#expecting !== null) clearInterval(this.#expecting);
    this.#expecting = null;
  }
}

/** What is worth a beat of its own; counters and ages are not. */
function comparable({ ready, activity, reason, priorityText }: MinerHeartbeat): string {
  return JSON.stringify([ready, activity, reason, priorityText]);
}

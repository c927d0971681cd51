// Whether the gateway serves: asked over its own wire, since that is what the miner will depend on.
import { orNull } from '../../base/errors.ts';
import { parseEndpoint } from '../../protocol/jsonrpc/endpoint.ts';
import { type ProbeResult, probeGateway } from './gateway-probe.ts';

const ASK_EVERY_MS = 100;
/** While starting a gateway may be slow, but not this slow with one answer: then it is asked again. */
const ANSWER_TIMEOUT_MS = 5000;

export interface ReadinessListener {
  /** Where to ask now, or null while that is not known yet. */
  url(): string | null;
  onResult(result: ProbeResult, url: string): void;
}

/** Asks again and again until it is stopped; one question at a time. */
export class GatewayWatch {
  readonly #listener: ReadinessListener;
  #timer: NodeJS.Timeout | undefined;
  #round = 0;

  constructor(listener: ReadinessListener) {
    this.#listener = listener;
  }

  /** Asks every `everyMs` from now on; answers to earlier questions are dropped. */
  start(everyMs = ASK_EVERY_MS): void {
    this.stop();
    const round = this.#round;
    this.#timer = setTimeout(() => void this.#ask(round, everyMs), 0);
  }

  stop(): void {
    this.#round += 1;
    clearTimeout(this.#timer);
  }

  async #ask(round: number, everyMs: number): Promise<void> {
    const askedAtMs = performance.now();
    const url = this.#listener.url();
    // Port 0 is no address yet.
    const endpoint = url === null ? null : orNull(() => parseEndpoint(url));
    if (url !== null && endpoint !== null) {
      const result = await probeGateway(endpoint, ANSWER_TIMEOUT_MS);
      if (round !== this.#round) return;
      this.#listener.onResult(result, url);
    }
    if (round !== this.#round) return;
    const waitMs = Math.max(0, everyMs - (performance.now() - askedAtMs));
    this.#timer = setTimeout(() => void this.#ask(round, everyMs), waitMs);
  }
}

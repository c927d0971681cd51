// One gateway and miner pair of this very process, without a supervisor: for programs that watch over them on their own. It
// takes the supervisor's declarations, so that a gateway is started and stopped in one way everywhere.
import { setTimeout as sleep } from 'node:timers/promises';
import { PearlError } from '../base/errors.ts';
import { within } from '../base/time-limit.ts';
import { parseChildMessage } from '../protocol/channel/messages.ts';
import { parseEndpoint } from '../protocol/jsonrpc/endpoint.ts';
import type { ChildName } from '../state/table/session-table.ts';
import { ChildProcess } from '../supervisor/children/child-process.ts';
import type { Declaration } from '../supervisor/children/declarations.ts';
import { probeGateway } from '../supervisor/children/gateway-probe.ts';
import type { ChildExit } from '../supervisor/children/restart-policy.ts';

const PROBE_EVERY_MS = 100;
const PROBE_TIMEOUT_MS = 2000;

export interface LauncherOptions {
  readonly declarations: Record<ChildName, Declaration>;
  /** Where the gateway listens, before it says so itself. */
  readonly gatewayUrl: string;
  /** Lines that the children write. */
  readonly onLine?: (name: ChildName, line: string) => void;
}

/** A child and its end. */
interface Running {
  readonly process: ChildProcess;
  readonly exited: Promise<ChildExit>;
  over: ChildExit | null;
}

export class PearlSubprocessLauncher {
  readonly #options: LauncherOptions;
  #gateway: Running | null = null;
  #miner: Running | null = null;
  #url: string;
  #active = false;
  #stopping = false;

  constructor(options: LauncherOptions) {
    this.#options = options;
    this.#url = options.gatewayUrl;
  }

  /** Where the gateway really listens. */
  get gatewayUrl(): string {
    return this.#url;
  }

  get pids(): { readonly gateway: number | null; readonly miner: number | null } {
    return { gateway: this.#gateway?.process.pid ?? null, miner: this.#miner?.process.pid ?? null };
  }

  /**
   * Starts the gateway, waits until it serves, and then starts the miner.
   *
   * @throws PearlError ALREADY_STARTED, or CHILD_FAILED when the gateway ends first; then nothing is left running.
   */
  async start(): Promise<void> {
    if (this.#active) {
      throw new PearlError('ALREADY_STARTED', 'This pair is already started.', {
        hint: 'Call stop() before starting again.',
      });
    }
    this.#active = true;
    this.#stopping = false;
    try {
      this.#gateway = this.#spawn('gateway');
      await this.#awaitGateway();
      if (!this.#stopping) this.#miner = this.#spawn('miner');
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops the miner, then the gateway, each by its own declared steps; also when nothing runs. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const name of ['miner', 'gateway'] as const) {
      const running = name === 'miner' ? this.#miner : this.#gateway;
      if (running === null) continue;
      for (const { signal, waitMs } of this.#options.declarations[name].rules.stopSteps) {
        if (running.over !== null) break;
        running.process.signal(signal);
        await within(running.exited, waitMs);
      }
    }
    this.#gateway = null;
    this.#miner = null;
    this.#active = false;
  }

  /** True while both live. */
  isRunning(): boolean {
    const gatewayLives = this.#gateway !== null && this.#gateway.over === null;
    return gatewayLives && this.#miner !== null && this.#miner.over === null;
  }

  #spawn(name: ChildName): Running | null {
    const { launch } = this.#options.declarations[name];
    if (launch === null) return null;
    let settle: (exit: ChildExit) => void = () => undefined;
    const exited = new Promise<ChildExit>((resolve) => {
      settle = resolve;
    });
    const process = new ChildProcess(launch({ gatewayUrl: this.#url }), {
      onMessage: (message) => this.#hear(name, message),
      onLine: (line) => this.#options.onLine?.(name, line),
      onExit: (exit) => {
        running.over = exit;
        settle(exit);
      },
    });
    const running: Running = { process, exited, over: null };
    return running;
  }

  /** A gateway that took a free port tells which. */
  #hear(name: ChildName, value: unknown): void {
    const message = parseChildMessage(value);
    if (name === 'gateway' && message?.type === 'gateway' && message.url !== null) this.#url = message.url;
  }

  async #awaitGateway(): Promise<void> {
    while (!this.#stopping) {
      const exit = this.#gateway?.over ?? null;
      if (exit !== null) {
        const how = exit.message ?? (exit.signal === null ? `code ${exit.code}` : exit.signal);
        throw new PearlError('CHILD_FAILED', `The gateway ended while it was starting (${how}).`);
      }
      if (await this.#serves()) return;
      await sleep(PROBE_EVERY_MS);
    }
  }

  async #serves(): Promise<boolean> {
    try {
      return (await probeGateway(parseEndpoint(this.#url), PROBE_TIMEOUT_MS)).kind === 'serving';
    } catch {
      // Port 0 is no address yet.
      return false;
    }
  }
}

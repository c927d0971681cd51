// One gateway and miner pair of this very process, without a supervisor: for programs that watch over them on their own. It
// takes the supervisor's declarations, so that a gateway is started and stopped in one way everywhere.
import { setTimeout as sleep } from 'node:timers/promises';
import { orNull, PearlError } from '../base/errors.ts';
import { within } from '../base/time-limit.ts';
import { parseChildMessage } from '../protocol/channel/messages.ts';
import { parseEndpoint } from '../protocol/jsonrpc/endpoint.ts';
import type { ChildName } from '../state/table/session-table.ts';
import { ChildProcess } from '../supervisor/children/child-process.ts';
import type { Declaration } from '../supervisor/children/declarations.ts';
import { probeGateway } from '../supervisor/children/gateway-probe.ts';
import type { ChildExit } from '../supervisor/children/restart-policy.ts';
import type { StartOptions } from './provider.ts';

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

/** All that one start has brought to life; a later one knows nothing of it. */
interface Generation {
  gateway: Running | null;
  miner: Running | null;
  stopping: Promise<void> | null;
}

export class PearlSubprocessLauncher {
  readonly #options: LauncherOptions;
  #current: Generation | null = null;
  #url: string;

  constructor(options: LauncherOptions) {
    this.#options = options;
    this.#url = options.gatewayUrl;
  }

  /** Where the gateway really listens. */
  get gatewayUrl(): string {
    return this.#url;
  }

  get pids(): { readonly gateway: number | null; readonly miner: number | null } {
    const { gateway = null, miner = null } = this.#current ?? {};
    return { gateway: gateway?.process.pid ?? null, miner: miner?.process.pid ?? null };
  }

  /**
   * Starts the gateway, waits until it serves, and then starts the miner.
   *
   * @throws PearlError ALREADY_STARTED, NOT_RUNNING when it was stopped meanwhile or `signal` has aborted it, or CHILD_FAILED when
   * the gateway ends first; then nothing of this start is left running.
   */
  async start({ signal }: StartOptions = {}): Promise<void> {
    if (this.#current !== null) {
      throw new PearlError('ALREADY_STARTED', 'This pair is already started.', {
        hint: 'Call stop() before starting again.',
      });
    }
    const generation: Generation = { gateway: null, miner: null, stopping: null };
    this.#current = generation;
    this.#url = this.#options.gatewayUrl;
    const abort = () => void this.#stop(generation);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (signal?.aborted === true) throw stoppedMeanwhile();
      generation.gateway = this.#spawn('gateway', generation);
      while (!(await this.#serves())) {
        refuseEnded(generation);
        await sleep(PROBE_EVERY_MS);
      }
      refuseEnded(generation);
      generation.miner = this.#spawn('miner', generation);
    } catch (error) {
      await this.#stop(generation);
      throw signal?.aborted === true ? stoppedMeanwhile(signal.reason) : error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Stops the miner, then the gateway, each by its own declared steps; also when nothing runs. A start on its way rejects. */
  async stop(): Promise<void> {
    if (this.#current !== null) await this.#stop(this.#current);
  }

  #stop(generation: Generation): Promise<void> {
    generation.stopping ??= this.#end(generation);
    return generation.stopping;
  }

  async #end(generation: Generation): Promise<void> {
    for (const name of ['miner', 'gateway'] as const) {
      const running = generation[name];
      if (running === null) continue;
      for (const { signal, waitMs } of this.#options.declarations[name].rules.stopSteps) {
        if (running.over !== null) break;
        running.process.signal(signal);
        await within(running.exited, waitMs);
      }
    }
    if (this.#current === generation) this.#current = null;
  }

  /** True while both live. */
  isRunning(): boolean {
    const { gateway = null, miner = null } = this.#current ?? {};
    return gateway !== null && gateway.over === null && miner !== null && miner.over === null;
  }

  #spawn(name: ChildName, generation: Generation): Running | null {
    const { launch } = this.#options.declarations[name];
    if (launch === null) return null;
    let settle: (exit: ChildExit) => void = () => undefined;
    const exited = new Promise<ChildExit>((resolve) => {
      settle = resolve;
    });
    const process = new ChildProcess(launch({ gatewayUrl: this.#url }), {
      onMessage: (message) => {
        if (name === 'gateway' && this.#current === generation) this.#hear(message);
      },
      onLine: (line) => this.#options.onLine?.(name, line),
      onLeft: () => undefined,
      onExit: (exit) => {
        running.over = exit;
        settle(exit);
      },
    });
    const running: Running = { process, exited, over: null };
    return running;
  }

  /** A gateway that took a free port tells which. */
  #hear(value: unknown): void {
    const message = parseChildMessage(value);
    if (message?.type === 'gateway' && message.url !== null) this.#url = message.url;
  }

  async #serves(): Promise<boolean> {
    // Port 0 is no address yet.
    const endpoint = orNull(() => parseEndpoint(this.#url));
    return endpoint !== null && (await probeGateway(endpoint, PROBE_TIMEOUT_MS)).kind === 'serving';
  }
}

function stoppedMeanwhile(cause?: unknown): PearlError {
  return new PearlError('NOT_RUNNING', 'The pair was stopped while it was starting.', { cause });
}

/** Throws NOT_RUNNING once the start is stopped, and CHILD_FAILED when its gateway ends by itself. */
function refuseEnded({ stopping, gateway }: Generation): void {
  if (stopping !== null) throw stoppedMeanwhile();
  const exit = gateway?.over ?? null;
  if (exit === null) return;
  const how = exit.message ?? (exit.signal === null ? `code ${exit.code}` : exit.signal);
  throw new PearlError('CHILD_FAILED', `The gateway ended while it was starting (${how}).`);
}

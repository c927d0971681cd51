// Where the gateway is, and what asking it tells: that it serves, that it is gone, or that something else listens there.
import { EXIT } from '../../base/errors.ts';
import type { Config } from '../../config/configuration.ts';
import type { RestartWish } from '../../gateway/external/companion.ts';
import { parseEndpoint } from '../../protocol/jsonrpc/endpoint.ts';
import type { SupervisorEvent } from '../supervisor-table.ts';
import type { Child } from './child-table.ts';
import type { Children } from './children.ts';
import { configuredGatewayUrl, type Declaration } from './declarations.ts';
import { type ProbeResult, probeGateway } from './gateway-probe.ts';
import { GatewayWatch } from './readiness.ts';

export interface GatewayContactOptions {
  config: Config;
  children: Children;
  /** The gateway's row of the table, at this moment. */
  child: () => Child;
  declaration: () => Declaration;
  dispatch: (event: SupervisorEvent) => void;
  /** Told once for each reason, in words without a full stop, why a gateway that another program runs does not serve. */
  onSilence?: (reason: string) => void;
}

/** A gateway that another program runs is asked this often whether it is still there. */
const FOREIGN_PROBE_MS = 5000;
/** One that is not frozen answers within milliseconds. */
const SILENT_MS = 1000;
/** So many answers in a row that no gateway would give, before any good one: what listens there is something else. */
const NONSENSE_LIMIT = 3;

export class GatewayContact {
  readonly #options: GatewayContactOptions;
  readonly #watch: GatewayWatch;
  #url: string;
  /** Where the running miner was told to find its gateway. */
  #minerUrl: string | null = null;
  #nonsense = 0;
  #silence: string | null = null;

  constructor(options: GatewayContactOptions) {
    this.#options = options;
    this.#url = configuredGatewayUrl(options.config);
    this.#watch = new GatewayWatch({
      url: () => this.#probeUrl(),
      onResult: (result) => this.#onProbe(result),
    });
  }

  /** Where it listens as far as known, else where the configuration says. */
  get url(): string {
    return this.#url;
  }

  /** Why a gateway that another program runs does not serve, in words without a full stop; null where it does. */
  get silence(): string | null {
    return this.#silence;
  }

  /** Another configuration says where it will be. With port 0 it is unknown until the gateway tells; the old address stands. */
  moveTo(config: Config): void {
    const { socket, port } = config.gateway;
    if (socket !== null || port !== 0) this.#url = configuredGatewayUrl(config);
  }

  /** Asks from now on, until it serves. */
  begin(): void {
    this.#watch.start();
  }

  stop(): void {
    this.#watch.stop();
  }

  /** Starts it again; with `silent` only if it takes connections and answers nothing. */
  restart(reason: string, when: RestartWish): void {
    const { child, dispatch } = this.#options;
    const { generation } = child();
    const again = (isFrozen: boolean) => dispatch({ type: 'recycle', names: ['gateway'], reason, isFrozen });
    if (when === 'now') again(false);
    else {
      void probeGateway(parseEndpoint(this.#url), SILENT_MS).then(({ kind }) => {
        if (kind === 'silent' && child().generation === generation) again(true);
      });
    }
  }

  minerStarted(): void {
    this.#minerUrl = this.#url;
  }

  /** A built-in gateway tells its address when it listens; another one is where the configuration says. */
  #probeUrl(): string | null {
    if (!this.#options.declaration().heartbeat) return this.#url;
    const heartbeat = this.#options.children.heard.gateway?.heartbeat;
    return heartbeat?.ready === true ? heartbeat.url : null;
  }

  #onProbe(result: ProbeResult): void {
    const { children, dispatch } = this.#options;
    const { state, everReady } = this.#options.child();
    const foreign = this.#options.declaration().launch === null;
    const silence = foreign && result.kind !== 'serving' ? withoutStop(result.reason) : null;
    if (silence !== null && silence !== this.#silence) this.#options.onSilence?.(silence);
    this.#silence = silence;
    if (result.kind === 'serving') {
      this.#nonsense = 0;
      children.companion()?.served();
      if (state === 'starting') this.#serves(foreign);
      return;
    }
    this.#nonsense = result.kind === 'nonsense' ? this.#nonsense + 1 : 0;
    if (this.#nonsense >= NONSENSE_LIMIT && !everReady) {
      const reason = `what answers at ${this.#url} is no gateway: ${result.reason}`;
      dispatch({ type: 'fail', exitCode: EXIT.unavailable, reason });
    } else if (result.kind === 'silent' && children.companion()?.busy === true) {
      // It makes the certificate of a block, and answers nothing meanwhile. A proof that it took shows that it serves: the
      // miner may be faster with one than this question.
      if (state === 'starting') this.#serves(foreign);
    } else if (foreign && (state === 'ready' || state === 'finishing')) {
      const message = withoutStop(result.reason);
      const exit = { code: null, signal: null, message, isForeign: true } as const;
      dispatch({ type: 'child', name: 'gateway', event: { type: 'exit', exit } });
    }
  }

  #serves(foreign: boolean): void {
    const { dispatch } = this.#options;
    const url = this.#probeUrl();
    if (url !== null) this.#url = url;
    if (foreign) this.#watch.start(FOREIGN_PROBE_MS);
    else this.#watch.stop();
    const moved = this.#minerUrl !== null && this.#minerUrl !== this.#url;
    // First, so that a miner which still looks for the old address is not shown as running.
    if (moved) dispatch({ type: 'recycle', names: ['miner'], reason: 'the gateway listens elsewhere now' });
    dispatch({ type: 'child', name: 'gateway', event: { type: 'ready' } });
  }
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

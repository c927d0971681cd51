// The supervisor at work: it feeds what happens into the table, carries out the actions that come back, and publishes the
// result. Every decision is in `machine.ts` and the pure modules beside it; here are the clock, the files and the processes.
import { performance } from 'node:perf_hooks';
import type { Config } from '../config/config.ts';
import type { Paths } from '../config/paths.ts';
import { EXIT } from '../errors.ts';
import type { Logger } from '../logs/logger.ts';
import type { Metric } from '../metrics/exposition.ts';
import { type MetricFacts, metricsOf } from '../metrics/facts.ts';
import type { ChildName, SidecarService } from '../sidecar/record.ts';
import type { GatewayHeartbeat, MinerHeartbeat, VerdictMessage } from './channel.ts';
import type { ChildAction, ChildEvent } from './child-table.ts';
import { Children } from './children.ts';
import { configuredGatewayUrl, type Declaration, declareChildren } from './declarations.ts';
import { stuckReason } from './liveness.ts';
import {
  type Action,
  type Ending,
  type Machine,
  type MachineEvent,
  newMachine,
  type Rules,
  step,
  type Transition,
} from './machine.ts';
import type { Notifier } from './notify.ts';
import type { ProbeResult } from './probe.ts';
import { metricFactsOf, sidecarOf, statsOf, statusLineOf } from './published.ts';
import type { Publisher } from './publisher.ts';
import { RateMeter } from './rates.ts';
import { GatewayWatch } from './readiness.ts';
import { type ReloadChange, reloadChanges } from './reload.ts';
import type { ChildExit } from './restart-policy.ts';
import type { Facts, Situation } from './situation.ts';
import { countVerdict, type Tally } from './tally.ts';

export interface SupervisorOptions {
  config: Config;
  paths: Paths;
  program: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
  facts: Facts;
  logger: Logger;
  redact: (text: string) => string;
  publisher: Publisher;
  notifier: Notifier;
  /** Reason of a pause that outlived the last supervisor, or null. */
  paused: string | null;
  /** What was counted before, from the ledger. */
  tally: Tally;
  metricsUrl: string;
  service: SidecarService | null;
  /** Called after every change, and every two seconds. */
  onChange: (situation: Situation) => void;
}

/** A gateway that somebody else runs is asked this often whether it is still there. */
const FOREIGN_PROBE_MS = 5000;
/** So many answers in a row that no gateway would give, before any good one: what listens there is something else. */
const NONSENSE_LIMIT = 3;

/** Both children ended and the mirror removed within this: OpenJarvis' own stop command. */
const OPENJARVIS_STOP_MS = 10_000;

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children: Children;
  readonly #watch: GatewayWatch;
  readonly #rates = new RateMeter();
  readonly #startedMs = performance.now();
  readonly #ended: Promise<Ending>;
  #resolveEnded: (ending: Ending) => void = () => undefined;
  #config: Config;
  #declarations: Record<ChildName, Declaration>;
  #machine: Machine;
  #facts: Facts;
  #tally: Tally;
  #gatewayUrl: string;
  /** Where the running miner was told to find its gateway. */
  #minerGatewayUrl: string | null = null;
  #nonsense = 0;
  /** When each child last ended as if it had been asked to. */
  readonly #politeEndMs: Record<ChildName, number> = {
    gateway: Number.NEGATIVE_INFINITY,
    miner: Number.NEGATIVE_INFINITY,
  };
  #events: MachineEvent[] = [];
  #stepping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#facts = options.facts;
    this.#tally = options.tally;
    this.#gatewayUrl = configuredGatewayUrl(options.config);
    this.#declarations = declareChildren(options.config, options.paths, options);
    this.#machine = newMachine(options.paused);
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#children = new Children({
      onEvent: (name, event) => this.#onChild(name, event),
      onHeartbeat: (heartbeat) => this.#onHeartbeat(heartbeat),
      onVerdict: (verdict) => this.#onVerdict(verdict),
      onLog: (name, level, line) => options.logger.log(level, line, {}, name),
      redact: options.redact,
    });
    this.#watch = new GatewayWatch({
      url: () => this.#probeUrl(),
      onResult: (result) => this.#onProbe(result),
    });
  }

  /** Starts the children; resolves when nothing runs any more. */
  run(): Promise<Ending> {
    this.dispatch({ type: 'begin' });
    return this.#ended;
  }

  /** Feeds one event to the table. Events that an action causes at once wait for their turn. */
  dispatch(event: MachineEvent): void {
    this.#events.push(event);
    if (this.#stepping) return;
    this.#stepping = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#step(next);
    } finally {
      this.#stepping = false;
    }
    this.publish();
  }

  /** Once a second: judge who is silent. `gapMs` is how much longer than a second the last one was. */
  tick(gapMs: number): void {
    if (gapMs > 2000) {
      this.#options.logger.warn('the clock jumped or this process was stopped', {
        missedSeconds: Math.round(gapMs / 1000),
      });
      this.#children.forgiveSilence();
    }
    for (const name of ['gateway', 'miner'] as const) this.#judge(name);
    if (this.#wasStoppedByOpenJarvis()) {
      this.#options.logger.info('stopping: OpenJarvis ended both children and removed the mirror');
      this.dispatch({ type: 'stop' });
      return;
    }
    this.publish();
  }

  publish(): void {
    const situation = this.situation();
    this.#options.publisher.publish(sidecarOf(situation, this.#options.service, new Date().toISOString()));
    this.#options.notifier.status(statusLineOf(situation));
    this.#options.onChange(situation);
  }

  publishStats(): void {
    this.#options.publisher.publishStats(statsOf(this.situation(), new Date().toISOString()));
  }

  /** What the child that failed for good said one should do, or null. */
  advice(): string | null {
    const failed = (['gateway', 'miner'] as const).find((name) => this.#machine.children[name].failure !== null);
    return failed === undefined ? null : this.#children.advice(failed);
  }

  metrics(): Metric[] {
    const facts: MetricFacts = metricFactsOf(this.situation());
    return metricsOf(facts);
  }

  /** The first publication. Throws what the file system threw: without a sidecar nothing is started. */
  introduce(): void {
    const now = new Date().toISOString();
    const situation = this.situation();
    this.#options.publisher.begin(sidecarOf(situation, this.#options.service, now), statsOf(situation, now));
  }

  /**
   * Goes over to another configuration: what only needs to be known is applied, what a child was started with makes that
   * child come back, and the rest is named.
   */
  reload(config: Config): ReloadChange[] {
    const changes = reloadChanges(this.#config, config);
    const names = (['gateway', 'miner'] as const).filter((name) =>
      changes.some(({ effect }) => effect === name || effect === 'both'),
    );
    this.#config = config;
    this.#declarations = declareChildren(config, this.#options.paths, this.#options);
    const { preset, m, n, k, rank } = config.shape;
    this.#facts = { ...this.#facts, wallet: config.miner.wallet, shape: { preset, m, n, k, rank } };
    if (names.includes('gateway')) this.#gatewayUrl = configuredGatewayUrl(config);
    if (names.length > 0) this.dispatch({ type: 'recycle', names, reason: 'the configuration changed' });
    return changes;
  }

  situation(): Situation {
    const nowMs = performance.now();
    const children = this.#children;
    return {
      facts: this.#facts,
      machine: this.#machine,
      processes: { gateway: children.process('gateway'), miner: children.process('miner') },
      lastExits: { gateway: children.lastExit('gateway'), miner: children.lastExit('miner') },
      heard: children.heard,
      gatewayUrl: this.#gatewayUrl,
      metricsUrl: this.#options.metricsUrl,
      rates: {
        tenSeconds: this.#rates.macsPerSecond(10_000, nowMs),
        minute: this.#rates.macsPerSecond(60_000, nowMs),
        quarterHour: this.#rates.macsPerSecond(900_000, nowMs),
      },
      macs: this.#rates.total,
      tally: this.#tally,
      troubles: this.#options.publisher.troubles(),
      uptimeSeconds: (nowMs - this.#startedMs) / 1000,
      nowMs,
    };
  }

  #step(event: MachineEvent): void {
    const before = this.#machine;
    const clock = { nowMs: performance.now(), random: Math.random() };
    let transition: Transition;
    try {
      transition = step(before, event, this.#rules(), clock);
    } catch (error) {
      // A pair that cannot happen is a defect of ours; it is written down, and is no reason to take the miner down with it.
      this.#options.logger.error(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#machine = transition.machine;
    this.#logChanges(before, transition.machine);
    for (const action of transition.actions) this.#carryOut(action);
  }

  #rules(): Rules {
    return { gateway: this.#declarations.gateway.rules, miner: this.#declarations.miner.rules };
  }

  #carryOut(action: Action): void {
    const { notifier, logger } = this.#options;
    switch (action.type) {
      case 'child':
        this.#carryOutForChild(action.name, action.action);
        break;
      case 'tell-miner':
        this.#children.tell('miner', action.message);
        break;
      case 'announce-ready':
        logger.info('ready: gateway and miner are up');
        notifier.ready(statusLineOf(this.situation()));
        break;
      case 'announce-stopping':
        notifier.stopping(statusLineOf(this.situation()));
        break;
      case 'end':
        this.#watch.stop();
        this.#children.leave();
        this.#resolveEnded(action.ending);
        break;
    }
  }

  #carryOutForChild(name: ChildName, action: ChildAction): void {
    switch (action.type) {
      case 'spawn':
        this.#spawn(name);
        break;
      case 'signal':
        this.#children.signal(name, action.signal);
        break;
      case 'timer':
        this.#children.setTimer(name, action.ms);
        break;
    }
  }

  #spawn(name: ChildName): void {
    const { launch, companion } = this.#declarations[name];
    const restart = (reason: string) => this.dispatch({ type: 'recycle', names: ['gateway'], reason });
    const accompany: Parameters<Children['spawn']>[2] =
      companion === null ? null : (emit) => companion(this.#gatewayUrl, emit, restart);
    this.#children.spawn(name, launch?.({ gatewayUrl: this.#gatewayUrl }) ?? null, accompany);
    if (name === 'gateway') {
      this.#watch.start();
    } else {
      this.#minerGatewayUrl = this.#gatewayUrl;
      this.#rates.startOver();
    }
  }

  #logChanges(before: Machine, after: Machine): void {
    const { logger } = this.#options;
    for (const name of ['gateway', 'miner'] as const) {
      const old = before.children[name];
      const now = after.children[name];
      if (now.reason !== null && (now.reason !== old.reason || now.restarts !== old.restarts)) {
        logger.warn(now.reason, { state: now.state, restarts: now.restarts });
      } else if (now.state !== old.state) {
        logger.log('debug', `the ${name} is ${now.state}`);
      }
    }
  }

  #onChild(name: ChildName, event: ChildEvent): void {
    if (name === 'gateway' && event.type === 'exit') this.#watch.stop();
    if (event.type === 'exit' && isPolite(event.exit)) this.#politeEndMs[name] = performance.now();
    this.dispatch({ type: 'child', name, event });
  }

  #onHeartbeat(heartbeat: GatewayHeartbeat | MinerHeartbeat): void {
    const nowMs = performance.now();
    if (heartbeat.type === 'miner') {
      this.#rates.observe(BigInt(heartbeat.macs), nowMs);
      if (heartbeat.ready && this.#machine.children.miner.state === 'starting') {
        this.#onChild('miner', { type: 'ready' });
        return;
      }
    }
    // A heartbeat may change the state (no job, a refused login): that is published at once, figures in their own time.
    this.publish();
  }

  #onVerdict(verdict: VerdictMessage): void {
    this.#tally = countVerdict(this.#tally, verdict, new Date().toISOString());
    const { result, reason, block, height } = verdict;
    const level = result === 'accepted' || result === 'stale' ? 'info' : 'warn';
    this.#options.logger.log(level, block && result === 'accepted' ? 'block accepted' : `share ${result}`, {
      ...(reason === null ? {} : { reason }),
      ...(height === null ? {} : { height }),
    });
    this.publishStats();
    this.#options.onChange(this.situation());
  }

  /** A built-in gateway tells its address when it listens; another one is where the configuration says. */
  #probeUrl(): string | null {
    if (!this.#declarations.gateway.heartbeat) return this.#gatewayUrl;
    const heartbeat = this.#children.heard.gateway?.heartbeat;
    return heartbeat?.ready === true ? heartbeat.url : null;
  }

  #onProbe(result: ProbeResult): void {
    const { state, everReady } = this.#machine.children.gateway;
    const foreign = this.#declarations.gateway.launch === null;
    if (result.kind === 'serving') {
      this.#nonsense = 0;
      this.#children.companion()?.served();
      if (state === 'starting') this.#gatewayServes(foreign);
      return;
    }
    this.#nonsense = result.kind === 'nonsense' ? this.#nonsense + 1 : 0;
    if (this.#nonsense >= NONSENSE_LIMIT && !everReady) {
      const reason = `what answers at ${this.#gatewayUrl} is no gateway: ${result.reason}`;
      this.dispatch({ type: 'fail', exitCode: EXIT.unavailable, reason });
    } else if (result.kind === 'silent' && this.#children.companion()?.busy === true) {
      // It makes the certificate of a block, and answers nobody meanwhile.
    } else if (foreign && state === 'ready') {
      this.#onChild('gateway', { type: 'exit', exit: { code: null, signal: null, message: result.reason } });
    }
  }

  #gatewayServes(foreign: boolean): void {
    const url = this.#probeUrl();
    if (url !== null) this.#gatewayUrl = url;
    if (foreign) this.#watch.start(FOREIGN_PROBE_MS);
    else this.#watch.stop();
    const moved = this.#minerGatewayUrl !== null && this.#minerGatewayUrl !== this.#gatewayUrl;
    // First, so that nobody is told "running" of a miner that still looks for the old address.
    if (moved) this.dispatch({ type: 'recycle', names: ['miner'], reason: 'the gateway listens elsewhere now' });
    this.#onChild('gateway', { type: 'ready' });
  }

  /** Its own stop command sends SIGTERM to both children and removes its file: that is a wish, not a failure. */
  #wasStoppedByOpenJarvis(): boolean {
    const { gateway, miner } = this.#politeEndMs;
    const oldest = performance.now() - OPENJARVIS_STOP_MS;
    return gateway > oldest && miner > oldest && this.#options.publisher.isMirrorGone();
  }

  #judge(name: ChildName): void {
    const { state } = this.#machine.children[name];
    const { heartbeat } = this.#declarations[name];
    if (!heartbeat || (state !== 'starting' && state !== 'ready')) return;
    const reason = stuckReason(name, this.#children.pulse(name), performance.now());
    if (reason !== null) this.#onChild(name, { type: 'recycle', why: 'stuck', reason });
  }
}

/** The end of a process that was told SIGTERM, with or without a handler of its own. */
function isPolite({ code, signal }: ChildExit): boolean {
  return code === 0 || code === 143 || signal === 'SIGTERM';
}

// The supervisor at work: it feeds what happens into the table, carries out the actions that come back, and publishes the
// result. Every decision is in `supervisor-table.ts` and the pure modules beside it; here are the clock, the files and the processes.
import type { Absence } from '../base/absence.ts';
import { ContinuedMeter } from '../base/continued.ts';
import { errnoOf } from '../base/errors.ts';
import { type Fix, fixText } from '../base/fix.ts';
import type { InstanceFlags } from '../base/instance.ts';
import type { Logger } from '../base/logs/logger.ts';
import { Repeats } from '../base/logs/repeats.ts';
import type { Config } from '../config/configuration.ts';
import type { Paths } from '../config/paths.ts';
import { NodeLog } from '../gateway/external/node-log.ts';
import type { NotedProofs } from '../gateway/ledger/pending.ts';
import { quotaCores } from '../miner/quota.ts';
import { openSystemFiles } from '../miner/system-files.ts';
import { native } from '../native/native.ts';
import type { GatewayHeartbeat, MinerHeartbeat, VerdictMessage } from '../protocol/channel/messages.ts';
import { type Wish, writePaused } from '../state/paused.ts';
import type { SidecarState } from '../state/sidecar/sidecar-record.ts';
import type { ChildName, ServiceStatus } from '../state/table/session-table.ts';
import type { Metric } from '../web/metrics/exposition.ts';
import { metricsOf } from '../web/metrics/metric-facts.ts';
import type { ChildAction, ChildEvent } from './children/child-table.ts';
import { Children } from './children/children.ts';
import { type Declaration, declareChildren } from './children/declarations.ts';
import { GatewayContact } from './children/gateway-contact.ts';
import { jobAgeOf, staleJobReason } from './children/job-age.ts';
import { stuckReason } from './children/liveness.ts';
import { reloadedFacts } from './configuration/in-force.ts';
import { childrenToRestart, type ReloadChange, reloadChanges } from './configuration/reload-effects.ts';
import { OpenJarvisStop } from './control/openjarvis-stop.ts';
import { MachineProbe } from './figures/machine-probe.ts';
import { residentBytes } from './figures/process-memory.ts';
import type { Tally } from './figures/tally.ts';
import { WorkFigures } from './figures/work-figures.ts';
import { Policy } from './policy/policy.ts';
import { QuotaWatch } from './policy/quota-watch.ts';
import { liveStatus } from './publish/live-status.ts';
import type { Notifier } from './publish/notify.ts';
import { sidecarOf, statsOf, statusLineOf } from './publish/published.ts';
import type { Publisher } from './publish/publisher.ts';
import { lifecycleOf, type SessionFacts, type Situation } from './publish/situation.ts';
import { tellState, tellVerdict } from './publish/transition-log.ts';
import type { SupervisorAction, SupervisorEnd, SupervisorEvent } from './supervisor-table.ts';
import { TableRunner } from './table-runner.ts';

export interface SupervisorOptions {
  config: Config;
  paths: Paths;
  program: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
  facts: SessionFacts;
  /** For what the facts note of the configuration. */
  digestKey: string;
  logger: Logger;
  redact: (text: string) => string;
  publisher: Publisher;
  notifier: Notifier;
  /** A pause that outlived the last supervisor, or null. */
  wish: Wish | null;
  /** What was counted before, from the ledger. */
  tally: Tally;
  /** What earlier gateways and miners noted. */
  noted: NotedProofs | undefined;
  /** The flags that name this instance in what a person is told to type. */
  advice: InstanceFlags | undefined;
  metricsUrl: string;
  dashboardUrl: string | null;
  service: ServiceStatus | null;
  /** Called after every change, and every two seconds. */
  onChange: (situation: Situation) => void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #table: TableRunner;
  readonly #policy: Policy;
  readonly #children: Children;
  readonly #gateway: GatewayContact;
  readonly #nodeLog: NodeLog;
  readonly #continued = new ContinuedMeter();
  readonly #figures: WorkFigures;
  readonly #probe = new MachineProbe();
  readonly #openJarvis = new OpenJarvisStop();
  readonly #quota = new QuotaWatch(() => quotaCores(openSystemFiles(), 'self'));
  readonly #startedMs = performance.now();
  readonly #drops = new Repeats();
  readonly #ended: Promise<SupervisorEnd>;
  #resolveEnded: (ending: SupervisorEnd) => void = () => undefined;
  #config: Config;
  #declarations: Record<ChildName, Declaration>;
  #facts: SessionFacts;
  #state: SidecarState | null = null;
  #stateSince = new Date().toISOString();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#facts = options.facts;
    this.#figures = new WorkFigures(options.tally, options.noted);
    this.#nodeLog = new NodeLog((level, text) => options.logger.log(level, text));
    this.#declarations = declareChildren(options.config, options.paths, options);
    this.#children = new Children({
      onEvent: (name, event) => this.#onChild(name, event),
      onHeartbeat: (heartbeat, isNews) => this.#onHeartbeat(heartbeat, isNews),
      onVerdict: (verdict) => this.#onVerdict(verdict),
      onFound: (proof) => this.#figures.found(proof),
      onLog: (name, level, line) => options.logger.log(level, line, {}, name),
      redact: options.redact,
    });
    this.#policy = new Policy({
      config: options.config,
      scope: options.paths.scope,
      files: openSystemFiles(),
      env: options.env,
      pids: () => this.#pids(),
      wish: options.wish,
      onChange: (working) => this.dispatch({ type: 'work', working }),
      onWishOver: () => this.#forgetPause(),
    });
    this.#table = new TableRunner({
      working: this.#policy.working,
      rules: () => ({ gateway: this.#declarations.gateway.rules, miner: this.#declarations.miner.rules }),
      carryOut: (action) => this.#carryOut(action),
      logger: options.logger,
    });
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#gateway = new GatewayContact({
      config: options.config,
      children: this.#children,
      child: () => this.#table.machine.children.gateway,
      declaration: () => this.#declarations.gateway,
      dispatch: (event) => this.dispatch(event),
      onSilence: (reason) => {
        options.logger.warn(`${reason}: start that gateway, or correct [gateway] host, port and socket`);
      },
    });
  }

  /** Starts the children; resolves when nothing runs any more. */
  run(): Promise<SupervisorEnd> {
    this.#policy.start();
    this.dispatch({ type: 'begin' });
    return this.#ended;
  }

  /** Feeds one event to the table, and publishes what came of it. */
  dispatch(event: SupervisorEvent): void {
    if (this.#table.feed(event)) this.publish();
  }

  /** Once a second: judge which child is silent or stands still. */
  tick({ sleptMs, stoodStillMs }: Absence): void {
    const missedMs = sleptMs + stoodStillMs;
    if (missedMs > 0) {
      // A signal is heard after the timers of its turn.
      setImmediate(() => {
        const stood = this.#continued.take() ? 'this process was stopped' : 'this process got no processor time';
        const what = sleptMs > stoodStillMs ? 'the machine slept' : stood;
        this.#options.logger.warn(what, { missedSeconds: Math.round(missedMs / 1000) });
      });
      this.#children.forgiveSilence();
    }
    for (const name of ['gateway', 'miner'] as const) this.#judge(name);
    this.#children.noteMemory();
    this.#noteProving();
    const quota = this.#quota.news(performance.now());
    if (quota !== null) this.dispatch({ type: 'recycle', names: ['miner'], reason: quota });
    if (this.#openJarvis.isWished(performance.now(), () => this.#options.publisher.isMirrorGone())) {
      this.#options.logger.info('stopping: OpenJarvis ended both children and removed the mirror');
      this.dispatch({ type: 'stop' });
      return;
    }
    this.publish();
  }

  publish(): void {
    const situation = this.#noted(this.situation());
    const { publisher, service } = this.#options;
    const sidecar = sidecarOf(situation, service, new Date().toISOString());
    // A reader of both files must not see a state in one and the reason for another in the other.
    if (publisher.publish(sidecar, this.#openJarvis.mayFollow(performance.now()))) this.publishStats();
    this.#options.notifier.status(statusLineOf(situation));
    this.#options.onChange(situation);
  }

  /** A pause that outlived the last supervisor is as old as the wish for it. */
  #noted(situation: Situation): Situation {
    const { state, reason } = lifecycleOf(situation);
    const before = this.#state;
    if (state === before) return situation;
    this.#state = state;
    const wishedMs = state === 'paused' ? (this.#policy.wished?.sinceMs ?? null) : null;
    this.#stateSince = new Date(wishedMs ?? Date.now()).toISOString();
    tellState(this.#options.logger, before, state, reason);
    return { ...situation, stateSince: this.#stateSince };
  }

  publishStats(): void {
    this.#options.publisher.publishStats(statsOf(this.situation(), new Date().toISOString()));
  }

  /** What the child that failed for good said one should do, or null. */
  advice(): Fix | null {
    const failed = (['gateway', 'miner'] as const).find((name) => this.#table.machine.children[name].failure !== null);
    return failed === undefined ? null : this.#children.advice(failed);
  }

  metrics(): Metric[] {
    return metricsOf(liveStatus(this.situation(), this.#options.paths, this.#options.service));
  }

  #pids(): number[] {
    const children = (['gateway', 'miner'] as const).map((name) => this.#children.process(name)?.pid);
    return [process.pid, ...children.filter((pid) => pid !== undefined)];
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
    const names = childrenToRestart(changes);
    this.#config = config;
    this.#policy.configure(config);
    this.#declarations = declareChildren(config, this.#options.paths, this.#options);
    this.#facts = reloadedFacts(this.#facts, config, this.#options.digestKey, native());
    if (names.includes('gateway')) this.#gateway.moveTo(config);
    if (names.length > 0) this.dispatch({ type: 'recycle', names, reason: 'the configuration changed' });
    return changes;
  }

  /** Pauses, or ends a pause; what else keeps the miner from working stays in force. */
  wish(wish: Wish | null): void {
    this.#policy.wish(wish);
  }

  /** Whether it has said that it is ready, and is not leaving. */
  get isServing(): boolean {
    const { everReady, phase } = this.#table.machine;
    return everReady && phase === 'up';
  }

  situation(): Situation {
    const nowMs = performance.now();
    const children = this.#children;
    const processes = { gateway: children.process('gateway'), miner: children.process('miner') };
    return {
      facts: this.#facts,
      machine: this.#table.machine,
      processes,
      lastExits: { gateway: children.lastExit('gateway'), miner: children.lastExit('miner') },
      heard: children.heard,
      gatewayUrl: this.#gateway.url,
      gatewaySilence: this.#gateway.silence,
      provingSeconds: children.companion()?.provingSeconds ?? null,
      metricsUrl: this.#options.metricsUrl,
      dashboardUrl: this.#options.dashboardUrl,
      work: this.#figures.at(nowMs),
      memoryBytes: {
        supervisor: residentBytes(process.pid),
        gateway: residentBytes(processes.gateway?.pid),
        miner: residentBytes(processes.miner?.pid),
      },
      troubles: [...this.#options.publisher.troubles(), ...this.#policy.troubles()],
      stateSince: this.#stateSince,
      machineFacts: { ...this.#probe.at(nowMs), worker: this.#config.miner.worker },
      powerPrice: this.#config.miner.powerPrice,
      uptimeSeconds: (nowMs - this.#startedMs) / 1000,
      nowMs,
    };
  }

  #forgetPause(): void {
    const { logger, paths } = this.#options;
    logger.info('the time of the pause is over');
    try {
      writePaused(paths.pausedFile, null);
    } catch (error) {
      // Its end is written in it: the next supervisor finds it over.
      logger.log('debug', `the note of the pause cannot be removed (${errnoOf(error) ?? String(error)})`);
    }
  }

  #carryOut(action: SupervisorAction): void {
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
        this.#policy.stop();
        this.#gateway.stop();
        void this.#children.leave().then(() => this.#resolveEnded(action.ending));
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
    const restart = this.#gateway.restart.bind(this.#gateway);
    const nodeLog = this.#nodeLog;
    const accompany: Parameters<Children['spawn']>[2] =
      companion === null ? null : (link) => companion({ ...link, gatewayUrl: this.#gateway.url, nodeLog, restart });
    this.#children.spawn(name, launch?.({ gatewayUrl: this.#gateway.url }) ?? null, accompany);
    if (name === 'gateway') {
      this.#gateway.begin();
    } else {
      this.#gateway.minerStarted();
      this.#figures.startOver();
    }
  }

  #onChild(name: ChildName, event: ChildEvent): void {
    if (name === 'gateway' && event.type === 'exit') this.#gateway.stop();
    if (event.type === 'exit') this.#openJarvis.observe(name, event.exit, performance.now());
    const advice = event.type === 'exit' ? this.#children.advice(name) : null;
    this.dispatch({ type: 'child', name, event });
    // One that ends with the supervisor is advised on at the end.
    if (advice !== null && this.#table.machine.phase === 'up')
      this.#options.logger.info(`what to do: ${fixText(advice, this.#options.advice)}`);
  }

  #onHeartbeat(heartbeat: GatewayHeartbeat | MinerHeartbeat, isNews: boolean): void {
    if (heartbeat.type === 'miner') {
      this.#figures.observe(heartbeat.macs, performance.now());
      if (heartbeat.ready && this.#table.machine.children.miner.state === 'starting') {
        this.#onChild('miner', { type: 'ready' });
        return;
      }
    }
    this.#noteProving();
    // A heartbeat may change the state (no job, a refused login): that is published at once, figures in their own time.
    if (isNews) this.publish();
  }

  /** The certificate that is being made holds back what would end the gateway. */
  #noteProving(): void {
    const isProving = this.#children.companion()?.busy ?? false;
    if (isProving === this.#table.machine.children.gateway.isProving) return;
    this.dispatch({ type: 'child', name: 'gateway', event: { type: 'proving', isProving } });
  }

  #onVerdict(verdict: VerdictMessage): void {
    this.#noteProving();
    if (!this.#figures.count(verdict)) return;
    tellVerdict(this.#options.logger, verdict, this.#drops, performance.now());
    this.publishStats();
    this.#options.onChange(this.situation());
  }

  #judge(name: ChildName): void {
    const { state } = this.#table.machine.children[name];
    const { heartbeat } = this.#declarations[name];
    if (state !== 'starting' && state !== 'ready') return;
    const silence = heartbeat ? stuckReason(name, this.#children.pulse(name), performance.now()) : null;
    const reason = silence ?? (name === 'gateway' && state === 'ready' ? this.#staleJobReason() : null);
    if (reason !== null) this.#onChild(name, { type: 'recycle', why: 'stuck', reason });
  }

  #staleJobReason(): string | null {
    return staleJobReason(jobAgeOf(this.situation(), this.#config.gateway.kind, this.#children.companion()));
  }
}

// A supervisor from its start to its end: ground, predecessor, metrics, children, signals, and an exit code that tells the
// service manager whether starting again makes sense.
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { AbsenceMeter } from '../../base/absence.ts';
import { removeTemporaries, writeFileAtomically } from '../../base/atomic-file.ts';
import { EXIT, type ExitCode, errnoOf, messageOf, PearlError } from '../../base/errors.ts';
import { asFix, fix, fixText, pearlctl } from '../../base/fix.ts';
import type { Logger } from '../../base/logs/logger.ts';
import { createRedactor, type Redactor } from '../../base/logs/redact.ts';
import { VERSION } from '../../base/version.ts';
import type { Config } from '../../config/configuration.ts';
import { machineShape } from '../../config/machine-shape.ts';
import type { Paths } from '../../config/paths.ts';
import { notedProofs } from '../../gateway/ledger/pending.ts';
import { native } from '../../native/native.ts';
import { ownerOf } from '../../state/ledger/ledger-owner.ts';
import { sumLedger, sumsOf } from '../../state/ledger/sum-ledger.ts';
import { refuseNewerState } from '../../state/newer-state.ts';
import { readPaused } from '../../state/paused.ts';
import { processIdentity } from '../../state/sidecar/identity.ts';
import { readSidecar } from '../../state/sidecar/read-sidecar.ts';
import { SidecarFile } from '../../state/sidecar/sidecar-file.ts';
import { renderLastStop } from '../../state/stats/last-stop.ts';
import { takeStopNote } from '../../state/stop-note.ts';
import { Site } from '../../web/site/site.ts';
import { Orphans } from '../children/orphans.ts';
import { digestsOf } from '../configuration/in-force.ts';
import { ControlServer } from '../control/control-server.ts';
import { Orders } from '../control/orders.ts';
import { EMPTY_TALLY, type Tally, tallyOf } from '../figures/tally.ts';
import { HistoryKeeper } from '../history/history-keeper.ts';
import { liveStatus } from '../publish/live-status.ts';
import { Notifier } from '../publish/notify.ts';
import { statsOf } from '../publish/published.ts';
import { Publisher } from '../publish/publisher.ts';
import type { SessionFacts } from '../publish/situation.ts';
import { Starvation } from '../publish/starvation.ts';
import { Supervisor } from '../supervisor.ts';
import type { SupervisorEnd } from '../supervisor-table.ts';
import { exitCodeFor } from './exit-code.ts';
import { checkFolders } from './folder-trust.ts';
import { groundError, InstanceLock, prepareFolders, preparePrivateFolder, removePrivateFolder } from './ground.ts';
import { endPredecessor } from './predecessor.ts';
import { logTarget, openLog, secretsOf } from './supervisor-log.ts';
import type { RunSupervisorOptions } from './supervisor-options.ts';
import { isStartedByNohup, suspendHandlers } from './terminal-signals.ts';

const TICK_MS = 1000;
const STATS_EVERY_TICKS = 2;
/** A wrapper such as npm passes on what the terminal has sent already, and a key that is held down repeats. */
const REPEATED_MS = 700;

/**
 * Runs a supervisor until it is stopped or gives up. Takes SIGTERM, SIGINT and SIGHUP.
 *
 * @returns 0 after a clean stop, also one that came before it held its lock; otherwise what the service manager goes by.
 * @throws PearlError HOME_UNSAFE, HOME_UNWRITABLE, DISK_FULL, ALREADY_RUNNING, PORT_IN_USE, NATIVE_MISSING, SECRET_MISSING, STATE_NEWER: nothing was
 * started.
 */
export async function runSupervisor(options: RunSupervisorOptions): Promise<ExitCode> {
  const { config, paths } = options;
  const redaction: Redaction = { current: createRedactor(await secretsOf(config, paths, process.env)) };
  checkFolders(paths);
  refuseNewerState(paths);
  prepareFolders(paths);
  const lock = InstanceLock.inherit(paths, process.env);
  if (takeStopNote(paths, performance.timeOrigin)) {
    lock.release();
    return EXIT.ok;
  }
  const readerGone = new AbortController();
  const logger = openLog(options, {
    redact: (text) => redaction.current(text),
    onReaderGone: () => readerGone.abort('its lines are not read any more'),
  });
  const signal = AbortSignal.any([readerGone.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const privateFolder = dirname(paths.controlSocket);
  try {
    preparePrivateFolder(privateFolder);
    return await runLocked({ ...options, signal }, lock, logger, redaction);
  } finally {
    removePrivateFolder(privateFolder);
    await logger.close();
    lock.release();
  }
}

/** Replaced by a reload, which may bring other secrets. */
interface Redaction {
  current: Redactor;
}

async function runLocked(
  options: RunSupervisorOptions,
  lock: InstanceLock,
  logger: Logger,
  redaction: Redaction,
): Promise<ExitCode> {
  const { config, paths } = options;
  await endLeftovers(options, logger);
  // We hold the lock: the process that was writing these is gone.
  for (const file of [paths.sidecarFile, paths.statsFile, paths.pausedFile, paths.lastStopFile])
    removeTemporaries(file);
  // Only an end in order leaves one.
  rmSync(paths.lastStopFile, { force: true });
  const publisher = new Publisher(new SidecarFile({ ...paths, mirror: config.sidecar.mirror }), logger);
  const keeper = new HistoryKeeper({ path: paths.historyFile, logger, publisher });
  const collector: { supervisor: Supervisor | null } = { supervisor: null };
  const site = await Site.open(
    config.gateway,
    () => {
      const { supervisor } = collector;
      if (supervisor === null) return null;
      const status = () => liveStatus(supervisor.situation(), paths, options.service ?? null);
      return { metrics: () => supervisor.metrics(), status, history: keeper };
    },
    (defect) =>
      logger.warn('a request over HTTP could not be answered', {
        defect: defect instanceof Error ? (defect.stack ?? defect.message) : String(defect),
      }),
  ).catch((error: unknown) => {
    keeper.close();
    throw error;
  });
  const notifier = new Notifier(process.env);
  const supervisor = new Supervisor({
    config,
    paths,
    program: options.program ?? thisProgram(),
    advice: options.advice,
    env: process.env,
    facts: factsOf(options, lock.digestKey),
    digestKey: lock.digestKey,
    logger,
    redact: (text) => redaction.current(text),
    publisher,
    notifier,
    wish: readPaused(paths.pausedFile),
    tally: await earlierTally(config, paths, logger),
    noted: await notedProofs(paths.ledgerFile, ownerOf(config)).catch(() => undefined),
    metricsUrl: site.metricsUrl,
    dashboardUrl: site.dashboardUrl,
    service: options.service ?? null,
    onChange: (situation) => options.onChange?.(liveStatus(situation, paths, options.service ?? null)),
  });
  collector.supervisor = supervisor;
  try {
    supervisor.introduce();
  } catch (error) {
    keeper.close();
    await site.close();
    throw groundError(paths.sidecarFile, error);
  }
  const words = `pearlctl ${VERSION} supervises ${config.network}`;
  keeper.begin(VERSION, words, { gateway: config.gateway.kind }, supervisor.situation());
  if (site.dashboardUrl !== null) logger.info(`the dashboard is at ${site.dashboardUrl}`);
  return superviseToTheEnd(options, { lock, logger, publisher, keeper, site, supervisor, notifier, redaction });
}

interface Parts {
  lock: InstanceLock;
  logger: Logger;
  publisher: Publisher;
  keeper: HistoryKeeper;
  site: Site;
  supervisor: Supervisor;
  notifier: Notifier;
  redaction: Redaction;
}

async function superviseToTheEnd(options: RunSupervisorOptions, parts: Parts): Promise<ExitCode> {
  const { supervisor, publisher, site, notifier, logger, redaction } = parts;
  const adoptSecrets = async (config: Config) => {
    redaction.current = createRedactor(await secretsOf(config, options.paths, process.env));
  };
  const orders = new Orders({
    config: options.config,
    paths: options.paths,
    supervisor,
    publisher,
    notifier,
    logger,
    adoptSecrets,
    isService: (options.service ?? null) !== null,
  });
  const control = new ControlServer(options.paths.controlSocket, orders, (reason) => logger.warn(reason));
  const release = listenToSignals(options, orders);
  const stopTicking = tickEverySecond(parts, control);
  let ending: SupervisorEnd;
  try {
    ending = await supervisor.run();
  } finally {
    stopTicking();
    release();
    await Promise.all([site.close(), control.close()]);
  }
  if (ending.reason === null) {
    noteStop(options.paths, orders.stopReason ?? 'its work was over', parts);
    publisher.remove();
    logger.info('stopped');
  } else {
    const advice = supervisor.advice();
    publisher.setTrouble('given-up', { text: 'The supervisor gave up.', fix: advice ?? asFix(pearlctl('logs')) });
    supervisor.publish();
    supervisor.publishStats();
    logger.error(`given up: ${ending.reason}`, { exitCode: ending.exitCode, event: 'stop' });
    if (advice !== null) logger.error(`what to do: ${fixText(advice, options.advice)}`);
  }
  parts.keeper.close();
  return exitCodeFor(ending.exitCode);
}

function noteStop({ lastStopFile }: Paths, reason: string, { supervisor, logger }: Parts): void {
  try {
    const stoppedAt = new Date().toISOString();
    const text = renderLastStop({ stoppedAt, reason }, statsOf(supervisor.situation(), stoppedAt));
    writeFileAtomically(lastStopFile, text, { mode: 0o600, durable: false });
  } catch (error) {
    logger.log('debug', `why it stopped cannot be noted: ${messageOf(error)}`);
  }
}

const STARVED = {
  text: 'Other programs use every processor, and pearlctl answers late.',
  fix: fix`For a share of its own: ${pearlctl('config', 'set', 'service.cpu_weight', '20')}, then: ${pearlctl('install')}`,
};

function tickEverySecond(
  { lock, supervisor, logger, publisher, keeper, notifier }: Parts,
  control: ControlServer,
): () => void {
  const absence = new AbsenceMeter();
  const starvation = new Starvation();
  const orphans = process.pid === 1 && process.platform === 'linux' ? new Orphans(native()) : null;
  let ticks = 0;
  const restoreControl = () => void restore(control, publisher, logger);
  restoreControl();
  const timer = setInterval(() => {
    ticks += 1;
    checkGround(lock, supervisor, logger);
    orphans?.bury();
    restoreControl();
    const absent = absence.take(TICK_MS);
    const { waits, noticeable } = starvation.note(absent.stoodStillMs, performance.now());
    notifier.patience(waits);
    publisher.setTrouble('starved', noticeable && notifier.listens ? STARVED : null);
    supervisor.tick(absent);
    if (ticks % STATS_EVERY_TICKS === 0) {
      supervisor.publishStats();
      keeper.sample(supervisor.situation());
    }
    notifier.alive();
  }, TICK_MS);
  return () => clearInterval(timer);
}

/** Without the control socket mining goes on, and signals still work. */
async function restore(control: ControlServer, publisher: Publisher, logger: Logger): Promise<void> {
  try {
    await control.restore();
    publisher.setTrouble('control-socket', null);
  } catch (error) {
    const text = `There is no control socket: ${messageOf(error)}.`;
    if (publisher.setTrouble('control-socket', { text, fix: asFix(pearlctl('doctor')) })) logger.warn(text);
  }
}

function checkGround(lock: InstanceLock, supervisor: Supervisor, logger: Logger): void {
  try {
    if (lock.restore()) return;
  } catch (error) {
    // A full or read-only disk: the lock that is held stays held, whatever its path says.
    logger.log('debug', `the lock file cannot be restored: ${String(error)}`);
    return;
  }
  const reason = 'another supervisor took the lock after its file was deleted';
  supervisor.dispatch({ type: 'fail', exitCode: EXIT.tryAgain, reason });
}

/**
 * Takes the signals over. From the call of the function that comes back they are ignored: one more of them must not kill this process
 * in the middle of its last words, or change what it ends with.
 */
function listenToSignals({ foreground, signal }: RunSupervisorOptions, orders: Orders): () => void {
  let interruptedMs = Number.POSITIVE_INFINITY;
  const interrupt = () => {
    const again = performance.now() - interruptedMs > REPEATED_MS;
    interruptedMs = Math.min(interruptedMs, performance.now());
    orders.leave(again ? 'SIGINT, for the second time' : 'SIGINT', again);
  };
  const endWithTerminal = isStartedByNohup() ? () => {} : () => orders.leave('the terminal is gone');
  const handlers = {
    SIGTERM: () => orders.leave('SIGTERM'),
    SIGINT: interrupt,
    SIGHUP: () => (foreground ? endWithTerminal() : void orders.reload()),
    ...(foreground ? suspendHandlers(orders) : {}),
  };
  const onAbort = () => orders.leave(String(signal?.reason));
  for (const [name, handler] of Object.entries(handlers)) process.on(name, handler);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  return () => {
    for (const [name, handler] of Object.entries(handlers)) process.on(name, () => {}).off(name, handler);
    signal?.removeEventListener('abort', onAbort);
  };
}

async function endLeftovers({ config, paths }: RunSupervisorOptions, logger: Logger): Promise<void> {
  const old = readSidecar(paths.sidecarFile);
  const [survivor] = await endPredecessor(old, config.gateway.stopTimeoutMs, (note) => logger.warn(note));
  if (survivor === undefined) return;
  throw new PearlError('ALREADY_RUNNING', `The old ${survivor.name} (pid ${survivor.pid}) cannot be ended.`, {
    hint: `It hangs in the kernel or belongs to another user; look at it with: ps -fp ${survivor.pid}`,
  });
}

/** What was counted before for this network and wallet, so that the figures go on over a restart. */
async function earlierTally(config: Config, paths: Paths, logger: Logger): Promise<Tally> {
  try {
    const { owners, foreign } = await sumLedger(paths.ledgerFile);
    if (foreign > 0) logger.warn(`${foreign} lines of the ledger cannot be read (a crash or a full disk): not counted`);
    return tallyOf(sumsOf(ownerOf(config), owners));
  } catch (error) {
    logger.warn(`the ledger cannot be read (${errnoOf(error) ?? String(error)}): counting starts at zero`);
    return EMPTY_TALLY;
  }
}

function factsOf({ config, paths, json = false }: RunSupervisorOptions, digestKey: string): SessionFacts {
  const identity = processIdentity(process.pid);
  if (identity === null) throw new PearlError('INTERNAL', 'This process cannot find itself in the process table.');
  const { preset, m, n, k, rank } = machineShape(config.shape, native());
  return {
    version: VERSION,
    instance: paths.instance,
    network: config.network,
    provider: config.miner.provider,
    wallet: config.miner.wallet,
    gatewayKind: config.gateway.kind,
    shape: { preset, m, n, k, rank },
    configFile: paths.configFile,
    logTo: json ? null : logTarget(paths),
    configInForce: digestsOf(config, digestKey),
    controlSocket: paths.controlSocket,
    supervisor: { pid: process.pid, identity },
    startedAtSeconds: Date.now() / 1000,
  };
}

/**
 * Node and the entry point that this process was started with. An installed service is started through a link named
 * pearlctl, and so are its children then: the system lists a process by that name.
 */
function thisProgram(): readonly [string, ...string[]] {
  const node = process.argv0.endsWith('/bin/pearlctl') ? process.argv0 : process.execPath;
  const entry = process.argv[1];
  return entry === undefined ? [node] : [node, entry];
}

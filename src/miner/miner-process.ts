// The miner process: the native miner, the loop around its gateway, and the heartbeat to the supervisor.
import { EXIT, type ExitCode, PearlError } from '../base/errors.ts';
import { fix, pearlctl } from '../base/fix.ts';
import type { Config } from '../config/configuration.ts';
import { machineShape } from '../config/machine-shape.ts';
import type { Paths } from '../config/paths.ts';
import { coresOf } from '../config/profiles.ts';
import { native } from '../native/native.ts';
import type { MinerHeartbeat, SupervisorMessage } from '../protocol/channel/messages.ts';
import { boundedText, ParentLink, say } from '../protocol/channel/parent.ts';
import { expectedMacs, tileOf } from '../protocol/expectation.ts';
import { decodeHeader, rpcHash } from '../protocol/header.ts';
import { type Endpoint, endpointOf, parseEndpoint } from '../protocol/jsonrpc/endpoint.ts';
import type { Shape } from '../protocol/shapes.ts';
import { renderEntry } from '../state/ledger/entry.ts';
import { readCalibration } from './calibration/calibration-record.ts';
import { efficientCores } from './efficient-cores.ts';
import { FoundBook } from './found-book.ts';
import { automaticMemory, goFirst } from './memory-share.ts';
import type { MinerJob } from './mining-job.ts';
import { MINER_TIMES, Miner } from './mining-loop.ts';
import { PriorityWatch } from './priority/priority-watch.ts';
import { type FoundProof, ProofQueue } from './proofs.ts';
import { Pulse } from './pulse.ts';
import { quotaCores } from './quota.ts';
import { burdenInWords } from './set-ups.ts';
import { openSystemFiles } from './system-files.ts';
import { ThreadWatch } from './thread-watch.ts';
import { calibrationGap, type Tuning, tuningOf } from './tuning.ts';
import { Wake } from './waker.ts';
import { Workshop } from './workshop.ts';

export interface RunMinerOptions {
  /** `http://HOST:PORT` or `unix:PATH`; the configuration's without it. */
  readonly gateway?: string | undefined;
}

/** The supervisor kills 2 s after its signal (`stopSteps`): after this nothing is waited for, and the notes are closed. */
const LEAVE_MS = MINER_TIMES.handOverMs + MINER_TIMES.tellDropsMs;

/** A gateway takes a moment from a solved job to the next, longer with a block: that is work, not a pause. */
const BETWEEN_JOBS_MS = 5000;

interface MinerOrders {
  pauseReason: string | null;
  readonly shareOfDutyPercent: number;
}

/**
 * Mines until `signal` is aborted or the supervisor is gone; hands over what was found, and resolves: to 0, or to the exit code
 * of a failure that a supervisor has been told.
 *
 * Throws `NATIVE_MISSING`, `KERNEL_UNKNOWN`, `USAGE` for an address that is none, `MINER_FAILED` when a mining thread
 * panicked, without a supervisor.
 */
export async function runMiner(
  config: Config,
  paths: Paths,
  signal: AbortSignal,
  { gateway }: RunMinerOptions = {},
): Promise<ExitCode> {
  const parent = new ParentLink(signal, native(), LEAVE_MS);
  goFirst();
  try {
    const endpoint = gateway === undefined ? endpointOf(config.gateway) : parseEndpoint(gateway);
    await mine(config, paths, parent, endpoint);
    return EXIT.ok;
  } catch (error) {
    return await parent.failWith(error);
  } finally {
    await parent.release();
  }
}

async function mine(config: Config, paths: Paths, parent: ParentLink, endpoint: Endpoint): Promise<void> {
  const shape = machineShape(config.shape, native());
  const wake = new Wake();
  const failed = new AbortController();
  const book = await FoundBook.open(parent.isSupervised ? paths.ledgerFile : null, (message) => say('warn', message));
  const proofs = new ProofQueue({
    // Noted first, also by a slow disk: what was counted must not be lost by a kill between the two.
    onFound: (entry) => book.note(entry, () => parent.tell({ type: 'found', proof: entry.proof })),
    onDrop: (reason, { entry, answer }, mayBeKnown) => {
      const why = answer === undefined || answer === reason ? reason : `${answer}, and then ${reason}`;
      // The supervisor logs each drop; one that a gateway refused may be a block, and is told here too.
      if (answer !== undefined) say('warn', `a proof was dropped: ${why}`);
      book.drop(entry, why, mayBeKnown);
      wake.ring();
    },
  });
  const tuning = tune(config, paths);
  const workshop = new Workshop({
    core: native(),
    shape,
    ...tuning,
    memoryBytes: config.miner.memoryBytes ?? automaticMemory(),
    matrices: config.miner.matrices,
    proofs,
    onProof: () => wake.ring(),
    onFailure: (reason) => failed.abort(minerFailed(reason)),
    say,
  });
  const times = { ...MINER_TIMES, pollMs: config.miner.pollIntervalMs };
  const miner = new Miner({
    endpoint,
    times,
    workshop,
    proofs,
    wake,
    book,
    onSent: (proof) => {
      // The note goes when the supervisor will hear of it: a kill must not come between.
      tellSent(parent, proof);
      void parent.written.then(() => book.taken(proof.entry));
    },
    onUntold: ({ entry, mayBeKnown }) => {
      parent.tell({ type: 'dropped', line: renderEntry(entry), mayBeKnown });
      return parent.written;
    },
    onChange: () => pulse.notice(),
    say,
  });
  const orders: MinerOrders = { pauseReason: null, shareOfDutyPercent: tuning.shareOfDutyPercent };
  obey({ type: 'duty', percent: 100 }, orders, workshop);
  const watch = new PriorityWatch({ files: openSystemFiles(), onChange: () => pulse.notice(), say });
  const threads = new ThreadWatch(openSystemFiles());
  const pulse = new Pulse({
    heartbeat: () => ({
      ...heartbeat(miner, workshop, proofs, orders, shape),
      ...priorityOf(watch),
      perThread: threads.at(workshop.stats, performance.now()),
    }),
    tell: (message) => parent.tell(message),
    macs: () => workshop.stats.macs,
  });
  parent.onOrder((order) => {
    obey(order, orders, workshop);
    pulse.notice();
  });
  try {
    await miner.run(AbortSignal.any([parent.signal, failed.signal]));
  } finally {
    watch.stop();
    pulse.stop();
    // Only then is the last one taken, and its note goes.
    await parent.room();
    await book.close();
  }
  failed.signal.throwIfAborted();
}

/** Says what of the machine is used, where that is not all of it. */
function tune({ miner, rest }: Config, { scope, calibrationFile }: Paths): Tuning {
  const [core, files] = [native(), openSystemFiles()];
  const efficient = efficientCores(files);
  const cores = miner.cores ?? coresOf(rest, scope);
  if (cores === 'efficient' && (efficient.length > 0 || files.platform === 'darwin')) {
    core.preferEfficientCores(efficient);
    say('info', 'only the efficient cores of this processor mine: [miner] cores = all takes the others too');
  }
  const calibration = readCalibration(calibrationFile);
  const quota = quotaCores(files, 'self');
  const forcedKernel = process.env.PEARLCTL_KERNEL;
  const tuning = tuningOf({ threads: miner.threads, calibration, core, forcedKernel, quota });
  const gap = miner.threads.kind === 'auto' ? calibrationGap({ calibration, core }) : null;
  if (gap !== null) say('warn', gap);
  const { threads, shareOfDutyPercent: share } = tuning;
  if (share < 100) {
    const why = quota === null ? '' : `: its control group allows ${Number(quota.toFixed(2))} of a processor`;
    say('info', `${threads} ${threads === 1 ? 'thread works' : 'threads work'} ${share} % of the time${why}`);
  }
  return tuning;
}

/** What was found is handed over before the process ends with this; the supervisor starts another at once. */
function minerFailed(reason: string): PearlError {
  return new PearlError('MINER_FAILED', `A mining thread failed (${reason}).`, {
    hint: fix`Please report this. If it comes back, check the memory of this machine: ${pearlctl('doctor', 'memory')}`,
  });
}

/** Tells what the supervisor needs to ask the node about a proof, where the gateway tells no verdicts. */
function tellSent(parent: ParentLink, { entry }: FoundProof): void {
  const { awaited, certVersion, target, proof } = entry;
  if (awaited === undefined) return;
  parent.tell({ type: 'sent', ...awaited, certVersion, target: target.toString(16).padStart(64, '0'), proof });
}

function obey(order: SupervisorMessage, orders: MinerOrders, workshop: Workshop): void {
  switch (order.type) {
    case 'pause':
      orders.pauseReason = order.reason;
      workshop.pause();
      break;
    case 'resume':
      orders.pauseReason = null;
      workshop.resume();
      break;
    case 'duty':
      workshop.setDuty(Math.round((order.percent * orders.shareOfDutyPercent) / 100));
      break;
  }
}

function heartbeat(
  miner: Miner,
  workshop: Workshop,
  proofs: ProofQueue,
  orders: MinerOrders,
  shape: Shape,
): Omit<MinerHeartbeat, 'priority' | 'priorityGap' | 'priorityText' | 'perThread'> {
  const { macs, attempts, spoiled, kernel, threads, rejectedKernels } = workshop.stats;
  const { activity, reason } = activityOf(miner, workshop, orders);
  const burden = workshop.setUpBurden();
  return {
    type: 'miner',
    ready: miner.reached,
    activity,
    reason: reason === null ? null : boundedText(reason),
    macs: macs.toString(),
    attempts,
    spoiled: Number(spoiled),
    ...proofs.counts,
    kernel,
    threads,
    rejectedKernels: rejectedKernels.map(boundedText),
    setUpBurden: burden === null ? null : burdenInWords(burden),
    job: workshop.current === null ? null : jobFacts(workshop.current, shape),
  };
}

function priorityOf({ standing }: PriorityWatch): Pick<MinerHeartbeat, 'priority' | 'priorityGap' | 'priorityText'> {
  if (standing === null) return { priority: null, priorityGap: null, priorityText: null };
  return { priority: standing.reach, priorityGap: standing.gap, priorityText: boundedText(standing.text) };
}

function activityOf(
  miner: Miner,
  workshop: Workshop,
  orders: MinerOrders,
): { activity: MinerHeartbeat['activity']; reason: string | null } {
  if (orders.pauseReason !== null) return { activity: 'paused', reason: orders.pauseReason };
  if (miner.trouble !== null) return { activity: 'connecting', reason: miner.trouble };
  const { work, restingMs } = workshop;
  if (work.state === 'no-job' && restingMs < BETWEEN_JOBS_MS) return { activity: 'mining', reason: null };
  return work.state === 'mining' ? { activity: 'mining', reason: null } : { activity: work.state, reason: work.reason };
}

function jobFacts({ certVersion, header, receivedAt, target }: MinerJob, shape: Shape) {
  const tile = tileOf(shape);
  const { prevBlock, nbits } = decodeHeader(header);
  return {
    height: null,
    certVersion,
    ageSeconds: (performance.now() - receivedAt) / 1000,
    shareWork: expectedMacs(target, tile).toString(),
    blockWork: expectedMacs(native().targetFromNbits(nbits), tile).toString(),
    prevBlock: rpcHash(prevBlock),
  };
}

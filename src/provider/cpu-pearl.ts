// Pearl on the CPU, as a provider: a detached supervisor in a folder of its own, which lives on when the caller ends, and
// which any process finds again through its sidecar.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { textOf, writeFileAtomically } from '../base/atomic-file.ts';
import { PearlError } from '../base/errors.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { resolveSecret, secretSources } from '../config/secrets.ts';
import { native } from '../native/native.ts';
import { stopDirectly } from '../service/direct.ts';
import { judgeLife } from '../state/life.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import { heapFlags } from '../supervisor/children/heap.ts';
import { type Detached, type DetachedEnd, startDetached } from '../supervisor/start/detached.ts';
import { groundError, InstanceLock, LOCK_DESCRIPTOR, prepareFolders } from '../supervisor/start/ground.ts';
import { addonProblem, calibratedRate, describeHardware, detect } from './detect-miner.ts';
import { nodeProgram } from './node-program.ts';
import type {
  HardwareInfo,
  MiningCapabilities,
  MiningConfig,
  MiningProvider,
  MiningStats,
  OpenJarvisConfig,
  StartOptions,
} from './provider.ts';
import { type Settings, settingsOf } from './provider-settings.ts';
import { providerStatsOf } from './provider-stats.ts';

const POLL_MS = 50;
/** The reference gateway may take minutes on a cold disk; the supervisor's own limit for it is 180 s. */
const READY_LIMIT_MS = 240_000;
const STOP_LIMIT_MS = 60_000;

export interface CpuPearlOptions {
  /** Everything of this provider lies here: one home, one provider. `$PEARLCTL_HOME`, else `~/.pearlctl`. */
  readonly home?: string;
  /**
   * The Node that supervisor, gateway and miner run in: the one that runs this. Electron runs as Node by itself, unless its fuse
   * RunAsNode is off; a program that holds Node as a single file needs one beside it.
   */
  readonly nodePath?: string;
}

/** One start, from its call to READY. */
interface Starting {
  stopped: boolean;
  supervisor: Detached | null;
}

export class CpuPearlProvider implements MiningProvider {
  static readonly providerId = 'cpu-pearl';
  readonly providerId = CpuPearlProvider.providerId;
  readonly home: string;
  readonly #paths: Paths;
  readonly #nodePath: string | undefined;
  #starting: Starting | null = null;

  /** @throws PearlError INPUT_INVALID for an option that is no text. */
  constructor(options: CpuPearlOptions = {}) {
    const { home, nodePath } = checkedOptions(options);
    this.#nodePath = nodePath;
    this.home = resolve(home ?? process.env.PEARLCTL_HOME ?? join(homedir(), '.pearlctl'));
    this.#paths = resolvePaths({
      scope: 'user',
      env: { ...process.env, PEARLCTL_HOME: this.home },
      config: join(this.home, 'provider.ini'),
    });
  }

  detect(hardware: HardwareInfo = describeHardware(), engineId = '', model = ''): MiningCapabilities {
    const rate = () => calibratedRate(this.#paths.calibrationFile, hardware);
    return detect(hardware, engineId, model, addonProblem, rate);
  }

  /**
   * Starts gateway and miner under a supervisor that outlives this process; resolves when both are up.
   *
   * @throws PearlError ALREADY_STARTED while this home is in use; WALLET_INVALID, SHAPE_INVALID, CONFIG_INVALID,
   * INPUT_INVALID or SECRET_MISSING for a configuration that cannot work, HOME_UNWRITABLE or DISK_FULL for a home, before anything
   * is started; NOT_RUNNING when it was stopped meanwhile or `signal` has aborted it (its reason is the cause); CHILD_FAILED when
   * it ended by itself, with what it said.
   */
  async start(config: MiningConfig | OpenJarvisConfig, { signal }: StartOptions = {}): Promise<void> {
    if (this.#starting !== null || this.isRunning()) throw alreadyStarted(this.home);
    const starting: Starting = { stopped: signal?.aborted === true, supervisor: null };
    const abort = () => {
      starting.stopped = true;
      starting.supervisor?.signal('SIGTERM');
    };
    this.#starting = starting;
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const settings = settingsOf(config, this.#paths.userHome);
      if (!starting.stopped) starting.supervisor = await this.#launch(starting, settings);
      if (starting.supervisor !== null) await this.#awaitReady(starting, starting.supervisor);
      if (starting.stopped) throw stoppedMeanwhile();
    } catch (error) {
      throw signal?.aborted === true && isStopped(error) ? stoppedMeanwhile(signal.reason) : error;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#starting = null;
    }
  }

  /** The instance is locked from here on, and the supervisor gets the lock with its start: any stop finds it held. */
  async #launch(starting: Starting, settings: Settings): Promise<Detached | null> {
    prepareFolders(this.#paths);
    const lock = this.#lock();
    try {
      await this.#prepare(settings);
      return starting.stopped || lock.descriptor === null ? null : this.#spawn(lock.descriptor);
    } finally {
      lock.release();
    }
  }

  #lock(): InstanceLock {
    try {
      return InstanceLock.acquire(this.#paths, 0);
    } catch (error) {
      throw error instanceof PearlError && error.code === 'ALREADY_RUNNING' ? alreadyStarted(this.home) : error;
    }
  }

  async stop(): Promise<void> {
    const starting = this.#starting;
    if (starting !== null) {
      starting.stopped = true;
      starting.supervisor?.signal('SIGTERM');
      await starting.supervisor?.exited;
    }
    await stopDirectly(this.#paths, STOP_LIMIT_MS);
  }

  /** True in any process that looks at this home, while its supervisor lives. */
  isRunning(): boolean {
    return judgeLife(this.#paths, native).kind !== 'dead';
  }

  stats(): MiningStats {
    return providerStatsOf(this.providerId, this.#paths);
  }

  async #prepare({ text, config, warnings }: Settings): Promise<void> {
    for (const warning of warnings) process.emitWarning(warning);
    for (const source of secretSources(config)) await resolveSecret(source, this.#paths);
    const { configFile } = this.#paths;
    onGround(configFile, () => writeFileAtomically(configFile, text, { mode: 0o600, durable: true }));
  }

  #spawn(descriptor: number): Detached {
    const { node, cli, env } = nodeProgram(this.#nodePath);
    const errorFile = this.#errorFile();
    const location = ['--scope', 'user', '--config', this.#paths.configFile];
    return onGround(errorFile, () =>
      startDetached({
        command: [node, ...heapFlags('supervisor'), cli, 'supervise', ...location],
        env: { ...process.env, ...env, PEARLCTL_HOME: this.home, [LOCK_DESCRIPTOR]: '3' },
        errorFile,
        descriptor,
      }),
    );
  }

  async #awaitReady(starting: Starting, supervisor: Detached): Promise<void> {
    let end: DetachedEnd | null = null;
    void supervisor.exited.then((how) => {
      end = how;
    });
    const deadline = performance.now() + READY_LIMIT_MS;
    while (!this.#isReady(supervisor.pid)) {
      if (starting.stopped) {
        supervisor.signal('SIGTERM');
        await supervisor.exited;
        return;
      }
      if (end !== null) throw this.#failure(end);
      if (performance.now() > deadline) {
        supervisor.signal('SIGTERM');
        await supervisor.exited;
        throw this.#failure(null);
      }
      await sleep(POLL_MS);
    }
  }

  /** Both children of this very supervisor are up. */
  #isReady(pid: number): boolean {
    const sidecar = readSidecar(this.#paths.sidecarFile);
    if (sidecar.kind !== 'valid' || sidecar.value.supervisor?.pid !== pid) return false;
    const { gateway, miner } = sidecar.value.children;
    return gateway.state === 'ready' && miner.state === 'ready';
  }

  /** @param end null for a supervisor that was not ready in time. */
  #failure(end: DetachedEnd | null): PearlError {
    // It ends so only when it was stopped, by this process or another: by the signal before it hears signals.
    if (end?.code === 0 || end?.signal === 'SIGTERM') return stoppedMeanwhile();
    if (this.isRunning()) return alreadyStarted(this.home);
    const said = firstLine(this.#errorFile()) ?? reasonInSidecar(this.#paths.sidecarFile);
    const how =
      end === null
        ? 'was not ready in time'
        : end.signal === null
          ? `ended with code ${end.code}`
          : `was ended by ${end.signal}`;
    return new PearlError('CHILD_FAILED', `The supervisor ${how}${said === null ? '' : `: ${said}`}.`, {
      hint: `Its log is ${this.#paths.logFile}.`,
    });
  }

  #errorFile(): string {
    return join(this.#paths.logFolder ?? this.#paths.runtimeFolder, 'supervise.err');
  }
}

function alreadyStarted(home: string): PearlError {
  return new PearlError('ALREADY_STARTED', `Mining is already started in ${home}.`, {
    hint: 'Call stop() before starting again, or give each provider a home of its own.',
  });
}

function stoppedMeanwhile(cause?: unknown): PearlError {
  return new PearlError('NOT_RUNNING', 'Mining was stopped while it was starting.', { cause });
}

function isStopped(error: unknown): boolean {
  return error instanceof PearlError && error.code === 'NOT_RUNNING';
}

function checkedOptions(options: CpuPearlOptions | null): CpuPearlOptions {
  for (const name of ['home', 'nodePath'] as const) {
    const value: unknown = options?.[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) continue;
    throw new PearlError('INPUT_INVALID', `The option ${name} has to be a path as text.`, {
      hint: 'Leave it out, or give a path.',
    });
  }
  return options ?? {};
}

/** Has the system's refusal of a file told in words. */
function onGround<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw groundError(path, error);
  }
}

function firstLine(path: string): string | null {
  const said = textOf(path) ?? '';
  const [line = ''] = said.trim().split('\n');
  return line === '' ? null : line.replace(/^pearlctl: /, '').replace(/\.$/, '');
}

function reasonInSidecar(path: string): string | null {
  const sidecar = readSidecar(path);
  return sidecar.kind === 'valid' ? sidecar.value.stateReason : null;
}

// One job of the stand-in: a plist's snapshot and the real processes that it runs, by the rules of launchd.plist(5).
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setPriority } from 'node:os';
import { orNull } from '../../src/base/errors.ts';

export interface JobFacts {
  Label: string;
  ProgramArguments: string[];
  EnvironmentVariables?: Record<string, unknown>;
  WorkingDirectory?: string;
  StandardOutPath?: string;
  StandardErrorPath?: string;
  Umask?: number;
  RunAtLoad?: boolean;
  KeepAlive?: boolean | { SuccessfulExit?: boolean; Crashed?: boolean };
  ThrottleInterval?: number;
  ExitTimeOut?: number;
  UserName?: string;
  LimitLoadToSessionType?: string | string[];
  AbandonProcessGroup?: boolean;
}

export type JobState = 'running' | 'not running' | 'spawn scheduled' | 'SIGTERMed';

export interface JobOptions {
  plist: JobFacts;
  /** What one second of launchd's patience with a restart is here, in milliseconds; that with a stop is real. */
  throttleSecondMs: number;
  defaultExitTimeOutSeconds: number;
  /** Registered, but never spawned: a fault that people report. */
  neverSpawns: boolean;
  event: (text: string) => void;
}

/** launchd's own environment for a job; anything else has to stand in the plist. */
const BARE = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' };

export class Job {
  readonly #options: JobOptions;
  #child: ChildProcess | null = null;
  #launchedAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #leaving = false;
  #onGone: (() => void) | null = null;
  state: JobState = 'not running';
  runs = 0;
  lastExit: { code: number | null; signal: NodeJS.Signals | null } | null = null;

  constructor(options: JobOptions) {
    this.#options = options;
    const { RunAtLoad, KeepAlive } = options.plist;
    // A KeepAlive dictionary implies RunAtLoad.
    if (RunAtLoad || KeepAlive) this.#schedule(0);
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get leaving(): boolean {
    return this.#leaving;
  }

  get plist(): JobFacts {
    return this.#options.plist;
  }

  #schedule(delayMs: number): void {
    if (this.#options.neverSpawns) return;
    this.state = 'spawn scheduled';
    this.#timer = setTimeout(() => this.#spawn(), delayMs);
  }

  #spawn(): void {
    const { plist, event } = this.#options;
    const [program = '', ...args] = plist.ProgramArguments;
    const output = (path: string | undefined): number | 'ignore' =>
      path === undefined ? 'ignore' : openSync(path, 'a', 0o644);
    const [out, err] = [output(plist.StandardOutPath), output(plist.StandardErrorPath)];
    const strings = Object.entries(plist.EnvironmentVariables ?? {}).filter(([, value]) => typeof value === 'string');
    // The umask is inherited; launchd reads the number of the plist as decimal.
    const umask = process.umask(plist.Umask ?? 0o022);
    // On Linux a job dies with the test, also with one that is killed.
    const leash = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : [];
    const [first = program, ...rest] = [...leash, program, ...args];
    const child = spawn(first, rest, {
      cwd: plist.WorkingDirectory ?? '/',
      env: { ...BARE, XPC_SERVICE_NAME: plist.Label, ...(Object.fromEntries(strings) as Record<string, string>) },
      stdio: ['ignore', out, err],
      // A process group of its own, as launchd gives it.
      detached: true,
    });
    process.umask(umask);
    for (const handle of [out, err]) if (handle !== 'ignore') closeSync(handle);
    hurry(child.pid);
    this.#child = child;
    this.#launchedAt = performance.now();
    this.state = 'running';
    this.runs += 1;
    event(`spawn ${plist.Label} ${child.pid}`);
    child.once('error', () => this.#ended(78, null));
    child.once('exit', (code, signal) => this.#ended(code, signal));
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    const { plist, throttleSecondMs, event } = this.#options;
    const pid = this.#child?.pid;
    this.#child = null;
    this.lastExit = { code, signal };
    event(`exit ${plist.Label} ${code ?? signal}`);
    if (!plist.AbandonProcessGroup && pid !== undefined) killGroup(pid);
    if (this.#leaving) {
      this.#onGone?.();
      return;
    }
    if (!this.#keepsAlive(code, signal)) {
      this.state = 'not running';
      return;
    }
    const throttleMs = (plist.ThrottleInterval ?? 10) * throttleSecondMs;
    this.#schedule(Math.max(0, this.#launchedAt + throttleMs - performance.now()));
  }

  /** The conditions of the dictionary are ORed. */
  #keepsAlive(code: number | null, signal: NodeJS.Signals | null): boolean {
    const { KeepAlive } = this.#options.plist;
    if (typeof KeepAlive !== 'object') return KeepAlive ?? false;
    const success = code === 0;
    if (KeepAlive.SuccessfulExit !== undefined && KeepAlive.SuccessfulExit === success) return true;
    const crashed = signal !== null && ['SIGILL', 'SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGTRAP', 'SIGFPE'].includes(signal);
    return KeepAlive.Crashed !== undefined && KeepAlive.Crashed === crashed;
  }

  signal(name: NodeJS.Signals): boolean {
    return this.#child?.kill(name) ?? false;
  }

  kick(): void {
    if (this.#child !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#spawn();
  }

  /** Resolves when no process is left: SIGTERM, and SIGKILL after ExitTimeOut. */
  leave(): Promise<void> {
    this.#leaving = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#child === null) return Promise.resolve();
    this.state = 'SIGTERMed';
    this.#child.kill('SIGTERM');
    const seconds = this.#options.plist.ExitTimeOut ?? this.#options.defaultExitTimeOutSeconds;
    const kill = setTimeout(() => this.#child?.kill('SIGKILL'), seconds * 1000);
    return new Promise((resolve) => {
      this.#onGone = () => {
        clearTimeout(kill);
        resolve();
      };
    });
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No process was left in it.
  }
}

/** The processes below one, at this moment. */
export function descendants(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.filter(([, above]) => above === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

/**
 * The product gives a start some seconds, and other tests run beside this one: as root a job goes before them. Its mining threads give
 * themselves the least priority as ever.
 */
function hurry(pid: number | undefined): void {
  if (pid !== undefined) orNull(() => setPriority(pid, -10));
}

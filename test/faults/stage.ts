// Where a fault is played: an own home, the real command line, and afterwards the counting of what is left. Everything that
// is looked for carries the home in its environment, its path or its ledger, so that rows can be played side by side.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { textOf } from '../../src/base/atomic-file.ts';
import { orNull } from '../../src/base/errors.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { isAlive } from '../../src/state/sidecar/identity.ts';
import { parseSidecar } from '../../src/state/sidecar/read-sidecar.ts';
import type { SidecarRecord } from '../../src/state/sidecar/sidecar-record.ts';
import type { ChildName } from '../../src/state/table/session-table.ts';
import { CLI } from '../cli/run-cli.ts';
import { giveOwnShare } from '../fixtures/own-share.ts';
import { PATIENCE_MS, until } from '../fixtures/until.ts';
import { devnetDifference } from './accounts.ts';
import { filesLeftIn, processesOf } from './remains.ts';

/** By section; a key with several values stands once for each. */
export type Settings = Record<string, Record<string, string | number | readonly string[]>>;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export class FaultStage {
  readonly home = mkdtempSync(join(tmpdir(), 'pearlctl-fault-'));
  /** Undone in the opposite order when the row is over: mounts, servers, processes. */
  readonly #undo: (() => void | Promise<void>)[] = [];
  readonly #seen = new Map<number, string | null>();
  #settings: Settings = {
    '': { network: 'devnet' },
    miner: {
      wallet: walletFromProgram(new Uint8Array(32).fill(7), 'devnet'),
      threads: 1,
      memory: '64M',
      poll_interval: '100ms',
    },
    // Tiny matrices: an attempt takes a millisecond, and a block about one second.
    shape: { m: 256, n: 256, k: 2048, rank: 128, tile: '16x16' },
    gateway: { kind: 'devnet', port: 0, metrics_port: 0 },
  };
  supervisor: ChildProcess | null = null;
  ended: Promise<Ended> = Promise.resolve({ code: null, signal: null });
  stderr = '';
  /** Variables that every start has besides the usual ones. */
  environment: Record<string, string> = {};
  /** How many shares upstream and ledger do not agree on; a row with another upstream than the devnet says how to tell. */
  difference = () => devnetDifference(this.home);

  constructor() {
    this.configure({});
  }

  path(...parts: string[]): string {
    return join(this.home, ...parts);
  }

  /** Changes keys of the configuration; with a whole new section where it says so. */
  configure(change: Settings): void {
    for (const [section, keys] of Object.entries(change)) {
      this.#settings[section] = { ...this.#settings[section], ...keys };
    }
    const text = Object.entries(this.#settings).flatMap(([section, keys]) => [
      ...(section === '' ? [] : [`[${section}]`]),
      ...Object.entries(keys).flatMap(([key, value]) => [value].flat().map((one) => `${key} = ${one}`)),
    ]);
    writeFileSync(this.path('pearlctl.ini'), `${text.join('\n')}\n`, { mode: 0o600 });
  }

  /** Puts something in order when the row is over, whatever happened. */
  afterwards(undo: () => void | Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Starts the real supervisor; `wrapper` goes in front of the command, such as `prlimit --nofile=64`. */
  start({ env = {}, wrapper = [], program = [process.execPath, CLI, 'supervise'] }: StartOptions = {}): void {
    const [command = process.execPath, ...args] = [...wrapper, ...program];
    const child = spawn(command, args, {
      cwd: this.home,
      env: { PATH: process.env.PATH, HOME: this.home, PEARLCTL_HOME: this.home, ...this.environment, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.supervisor = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-20_000);
    });
    this.ended = new Promise((resolveEnded) => {
      child.once('exit', (code, signal) => resolveEnded({ code, signal }));
    });
  }

  /** The pid of the supervisor that was started last. */
  get supervisorPid(): number {
    const pid = this.supervisor?.pid;
    if (pid === undefined) throw new Error('no supervisor was started');
    return pid;
  }

  /** True while the supervisor that was started last lives. */
  get isUp(): boolean {
    return this.supervisor !== null && this.supervisor.exitCode === null && this.supervisor.signalCode === null;
  }

  sidecar(): SidecarRecord | null {
    const text = textOf(this.path('run', 'mining.json'));
    const reading = text === null ? null : parseSidecar(text);
    if (reading?.kind !== 'valid') return null;
    for (const { pid, identity } of Object.values(reading.value.children)) {
      if (pid !== null) this.#seen.set(pid, identity);
    }
    return reading.value;
  }

  /** Waits until the sidecar of the present supervisor fulfils a condition. */
  async until(what: string, condition: (sidecar: SidecarRecord) => boolean): Promise<SidecarRecord> {
    let found: SidecarRecord | null = null;
    await until(what, () => {
      const sidecar = this.sidecar();
      // What a dead one left says nothing.
      if (!this.isUp) throw new Error(`the supervisor ended before ${what}: ${this.stderr}`);
      if (sidecar !== null && condition(sidecar)) found = sidecar;
      return found !== null;
    });
    if (found === null) throw new Error(`waited for ${what}`);
    return found;
  }

  running(): Promise<SidecarRecord> {
    return this.until('running', (s) => s.state === 'running' && s.supervisor?.pid === this.supervisorPid);
  }

  /** Running, and not with this process any more. */
  runningWithout(name: ChildName, pid: number): Promise<SidecarRecord> {
    return this.until(`running with another ${name}`, (s) => s.state === 'running' && s.children[name].pid !== pid);
  }

  pidOf(name: ChildName): number {
    const pid = this.sidecar()?.children[name].pid;
    if (pid === null || pid === undefined) throw new Error(`the ${name} does not run`);
    return pid;
  }

  /** Waits for the end of the supervisor, and gives it in the words of a row. */
  async exit(): Promise<string> {
    const timeout = sleep(PATIENCE_MS, null, { ref: false });
    const ended = await Promise.race([this.ended, timeout]);
    if (ended === null) return `no end within ${PATIENCE_MS / 1000} s`;
    return ended.signal === null ? `exit ${ended.code}` : `killed by ${ended.signal}`;
  }

  /** Stops the supervisor in order. */
  stop(): Promise<string> {
    this.supervisor?.kill('SIGTERM');
    return this.exit();
  }

  log(): string {
    return textOf(this.path('logs', 'pearlctl.log')) ?? '';
  }

  /** What `status` says, with its exit code; `wrapper` as at the start. */
  async status(
    args: readonly string[] = [],
    wrapper: readonly string[] = [],
  ): Promise<{ code: number | null; text: string }> {
    const [command = process.execPath, ...rest] = [...wrapper, process.execPath, CLI, 'status', ...args];
    const child = spawn(command, rest, {
      cwd: this.home,
      env: { PATH: process.env.PATH, HOME: this.home, PEARLCTL_HOME: this.home },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const code = await new Promise<number | null>((resolveCode) => child.once('close', resolveCode));
    return { code, text };
  }

  /** What stands in stats.json, or null. */
  // biome-ignore lint/suspicious/noExplicitAny: rows look at single figures of it.
  statistics(): any {
    const text = textOf(this.path('run', 'stats.json'));
    return text === null ? null : JSON.parse(text);
  }

  /** Size of the ledger: it grows with each verdict. */
  ledgerBytes(): number {
    try {
      return statSync(this.path('state', 'shares.jsonl')).size;
    } catch {
      return 0;
    }
  }

  /** The miner takes its share beside other tests until the row is over, as far as this user may decide that (sched(7), autogroups). */
  hurry(): void {
    this.afterwards(this.#giveShare());
  }

  /**
   * Waits for what the miner has to find first: beside tests that leave no processor idle it would find nothing. It has its
   * share for as long as that takes.
   */
  async mined<T>(what: string, probe: () => T | Promise<T>, deadlineMs?: number): ReturnType<typeof until<T>> {
    const giveBack = this.#giveShare();
    try {
      return await until(what, probe, deadlineMs);
    } finally {
      await giveBack();
    }
  }

  #giveShare(): () => Promise<void> {
    const miner = this.pidOf('miner');
    // For a user that may make no groups.
    orNull(() => writeFileSync(`/proc/${miner}/autogroup`, '0'));
    return giveOwnShare(miner);
  }

  /** Proofs that were handed over and have no verdict, as they are noted beside the ledger. */
  notes(): string[] {
    const text = textOf(this.path('state', 'shares.pending.jsonl')) ?? '';
    return text.split('\n').filter((line) => line !== '');
  }

  /** Processes of this home that still run. */
  orphans(): number[] {
    const pids = processesOf(this.home);
    for (const [pid, identity] of this.#seen) if (isAlive(pid, identity) && !pids.includes(pid)) pids.push(pid);
    return pids;
  }

  /** Files that a clean stop should not have left. */
  filesLeft(planted?: RegExp): string[] {
    return filesLeftIn(this.home, planted);
  }

  async close(): Promise<void> {
    for (const pid of this.orphans()) kill(pid, 'SIGKILL');
    for (const undo of this.#undo.reverse()) await undo();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface StartOptions {
  env?: Record<string, string>;
  wrapper?: readonly string[];
  program?: readonly string[];
}

/** Signals a process that may be gone. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone: which is what most callers want.
  }
}

/** A folder of the stage, made where it is not there. */
export function folderOf(stage: FaultStage, ...parts: string[]): string {
  const folder = stage.path(...parts);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

// A stage for supervisors in tests: an own home, real processes, waiting with a deadline, and nothing left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { isAlive } from '../../src/state/sidecar/identity.ts';
import { parseSidecar } from '../../src/state/sidecar/read-sidecar.ts';
import type { SidecarRecord } from '../../src/state/sidecar/sidecar-record.ts';
import { parseStats } from '../../src/state/stats/stats-record.ts';
import type { ChildName } from '../../src/state/table/session-table.ts';
import { until } from '../fixtures/until.ts';

export const WALLET = walletFromProgram(new Uint8Array(32).fill(7), 'devnet');

const FIXTURE = fileURLToPath(new URL('../fixtures/supervise.mjs', import.meta.url));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

export class Stage {
  readonly home: string;
  readonly #started: ChildProcess[] = [];
  readonly #seen = new Map<number, string | null>();

  constructor(t: Test, config = '') {
    this.home = mkdtempSync(join(tmpdir(), 'pearlctl-stage-'));
    this.configure(config);
    t.teardown(async () => {
      for (const child of this.#started) child.kill('SIGKILL');
      await until('every process of the stage to end', () => !this.anyAlive()).catch(() => this.#killAll());
      rmSync(this.home, { recursive: true, force: true });
    });
  }

  configure(extra: string, gateway = ''): void {
    const text = `network = devnet
[miner]
wallet = ${WALLET}
threads = 1
[gateway]
kind = devnet
port = 0
metrics_port = 0
${gateway}
${extra}
`;
    writeFileSync(join(this.home, 'pearlctl.ini'), text, { mode: 0o600 });
  }

  behave(behaviour: object): void {
    writeFileSync(join(this.home, 'behaviour.json'), JSON.stringify(behaviour));
  }

  /** Accepted blocks, as the stats tell. */
  blocks(): number {
    const file = this.path('run', 'stats.json');
    const reading = existsSync(file) ? parseStats(readFileSync(file, 'utf8')) : null;
    return reading?.kind === 'valid' ? reading.value.blocks.accepted : 0;
  }

  path(...parts: string[]): string {
    return join(this.home, ...parts);
  }

  /** Starts a supervisor over fixture children, or what else is given to Node. */
  start(
    args: readonly string[] = [FIXTURE],
    env: Record<string, string> = {},
  ): { process: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, HOME: this.home, PEARLCTL_HOME: this.home, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#started.push(child);
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, stderr }));
    });
    return { process: child, ended };
  }

  /** The sidecar as it is now, or null while there is no whole one. */
  sidecar(): SidecarRecord | null {
    const file = this.path('run', 'mining.json');
    const reading = existsSync(file) ? parseSidecar(readFileSync(file, 'utf8')) : null;
    if (reading?.kind !== 'valid') return null;
    for (const child of Object.values(reading.value.children)) {
      if (child.pid !== null) this.#seen.set(child.pid, child.identity);
    }
    return reading.value;
  }

  /** Waits until the sidecar fulfils a condition, and gives it. */
  async until(what: string, condition: (sidecar: SidecarRecord) => boolean): Promise<SidecarRecord> {
    let found: SidecarRecord | null = null;
    await until(what, () => {
      const sidecar = this.sidecar();
      if (sidecar !== null && condition(sidecar)) found = sidecar;
      return found !== null;
    });
    if (found === null) throw new Error(`waited for ${what}`);
    return found;
  }

  running(): Promise<SidecarRecord> {
    return this.until('the supervisor to run', ({ state }) => state === 'running');
  }

  /** The pid of a living child. */
  pidOf(name: ChildName): number {
    const pid = this.sidecar()?.children[name].pid;
    if (pid === null || pid === undefined) throw new Error(`the ${name} does not run`);
    return pid;
  }

  /** Whether any child that ever stood in the sidecar still lives. */
  anyAlive(): boolean {
    return [...this.#seen].some(([pid, identity]) => isAlive(pid, identity));
  }

  log(): string {
    const file = this.path('logs', 'pearlctl.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  #killAll(): void {
    for (const [pid, identity] of this.#seen) if (isAlive(pid, identity)) process.kill(pid, 'SIGKILL');
  }
}

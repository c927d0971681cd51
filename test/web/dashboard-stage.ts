// A stage for the dashboard page: a real supervisor on the devnet that can be stopped and started again on the same port, and
// a real Chromium that looks at it and can reach nothing but this machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { MOST_EVENTS } from '../../src/state/history/events.ts';
import { placeBin, placeEvent } from '../../src/state/history/history-codec.ts';
import { HistoryFile } from '../../src/state/history/history-file.ts';
import { beginOf, LEVELS } from '../../src/state/history/levels.ts';
import { freePort } from '../fixtures/free-port.ts';
import { PATIENCE_MS, until } from '../fixtures/until.ts';

/** The whole address, which the page must never show. */
export const WALLET = walletFromProgram(new Uint8Array(32).fill(9), 'devnet');

export class Dashboard {
  readonly home = mkdtempSync(join(tmpdir(), 'pearlctl-dashboard-'));
  readonly #cli: string;
  #supervisor: ChildProcess | null = null;
  #port = 0;

  /** @param cli the program as it is built or installed. */
  constructor(cli: string) {
    this.#cli = cli;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get pid(): number {
    return this.#supervisor?.pid ?? 0;
  }

  /** Before the start: a past of 30 days, each of its bins and events filled. */
  rememberMonth(): void {
    const folder = join(this.home, 'state');
    mkdirSync(folder, { mode: 0o700 });
    const file = new HistoryFile(join(folder, 'history.bin'));
    const nowSeconds = Date.now() / 1000;
    for (const [level, { stepSeconds, places }] of LEVELS.entries()) {
      for (let back = 1; back < places; back += 1) {
        const at = beginOf(nowSeconds, stepSeconds) - back * stepSeconds;
        const [mean, low, high] = [100e6 + (back % 7) * 1e6, 90e6, 110e6];
        const shares = { accepted: back % 5, rejected: back % 11 === 0 ? 1 : 0, stale: 0, dropped: 0 };
        file.write(
          placeBin(level, { at, samples: stepSeconds / 2, mean, low, high, ...shares, celsius: 60, watts: 90 }),
        );
      }
    }
    for (let number = 0; number < MOST_EVENTS; number += 1) {
      const atMs = Math.round(nowSeconds * 1000) - (MOST_EVENTS - number) * 5_000_000;
      file.write(placeEvent({ number, kind: 'pause', atMs, lastMs: atMs, times: 1, text: 'mining is paused: in use' }));
    }
    file.close();
  }

  /** Starts a supervisor, the second time on the port of the first; resolves when the page is there. */
  async start(): Promise<void> {
    if (this.#port === 0) this.#configure(await freePort());
    this.#supervisor = spawn(process.execPath, [this.#cli, 'supervise', '--scope', 'user'], {
      env: { PATH: process.env.PATH, HOME: this.home, PEARLCTL_HOME: this.home },
      stdio: 'ignore',
    });
    await until('the page', () => this.#answers());
  }

  /** Stops it as a service manager does, and resolves with the milliseconds that took. */
  async stop(): Promise<number> {
    const supervisor = this.#supervisor;
    if (supervisor === null || supervisor.exitCode !== null) return 0;
    const startedMs = performance.now();
    const ended = new Promise<void>((resolve) => supervisor.once('exit', () => resolve()));
    supervisor.kill('SIGTERM');
    await ended;
    this.#supervisor = null;
    return performance.now() - startedMs;
  }

  /** Stops it, and removes all that it left. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 3 });
  }

  #configure(port: number): void {
    this.#port = port;
    const lines = ['network = devnet', '[miner]', `wallet = ${WALLET}`, 'threads = 1'];
    lines.push('[gateway]', 'kind = devnet', 'port = 0', `metrics_port = ${port}`, '');
    writeFileSync(join(this.home, 'pearlctl.ini'), lines.join('\n'), { mode: 0o600 });
  }

  async #answers(): Promise<boolean> {
    const answer = await fetch(`${this.url}dashboard.json`).catch(() => null);
    return answer?.ok === true;
  }
}

/** The Chromium of this system, or null. */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const programs = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return programs.find(isExecutable) ?? null;
}

/** Headless, with a profile of its own that goes with it, and no word to its maker. */
export function launchChromium(program: string): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    timeout: PATIENCE_MS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

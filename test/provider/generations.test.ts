// Starts and stops that overtake each other, in one process and from two: no child is orphaned, and each promise says what became
// of its own start. `PEARLCTL_TEST_SEQUENCES=200` plays more of them.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { until } from '../fixtures/until.ts';
import { homeOf } from './home.ts';

type Library = typeof import('../../src/index.ts');
const LIBRARY = new URL('../../dist/bundle/index.mjs', import.meta.url).href;
const library = (await import(LIBRARY)) as Library;
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

const SEQUENCES = Number(process.env.PEARLCTL_TEST_SEQUENCES ?? 0);
const WALLET = walletFromProgram(Buffer.alloc(32, 7), 'devnet');
const config = {
  provider: 'cpu-pearl',
  walletAddress: WALLET,
  network: 'devnet',
  threads: 1,
  extra: { gateway_port: 0, metrics_port: 0 },
} as const;

function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error) => (error instanceof library.PearlError ? error.code : String(error)),
  );
}

/** The living processes of a home, except those that are named. */
function processesOf(home: string, except: readonly number[] = []): number[] {
  const own = `PEARLCTL_HOME=${home}`;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && !except.includes(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(own);
      } catch {
        return false;
      }
    });
}

t.setTimeout(1_800_000);
const skip = process.platform === 'linux' ? false : 'needs /proc to find orphans';

t.test('two processes start and stop one provider in any order', { skip, timeout: 1_800_000 }, async (t) => {
  const home = homeOf(t, (folder) => new library.CpuPearlProvider({ home: folder }).stop());
  const args = [fixture('start-and-stop.mjs'), LIBRARY, home, JSON.stringify(config)];
  const players = [0, 1].map(() => {
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    t.teardown(() => child.kill());
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return async (startMs: number, stopMs: number): Promise<string[]> => {
      child.stdin.write(`start ${startMs} stop ${stopMs}\n`);
      return String((await lines.next()).value).split(' ');
    };
  });
  const provider = new library.CpuPearlProvider({ home });
  for (let round = 0; round < (SEQUENCES || 6); round++) {
    const plan = players.map(() => [Math.floor(Math.random() * 300), Math.floor(Math.random() * 1500)] as const);
    const outcomes = await Promise.all(
      players.map((play, index) => play(plan[index]?.[0] ?? 0, plan[index]?.[1] ?? 0)),
    );
    const told = `round ${round}, ${JSON.stringify(plan)}: ${JSON.stringify(outcomes)}`;
    for (const [started, stopped] of outcomes) {
      t.ok(['resolved', 'ALREADY_STARTED', 'NOT_RUNNING'].includes(started ?? ''), `start: ${told}`);
      t.equal(stopped, 'resolved', `stop: ${told}`);
    }
    // A start after the last stop is the only one that may live on.
    const lives = provider.isRunning();
    if (lives)
      t.ok(
        outcomes.some(([started]) => started === 'resolved'),
        `what lives was started: ${told}`,
      );
    await provider.stop();
    t.notOk(provider.isRunning(), told);
    await until(`no orphan after ${told}`, () => processesOf(home).length === 0, 5000);
  }
});

t.test('a supervisor that is ended in its first moment was stopped, or killed', { skip }, async (t) => {
  const home = homeOf(t, (folder) => new library.CpuPearlProvider({ home: folder }).stop());
  for (const [signal, expected] of [
    ['SIGTERM', { code: 'NOT_RUNNING' }],
    ['SIGKILL', { code: 'CHILD_FAILED', message: 'The supervisor was ended by SIGKILL.' }],
  ] as const) {
    const failure = await until('one that is ended in time', async () => {
      const provider = new library.CpuPearlProvider({ home });
      const failing = provider.start(config).then(
        () => null,
        (error: unknown) => error,
      );
      const [pid] = await until('its process', () => {
        const found = processesOf(home);
        return found.length > 0 && found;
      });
      process.kill(pid ?? 0, signal);
      const outcome = await failing;
      // It was ready before this process got its turn.
      if (outcome === null) await provider.stop();
      return outcome;
    });
    t.match(failure, expected);
  }
});

t.test(
  'the launcher: each start has children of its own, and a stop ends just them',
  { skip, timeout: 1_800_000 },
  async (t) => {
    const { PearlSubprocessLauncher, configuredGatewayUrl, declareChildren, parseConfig, resolvePaths } = library;
    const home = homeOf(t, () => launcher.stop());
    const text = `network = devnet\n[miner]\nwallet = ${WALLET}\nthreads = 1\n[gateway]\nport = 0\nmetrics_port = 0\n`;
    writeFileSync(join(home, 'pearlctl.ini'), text, { mode: 0o600 });
    const env = { ...process.env, PEARLCTL_HOME: home };
    const parsed = parseConfig(text, 'test');
    const program = [process.execPath, fixture('child.mjs')] as const;
    const launcher = new PearlSubprocessLauncher({
      declarations: declareChildren(parsed, resolvePaths({ scope: 'user', env }), { program, env }),
      gatewayUrl: configuredGatewayUrl(parsed),
    });

    const [first, stopped, second] = [code(launcher.start()), code(launcher.stop()), code(launcher.start())];
    t.same(await Promise.all([first, stopped, second]), ['NOT_RUNNING', 'resolved', 'ALREADY_STARTED']);
    t.notOk(launcher.isRunning(), 'a start that was stopped rejects, and nothing runs');
    for (let round = 0; round < (SEQUENCES || 15); round++) {
      const starting = code(launcher.start());
      const waitMs = Math.floor(Math.random() * 400);
      await sleep(waitMs);
      await launcher.stop();
      const again = code(launcher.start());
      const told = `stopped after ${waitMs} ms: ${await starting}`;
      t.ok(['resolved', 'NOT_RUNNING'].includes(await starting), told);
      if (round % 3 === 0) t.equal(await again, 'resolved', told);
      const { gateway, miner } = launcher.pids;
      const own = [gateway, miner].filter((pid) => pid !== null);
      await until(`only the second pair lives, ${told}`, () => processesOf(home, own).length === 0, 5000);
      await Promise.all([launcher.stop(), again]);
      t.ok(['resolved', 'NOT_RUNNING'].includes(await again));
      t.same(processesOf(home), [], told);
    }
  },
);

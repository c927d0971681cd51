// The library as its users have it: the built package under its own name, a real supervisor, gateway and miner.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { recordOf, writeCalibration } from '../../src/miner/calibration/calibration-record.ts';
import { PRESETS } from '../../src/protocol/shapes.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { freePort } from '../fixtures/free-port.ts';
import { until } from '../fixtures/until.ts';
import { homeOf } from './home.ts';

type Library = typeof import('../../src/index.ts');
const library = (await import(new URL('../../dist/bundle/index.mjs', import.meta.url).href)) as Library;
const { CpuPearlProvider, PearlError } = library;

const WALLET = walletFromProgram(Buffer.alloc(32, 7), 'devnet');
const config = {
  provider: 'cpu-pearl',
  walletAddress: WALLET,
  network: 'devnet',
  threads: 1,
  extra: { gateway_port: 0, metrics_port: 0 },
} as const;

const SESSION = {
  provider: 'cpu-pearl',
  started_at: 1_800_000_000.5,
  wallet_address: WALLET,
  gateway_url: 'http://127.0.0.1:8337',
  metrics_url: 'http://127.0.0.1:8339/metrics',
  gateway_pid: 4711,
  miner_loop_pid: null,
};

function provided(t: Test) {
  const home = homeOf(t, () => provider.stop());
  const provider = new CpuPearlProvider({ home });
  return provider;
}

function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error) => (error instanceof PearlError ? error.code : String(error)),
  );
}

t.test('starts, mines, tells its ten figures and stops; any process sees it run', async (t) => {
  const provider = provided(t);
  t.match(provider.stats(), { providerId: 'cpu-pearl', sharesSubmitted: 0, lastError: null });
  t.notOk(provider.isRunning());
  await provider.start(config);
  t.ok(provider.isRunning());
  t.ok(new CpuPearlProvider({ home: provider.home }).isRunning(), 'another object, another process');
  await until('a block and a rate', () => provider.stats().blocksFound > 0 && provider.stats().hashrate > 0);
  const stats = provider.stats();
  t.equal(Object.keys(stats).length, 10);
  t.ok(stats.hashrate > 0 && stats.uptimeSeconds > 0 && (stats.lastShareAt ?? 0) > 1.7e9);
  t.match(stats, { payoutTarget: 'solo', feesOwed: 0 });
  t.equal(await code(provider.start(config)), 'ALREADY_STARTED');
  t.equal(await code(new CpuPearlProvider({ home: provider.home }).start(config)), 'ALREADY_STARTED');
  await provider.stop();
  await provider.stop();
  t.notOk(provider.isRunning());
  t.match(provider.stats(), { sharesSubmitted: 0, uptimeSeconds: 0 });
});

t.test('a pool is the target also while it is not connected, and after the end', async (t) => {
  const provider = provided(t);
  const url = `stratum+tcp://127.0.0.1:${await freePort()}`;
  const wallet = walletFromProgram(Buffer.alloc(32, 7), 'mainnet');
  const mining = { ...config, network: 'mainnet', walletAddress: wallet, submitTarget: `pool:${url}` } as const;
  await provider.start(mining);
  const told = () => JSON.parse(readFileSync(join(provider.home, 'run', 'stats.json'), 'utf8')).gateway.upstream;
  await until('no pool is connected', () => told() === null);
  t.equal(provider.stats().payoutTarget, `pool:${url}`);
  await provider.stop();
  t.equal(provider.stats().payoutTarget, 'solo', 'nothing is known where nothing is left');
});

t.test('stopped while it starts, it leaves nothing, and starts again afterwards', async (t) => {
  const provider = provided(t);
  const starting = code(provider.start(config));
  t.equal(await code(provider.start(config)), 'ALREADY_STARTED');
  await until('a supervisor', () => existsSync(join(provider.home, 'run', 'lock')));
  await provider.stop();
  t.equal(await starting, 'NOT_RUNNING');
  t.notOk(provider.isRunning());
  await provider.start(config);
  t.ok(provider.isRunning());
});

t.test('an AbortSignal ends a start, before it begins and on its way', async (t) => {
  const provider = provided(t);
  const ended = (signal: AbortSignal) => provider.start(config, { signal }).catch((error: unknown) => error);
  const told = { name: 'PearlError', code: 'NOT_RUNNING', cause: 'changed my mind' };
  t.match(await ended(AbortSignal.abort('changed my mind')), told);
  t.notOk(existsSync(join(provider.home, 'provider.ini')), 'nothing was written');
  const controller = new AbortController();
  const starting = ended(controller.signal);
  await until('a supervisor', () => existsSync(join(provider.home, 'run', 'lock')));
  controller.abort('changed my mind');
  t.match(await starting, told);
  t.notOk(provider.isRunning());
  const late = new AbortController();
  await provider.start(config, { signal: late.signal });
  late.abort();
  t.ok(provider.isRunning(), 'what has started is stopped by stop() alone');
});

t.test('two providers in one process, each in a home of its own', async (t) => {
  const [one, two] = [provided(t), provided(t)];
  await Promise.all([one.start(config), two.start(config)]);
  t.ok(one.isRunning() && two.isRunning());
  await one.stop();
  t.notOk(one.isRunning());
  t.ok(two.isRunning());
});

t.test('what cannot work is refused before anything is started, with its own code', async (t) => {
  const provider = provided(t);
  const old = { m: 256, n: 128, k: 1024, rank: 32 };
  const mainnet = {
    ...config,
    network: 'mainnet',
    walletAddress: walletFromProgram(Buffer.alloc(32, 7), 'mainnet'),
  } as const;
  const cases: [Parameters<typeof provider.start>[0], string, RegExp][] = [
    [{ ...config, walletAddress: 'rprl1pwrong' }, 'WALLET_INVALID', /^walletAddress: The wallet/],
    [{ ...config, worker: 'a b' }, 'CONFIG_INVALID', /^worker must be .*"a b"/],
    [{ ...config, extra: { gateway_port: 70_000 } }, 'CONFIG_INVALID', /^extra\.gateway_port must be/],
    [{ ...config, provider: 'vllm-pearl' }, 'INPUT_INVALID', /vllm-pearl/],
    [{ ...mainnet, submitTarget: 'pool' }, 'INPUT_INVALID', /"pool"/],
    [{ ...mainnet, submitTarget: 'pool:http://x' }, 'INPUT_INVALID', /http:\/\/x/],
    [{ ...mainnet, extra: old }, 'SHAPE_INVALID', /rank/],
    [{ ...mainnet, extra: { pearld_rpc_password_env: 'NO_SUCH_VARIABLE' } }, 'SECRET_MISSING', /./],
  ];
  for (const [wrong, expected, message] of cases) {
    const error = await provider.start(wrong).then(
      () => null,
      (reason: unknown) => reason,
    );
    t.ok(error instanceof PearlError && error.code === expected && message.test(error.message), `${expected} ${error}`);
    t.notOk(provider.isRunning());
  }
});

t.test('a supervisor that ends while it starts is told with what it said', async (t) => {
  const provider = provided(t);
  const squatter = createServer().listen(0, '127.0.0.1');
  t.teardown(() => squatter.close());
  await new Promise((resolve) => squatter.once('listening', resolve));
  const { port } = squatter.address() as AddressInfo;
  const extra = { gateway_port: 0, metrics_port: port };
  const error = await provider.start({ ...config, extra }).catch((reason: unknown) => reason);
  t.match(error, { code: 'CHILD_FAILED', message: new RegExp(String(port)) });
  t.notOk(provider.isRunning());
});

t.test('detect tells the rate that was calibrated in its home, for this very processor', async (t) => {
  const { describeHardware } = library;
  const home = t.testdir();
  const provider = new CpuPearlProvider({ home });
  const here = describeHardware();
  t.equal(provider.detect(here, 'vllm', 'm').estimatedHashrate, null, 'nothing was measured yet');
  const choice = { kernel: 'scalar', threads: 1, blockRows: 64, shape: PRESETS.light, macsPerSecond: 5e9 };
  writeCalibration(join(home, 'state', 'calibration.json'), recordOf(choice, 2));
  t.equal(provider.detect(here, 'vllm', 'm').estimatedHashrate, 5e9);
  t.equal(provider.detect({ ...here, cpuBrand: 'another' }, 'vllm', 'm').estimatedHashrate, null);
  t.equal(provider.detect({ ...here, platform: 'win32' }, 'vllm', 'm').estimatedHashrate, null);
});

t.test('detect asks for the platform, then the addon, and nothing else', async (t) => {
  const { detect, describeHardware } = library;
  const here = describeHardware();
  t.match(
    detect({ ...here, platform: 'win32' }, 'vllm', 'm', () => 'no addon'),
    {
      supported: false,
      reason: /darwin\/linux only.*win32/,
    },
  );
  t.match(
    detect(here, 'vllm', 'm', () => 'no addon'),
    { supported: false, reason: 'no addon' },
  );
  for (const engine of ['vllm', 'ollama', '', 'mlx'])
    t.match(detect(here, engine, 'm'), { supported: true, reason: null });
});

t.test('whatever is given in the wrong way is refused with a PearlError', async (t) => {
  const { Sidecar, parseSubmitTarget } = library;
  const wrong = (call: () => unknown) => t.throws(call, { name: 'PearlError', code: 'INPUT_INVALID' }, String(call));
  wrong(() => new CpuPearlProvider({ home: 5 as never }));
  wrong(() => new CpuPearlProvider({ nodePath: '' }));
  wrong(() => (parseSubmitTarget as () => unknown)());
  wrong(() => parseSubmitTarget({}));
  wrong(() => Sidecar.write(join(t.testdir(), 'x'), {} as never));
  t.throws(() => Sidecar.write('/proc/none/mining.json', SESSION), { name: 'PearlError', code: 'HOME_UNWRITABLE' });
  const provider = new CpuPearlProvider({ home: '/proc/none' });
  t.equal(await code(provider.start(config)), 'HOME_UNWRITABLE');
  t.equal(await code(provider.stop()), 'resolved');
  t.notOk(provider.isRunning());
  t.match((provider.detect as () => unknown)(), { supported: true });
});

t.test('the registry: registered once, found by id, unknown ids named', async (t) => {
  const { MinerRegistry, ensureRegistered } = library;
  ensureRegistered();
  ensureRegistered();
  t.same(MinerRegistry.ids(), ['cpu-pearl']);
  t.ok(MinerRegistry.contains('cpu-pearl'));
  t.equal(MinerRegistry.get('cpu-pearl'), CpuPearlProvider);
  t.throws(() => MinerRegistry.get('vllm-pearl'), { code: 'INPUT_INVALID', message: /vllm-pearl/ });
});

t.test('submit targets: solo, a pool, and nothing else', async (t) => {
  const { parseSubmitTarget } = library;
  t.same(parseSubmitTarget('solo'), { kind: 'solo' });
  t.match(parseSubmitTarget('pool:stratum+tcp://pool.example.com:3333'), { kind: 'pool', url: { port: 3333 } });
  for (const wrong of ['', 'Solo', 'pool:', 'pool', 'pool:nonsense', 'p2pool']) {
    t.throws(() => parseSubmitTarget(wrong), { code: 'INPUT_INVALID', message: new RegExp(`"${wrong}"`) });
  }
});

t.test('the sidecar: seven keys, read back, never half, private; wreckage reads as null', async (t) => {
  const { Sidecar } = library;
  const path = join(t.testdir(), 'runtime', 'mining.json');
  t.equal(Sidecar.read(path), null);
  Sidecar.write(path, { ...SESSION, password: 'never' } as typeof SESSION);
  t.same(Sidecar.read(path), SESSION);
  t.notOk(readFileSync(path, 'utf8').includes('never'));
  t.equal(statSync(path).mode & 0o777, 0o600);
  for (const wreck of ['', '{', '[]', 'null', '{"provider":5}', JSON.stringify({ ...SESSION, gateway_pid: -1 })]) {
    writeFileSync(path, wreck);
    t.equal(Sidecar.read(path), null, wreck);
  }
  Sidecar.remove(path);
  Sidecar.remove(path);
});

t.test('the launcher: gateway first, miner next, refuses a second start, stops both', async (t) => {
  const { PearlSubprocessLauncher, configuredGatewayUrl, declareChildren, parseConfig, resolvePaths } = library;
  const home = homeOf(t, () => launcher.stop());
  const text = `network = devnet\n[miner]\nwallet = ${WALLET}\nthreads = 1\n[gateway]\nport = 0\nmetrics_port = 0\n`;
  writeFileSync(join(home, 'pearlctl.ini'), text, { mode: 0o600 });
  const env = { ...process.env, PEARLCTL_HOME: home };
  const parsed = parseConfig(text, 'test');
  const program = [
    process.execPath,
    fileURLToPath(new URL('../../dist/bundle/pearlctl.mjs', import.meta.url)),
  ] as const;
  const lines: string[] = [];
  const launcher = new PearlSubprocessLauncher({
    declarations: declareChildren(parsed, resolvePaths({ scope: 'user', env }), { program, env }),
    gatewayUrl: configuredGatewayUrl(parsed),
    onLine: (name, line) => lines.push(`${name}: ${line}`),
  });
  t.equal(await code(launcher.start({ signal: AbortSignal.abort() })), 'NOT_RUNNING');
  const controller = new AbortController();
  const aborted = code(launcher.start({ signal: controller.signal }));
  await until('a gateway', () => launcher.pids.gateway !== null);
  controller.abort();
  t.equal(await aborted, 'NOT_RUNNING');
  t.notOk(launcher.pids.gateway !== null);
  const first = launcher.start();
  t.equal(await code(launcher.start()), 'ALREADY_STARTED');
  await first;
  t.match(launcher.gatewayUrl, /^http:\/\/127\.0\.0\.1:[1-9]/);
  t.ok(launcher.isRunning());
  const { gateway, miner } = launcher.pids;
  t.ok(gateway !== null && miner !== null && gateway !== miner, lines.join('\n'));
  await launcher.stop();
  await launcher.stop();
  t.notOk(launcher.isRunning());
  for (const pid of [gateway, miner]) t.throws(() => process.kill(pid as number, 0), { code: 'ESRCH' });
});

t.test('the example does what it says', async (t) => {
  const example = fileURLToPath(new URL('../../examples/provider.mjs', import.meta.url));
  const { stdout, exitCode } = await execa(process.execPath, [example], {
    env: { EXAMPLE_HOME: homeOf(t, (home) => new CpuPearlProvider({ home }).stop()) },
    reject: false,
    timeout: 80_000,
  });
  t.equal(exitCode, 0);
  t.same(stdout.split('\n'), ['started: true', 'blocks: true, rate: true, paid: solo', 'stopped: true']);
});

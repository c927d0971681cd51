import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { runCli } from './run-cli.ts';

t.setTimeout(600_000);

/** Everything that starts something. */
const STARTERS = ['supervise', 'run', 'gateway', 'mine'] as const;
/** One sentence, one hint, nothing else. */
const SENTENCE_AND_HINT = /^pearlctl: [^\n]+[.?!]\n {2}[^\n]+\n$/;

const program = Buffer.alloc(32, 7);
const wallet = walletFromProgram(program, 'devnet');

function home(t: { testdir(fixture: Record<string, string>): string }, config: string): string {
  return t.testdir({ 'pearlctl.ini': config });
}

function config(lines: { wallet?: string; gateway?: string }): string {
  return `network = devnet\n[miner]\nwallet = ${lines.wallet ?? wallet}\n[gateway]\n${lines.gateway ?? 'port = 0\nmetrics_port = 0'}\n`;
}

t.test('without a configuration nothing starts, and init is named', async (t) => {
  for (const verb of STARTERS) {
    const folder = t.testdir();
    const run = await runCli([verb], { home: folder });
    t.match(run, { code: 78, stdout: '', stderr: SENTENCE_AND_HINT }, verb);
    t.match(run.stderr, 'pearlctl init');
    t.same(readdirSync(folder), [], 'nothing was made');
  }
});

t.test('a configuration that is wrong starts nothing, and names the line', async (t) => {
  const otherNetwork = walletFromProgram(program, 'mainnet');
  const damaged = `${wallet.slice(0, -1)}${wallet.endsWith('q') ? 'p' : 'q'}`;
  for (const { title, text, says } of [
    { title: 'a section without its bracket', text: 'network = devnet\n[miner\n', says: /line 2/ },
    { title: 'a line without =', text: 'network = devnet\nfoo\n', says: /line 2/ },
    { title: 'a key twice', text: 'network = devnet\nnetwork = devnet\n', says: /line 2/ },
    {
      title: 'an unknown key',
      text: `network = devnet\n[miner]\nwalet = ${wallet}\n`,
      says: /line 3.*walet.*\n.*wallet/,
    },
    { title: 'an unknown section', text: 'network = devnet\n[minner]\n', says: /line 2.*minner.*\n.*miner/ },
    { title: 'no wallet', text: 'network = devnet\n', says: /wallet/ },
    { title: 'a wallet with a wrong checksum', text: config({ wallet: damaged }), says: /line 3.*checksum/ },
    { title: 'a wallet cut off', text: config({ wallet: wallet.slice(0, -2) }), says: /line 3.*wallet/ },
    { title: 'a wallet of another network', text: config({ wallet: otherNetwork }), says: /line 3.*mainnet/ },
    {
      title: 'a wallet of capitals and small letters',
      text: config({ wallet: `R${wallet.slice(1)}` }),
      says: /uppercase/,
    },
    {
      title: 'a wallet of another coin',
      text: config({ wallet: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4' }),
      says: /line 3/,
    },
    { title: 'no number for a port', text: config({ gateway: 'port = often' }), says: /line 5.*port/ },
    { title: 'a host that others can reach', text: config({ gateway: 'host = 0.0.0.0' }), says: /line 5.*host/ },
  ]) {
    const folder = home(t, text);
    const verb = STARTERS[title.length % STARTERS.length] ?? 'supervise';
    const run = await runCli([verb], { home: folder });
    t.match(run, { code: 78, stdout: '', stderr: SENTENCE_AND_HINT }, title);
    t.match(run.stderr, says, title);
    t.same(readdirSync(folder), ['pearlctl.ini'], 'nothing was made');
  }
});

t.test('a command line that is wrong starts nothing, and says what was probably meant', async (t) => {
  const folder = home(t, config({}));
  for (const { words, says } of [
    { words: ['version'], says: /"version" is not a command.*\n {2}Did you mean: pearlctl --version/ },
    { words: ['--version', 'x'], says: /"x" does not go with --version/ },
    { words: ['update'], says: /Did you mean: pearlctl upgrade/ },
    { words: ['init', '-o', 'tls://x:1'], says: /-o is not an option of init.*\n {2}Did you mean: --pool/ },
    { words: ['doctor', 'foo'], says: /no check "foo".*\n {2}All checks:/ },
    { words: ['staus'], says: /Did you mean: pearlctl status/ },
    { words: ['status', '-j'], says: /-j is not an option of status.*\n {2}Did you mean: --json/ },
    { words: ['status', '-x'], says: /-x is not an option of status.*\n {2}See: pearlctl status --help/ },
    { words: ['install', '-n'], says: /-n is not an option of install.*\n {2}See: / },
    { words: ['status', 'extra'], says: /"extra" is a word too many for status/ },
    { words: ['verify', 'a', 'b'], says: /"a" is a word too many for verify/ },
    { words: ['config', 'show', 'extra'], says: /"extra" is a word too many.*\n {2}Type: pearlctl config show/ },
    { words: ['config', 'validate', 'x'], says: /"x" is a word too many/ },
    { words: ['config', 'get', 'pool.url', 'x'], says: /"x" is a word too many.*\n {2}Type: pearlctl config get KEY/ },
    ...['start', 'stop', 'restart', 'reload', 'status', 'logs', 'install'].map((verb) => ({
      words: [verb, '--instance', '../x'],
      says: /name of an instance is/,
    })),
  ]) {
    const run = await runCli(words, { home: folder });
    t.match(run, { code: 2, stdout: '', stderr: SENTENCE_AND_HINT }, words.join(' '));
    t.match(run.stderr, says, words.join(' '));
  }
  t.same(readdirSync(folder), ['pearlctl.ini']);
});

t.test('the version is told by each of its flags, also as JSON', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const flag of ['--version', '-V', '-v']) {
    t.match(await runCli([flag], { home: t.testdir() }), { code: 0, stdout: `pearlctl ${version}\n`, stderr: '' });
    const { stdout } = await runCli([flag, '--json'], { home: t.testdir() });
    t.same(JSON.parse(stdout), { schemaVersion: 1, version });
  }
});

t.test('with --json the same is one object on standard error', async (t) => {
  const { code, stdout, stderr } = await runCli(['supervise', '--json'], { home: t.testdir() });
  t.equal(code, 78);
  t.equal(stdout, '');
  t.match(JSON.parse(stderr), { error: { code: 'CONFIG_MISSING', message: /^There is/, hint: /pearlctl init/ } });
});

t.test('a port in use ends with 75, names the port, and leaves no process', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const metrics = home(t, config({ gateway: `port = 0\nmetrics_port = ${port}` }));
  const early = await runCli(['supervise'], { home: metrics });
  t.match(early, { code: 75, stdout: '', stderr: SENTENCE_AND_HINT }, 'the metrics port');
  t.match(early.stderr, String(port));

  const gateway = home(t, config({ gateway: `port = ${port}\nmetrics_port = 0` }));
  const late = await runCli(['supervise'], { home: gateway });
  t.equal(late.code, 75, 'the gateway port');
  t.match(late.stderr, new RegExp(`${port} is in use by another program`));
  t.match(late.stderr, /what to do: .*config set gateway\.port 0/);
  const log = readFileSync(join(gateway, 'logs', 'pearlctl.log'), 'utf8');
  for (const words of ['is in use by another program', 'config set gateway.port 0']) {
    t.equal(log.split(words).length - 1, 1, `told once: ${words}`);
  }
  const status = await runCli(['status', '--json'], { home: gateway });
  t.equal(status.code, 1);
  t.match(JSON.parse(status.stdout), {
    state: 'failed',
    stateReason: /in use by another program/,
    health: [{ id: 'given-up', fix: /config set gateway\.port 0/ }],
  });
  const sidecar = JSON.parse(readFileSync(join(gateway, 'run', 'mining.json'), 'utf8'));
  t.match(sidecar, { state: 'failed', children: { gateway: { pid: null }, miner: { pid: null } } });
});

t.test('a home that cannot be written ends with 77 and names the folder', async (t) => {
  const folder = t.testdir({ 'pearlctl.ini': config({}), file: '' });
  const config_ = ['--config', join(folder, 'pearlctl.ini')];
  for (const verb of ['supervise', 'gateway']) {
    const run = await runCli([verb, ...config_], {
      home: folder,
      env: { PEARLCTL_HOME: join(folder, 'file', 'below') },
    });
    t.match(run, { code: 77, stdout: '' }, verb);
    t.match(run.stderr, /pearlctl: [^\n]*below[^\n]* cannot be written[^\n]*\.\n {2}[^\n]+\n$/, verb);
  }
});

t.test('a gateway that answers nonsense ends the run with 69, and the log says why', async (t) => {
  const server = createServer((socket) => socket.on('data', () => socket.write('}{ nonsense\n')).on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const text = `network = regtest\n[miner]\nwallet = ${wallet}\n[gateway]\nkind = attached\nport = ${port}\nmetrics_port = 0\n`;
  const folder = home(t, text);
  const log = join(folder, 'logs', 'pearlctl.log');
  const { code, stderr } = await runCli(['run'], { home: folder });
  t.equal(code, 69);
  t.notMatch(stderr, /internal error|at .*\.js:\d+/, 'no stack trace');
  t.match(readFileSync(log, 'utf8'), /JSON|answer|nonsense/i);
});

t.test('an empty home of another kind is left alone by status', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, 'run'));
  writeFileSync(join(folder, 'run', 'mining.json'), '{"provider": "vllm-pearl"}');
  const { code, stdout } = await runCli(['status'], { home: folder });
  t.equal(code, 1);
  t.match(stdout, /failed/);
  t.equal(readFileSync(join(folder, 'run', 'mining.json'), 'utf8'), '{"provider": "vllm-pearl"}');
});

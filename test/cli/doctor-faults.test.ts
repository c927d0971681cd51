// `pearlctl doctor ID` as a real process over faults that need no root: in files, on sockets, of a node; each with what the
// finding says to type, typed.
import { chmodSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { type Examine, examineBy } from '../doctor/asked.ts';
import { expectShown } from '../doctor/shown.ts';
import { DEVNET } from '../doctor/stage.ts';
import { freePort } from '../fixtures/free-port.ts';
import { NODE_PASSWORD, TestNode } from '../gateway/external/test-node.ts';
import { TestPool } from '../pool/test-pool.ts';
import { testJob } from '../pool/upstream.ts';
import { WALLET } from '../supervisor/stage.ts';
import { runCli } from './run-cli.ts';

t.setTimeout(600_000);

interface Instance {
  readonly home: string;
  readonly examine: Examine<undefined>;
  readonly path: (...names: string[]) => string;
  /** What a person types after `pearlctl`; it has to succeed. */
  readonly type: (...words: string[]) => Promise<void>;
}

function instance(t: Test, config: string): Instance {
  const home = t.testdir();
  const path = (...names: string[]) => join(home, ...names);
  writeFileSync(path('pearlctl.ini'), config, { mode: 0o600 });
  const type = async (...words: string[]) => {
    const { code, stderr } = await runCli(words, { home });
    t.equal(code, 0, `pearlctl ${words.join(' ')} ${stderr}`);
  };
  return { home, path, type, examine: examineBy((words) => runCli(words, { home })) };
}

async function listening(t: Test, port: number): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return server;
}

t.test('configuration: not there, a typing error, and open to every account', async (t) => {
  const { examine, path, type } = instance(t, DEVNET);
  await examine(t, 'configuration', { status: 'ok' });
  writeFileSync(path('pearlctl.ini'), DEVNET.replace('metrics_port', 'metric_port'));
  await examine(t, 'configuration', { status: 'problem', fact: /line 6/, fix: /metrics_port/ });
  writeFileSync(path('pearlctl.ini'), DEVNET);
  chmodSync(path('pearlctl.ini'), 0o666);
  const open = await examine(t, 'configuration', { status: /^(warning|problem)$/, fix: /chmod/ });
  t.match(open, /pearlctl\.ini/);
  chmodSync(path('pearlctl.ini'), 0o600);
  await examine(t, 'configuration', { status: 'ok' });
  rmSync(path('pearlctl.ini'));
  await examine(t, 'configuration', { status: 'problem', fix: /pearlctl init/ });
  await type('init', '--yes', '--network', 'devnet');
  await examine(t, 'configuration', { status: 'ok' });
});

t.test('wallet: one letter wrong', async (t) => {
  const typo = WALLET.replace(/.$/, WALLET.endsWith('q') ? 'p' : 'q');
  const { examine, type, path } = instance(t, DEVNET.replace(WALLET, typo));
  await examine(t, 'wallet', { status: 'problem', fact: /checksum/, fix: /\S/ });
  await type('config', 'set', 'miner.wallet', WALLET);
  await examine(t, 'wallet', { status: 'ok' });
  writeFileSync(path('pearlctl.ini'), DEVNET.replace('devnet', 'mainnet'));
  await examine(t, 'wallet', { status: 'problem', fact: /prefix/ });
});

t.test('secrets: a password that is missing, and one that others may read', async (t) => {
  const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
  const { examine, path } = instance(t, '');
  const pool = `[miner]\nwallet = ${wallet}\n[pool]\nurl[] = stratum+tcp://127.0.0.1:9\npassword_file = ${path('password')}\n`;
  writeFileSync(path('pearlctl.ini'), pool);
  await examine(t, 'secrets', { status: 'problem', fact: /cannot be read/, fix: /\S/ });
  writeFileSync(path('password'), 'hunter2hunter2\n', { mode: 0o644 });
  const open = await examine(t, 'secrets', { status: 'problem', fix: new RegExp(`chmod 600 ${path('password')}$`) });
  t.notMatch(open, 'hunter2');
  chmodSync(path('password'), 0o600);
  await examine(t, 'secrets', { status: 'ok' });
});

t.test('ports: taken by another program', async (t) => {
  const [port, other] = [await freePort(), await freePort()];
  const server = await listening(t, port);
  const { examine, type } = instance(t, DEVNET.replace('\nport = 0', `\nport = ${port}`));
  const fix = /config set gateway\.port 0$/;
  await examine(t, 'ports', { status: 'problem', fact: `gateway.port ${port} is taken by another program`, fix });
  await new Promise((resolve) => server.close(resolve));
  await examine(t, 'ports', { status: 'ok', fact: `${port} free` });
  await listening(t, port);
  await examine(t, 'ports', { status: 'problem' });
  await type('config', 'set', 'gateway.port', '0');
  await examine(t, 'ports', { status: 'ok', fact: /any free port/ });
  await listening(t, other);
  await type('config', 'set', 'gateway.port', `${port}`);
  await type('config', 'set', 'gateway.metrics_port', `${other}`);
  const fact = new RegExp(`^gateway\\.port ${port} is taken by .*; gateway\\.metrics_port ${other} is taken by `);
  await examine(t, 'ports', { status: 'problem', fact, fix: /set gateway\.port 0, .* set gateway\.metrics_port 0$/ });
  await type('config', 'set', 'gateway.port', '0');
  await type('config', 'set', 'gateway.metrics_port', '0');
  await examine(t, 'ports', { status: 'ok', fact: /any free port/ });
});

t.test('pools: no pool there, and then one', async (t) => {
  const port = await freePort();
  const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
  const { examine } = instance(t, `[miner]\nwallet = ${wallet}\n[pool]\nurl[] = stratum+tcp://127.0.0.1:${port}\n`);
  await examine(t, 'pools', { status: 'problem', fact: /refused/, fix: /pearlctl config edit$/ });
  const pool = await TestPool.start({}, '127.0.0.1', port);
  t.teardown(() => pool.stop());
  pool.job = testJob('a');
  await examine(t, 'pools', { status: 'ok', fact: /a job \d+ ms later \(login as object: accepted\)$/ });
});

t.test('gateway-program: not there, and not to be executed', async (t) => {
  const { examine, path, type } = instance(t, '');
  const program = path('pearl-gateway');
  writeFileSync(
    path('pearlctl.ini'),
    `network = regtest\n[miner]\nwallet = ${WALLET}\n[gateway]\ncommand[] = ${path('typo')}\ncommand[] = start\n`,
  );
  const fix = 'pearlctl config set gateway.command /path/to/pearl-gateway start';
  await examine(t, 'gateway-program', { status: 'problem', fact: `${path('typo')} is not there`, fix });
  await type('config', 'set', 'gateway.command', program, 'start');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o644 });
  await examine(t, 'gateway-program', {
    status: 'problem',
    fact: /cannot be executed/,
    fix: new RegExp(`chmod \\+x ${program}$`),
  });
  chmodSync(program, 0o755);
  await examine(t, 'gateway-program', { status: 'ok', fact: program });
});

t.test('node-rpc: a wrong password, a chain that lags, and no node', async (t) => {
  const node = await TestNode.start();
  const { examine, path } = instance(t, '');
  const access = `rpc_url = ${node.url}\nrpc_password_file = ${path('password')}\n`;
  writeFileSync(path('pearlctl.ini'), `network = regtest\n[miner]\nwallet = ${WALLET}\n[pearld]\n${access}`);
  writeFileSync(path('password'), 'mistyped', { mode: 0o600 });
  await examine(t, 'node-rpc', { status: 'problem', fact: /refuses the RPC user or password/, fix: /\S/ });
  writeFileSync(path('password'), NODE_PASSWORD);
  await examine(t, 'node-rpc', { status: 'ok', fact: 'block height 0 (synced, 8 peers)' });
  node.readiness = 'downloading';
  await examine(t, 'node-rpc', { status: 'warning', fact: 'the node is syncing, at block 0', fix: /Wait/ });
  await node.stop();
  await examine(t, 'node-rpc', { status: 'problem', fact: /refuses connections/ });
});

t.test('logs: more than they may take', async (t) => {
  const { examine, path } = instance(t, `${DEVNET}[logs]\nmax_size = 64K\nfiles = 2\n`);
  mkdirSync(path('logs'), { mode: 0o700 });
  writeFileSync(path('logs', 'pearlctl.log'), 'line\n');
  await examine(t, 'logs', { status: 'ok', fact: /at most 128 KiB$/ });
  writeFileSync(path('logs', 'pearlctl.log.7'), '');
  truncateSync(path('logs', 'pearlctl.log.7'), 1 << 20);
  await examine(t, 'logs', { status: 'warning', fact: /more than the 128 KiB/, fix: /^rm .*pearlctl\.log\.\*/ });
  rmSync(path('logs', 'pearlctl.log.7'));
  await examine(t, 'logs', { status: 'ok' });
});

t.test('each of these was seen well and with a fault', async (t) => {
  expectShown(t, 'cli/doctor-faults.test.ts');
});

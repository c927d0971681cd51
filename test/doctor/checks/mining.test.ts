// The checks of mining itself: real sockets, real TLS, a node and a gateway of the test's own.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Look } from '../../../src/doctor/check.ts';
import { gateway } from '../../../src/doctor/checks/gateway-check.ts';
import { gatewayProgram } from '../../../src/doctor/checks/gateway-program-check.ts';
import { nodeRpc } from '../../../src/doctor/checks/node-rpc-check.ts';
import { pools } from '../../../src/doctor/checks/pools-check.ts';
import { ports } from '../../../src/doctor/checks/ports-check.ts';
import { priority } from '../../../src/doctor/checks/priority-check.ts';
import { supervisor } from '../../../src/doctor/checks/supervisor-check.ts';
import { upstream } from '../../../src/doctor/checks/upstream-check.ts';
import { startServer } from '../../../src/protocol/jsonrpc/rpc-server.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { freePort } from '../../fixtures/free-port.ts';
import { NODE_PASSWORD, TestNode } from '../../gateway/external/test-node.ts';
import { makeCertificate } from '../../pool/certificate.ts';
import { TestPool, type TestPoolOptions } from '../../pool/test-pool.ts';
import { socksProxy } from '../../pool/test-proxy.ts';
import { testJob } from '../../pool/upstream.ts';
import { WALLET } from '../../supervisor/stage.ts';
import { expectShown } from '../shown.ts';
import { DEVNET, findingOf, pretendToSupervise, type SceneOptions, scene } from '../stage.ts';

async function listening(t: Test, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const finder = (home: string, look: Look) => (options: SceneOptions) => findingOf(look, scene(home, options));

t.test('supervisor: running, degraded, killed, wrecked, and none', async (t) => {
  const home = t.testdir();
  const find = () => findingOf(supervisor, scene(home, { config: DEVNET }));
  t.match(await find(), { status: 'skipped', fact: /configured/ });
  pretendToSupervise(home);
  t.match(await find(), { status: 'ok', fact: new RegExp(`process ${process.pid}`) });
  pretendToSupervise(home, { state: 'degraded', state_reason: 'the miner is in back-off' });
  t.match(await find(), { status: 'problem', fact: /degraded: the miner is in back-off/ });
  pretendToSupervise(home, {}, { health: [{ id: 'disk-full', text: 'The disk is full.', fix: 'free some' }] });
  t.match(await find(), { status: 'warning', fact: 'The disk is full', fix: 'free some' });
  pretendToSupervise(home, { supervisor: { pid: process.pid, identity: 'another boot:1' } });
  t.match(await find(), { status: 'problem', fix: /pearlctl run/ });
  writeFileSync(join(home, 'run', 'mining.json'), '{"schema": 1, "sta');
  t.match(await find(), { status: 'problem' });
});

t.test('priority: of the miner that runs, by its session and its control group', async (t) => {
  const home = t.testdir();
  const cgroup = `/proc/${process.pid}/cgroup`;
  const find = (files: Record<string, string>) =>
    findingOf(priority, scene(home, { config: DEVNET, files, platform: 'linux' }));
  t.match(await find({}), { status: 'skipped', fact: 'no miner runs' });
  pretendToSupervise(home);
  t.match(await find({}), { status: 'skipped', fact: /does not tell/ });
  t.match(await find({ [cgroup]: '0::/' }), { status: 'ok', fact: /^everywhere/ });
  const inside = { '/sys/fs/cgroup/cpu.weight': '100\n', '/sys/fs/cgroup/cpu.idle': '0\n' };
  t.match(await find(inside), { status: 'warning', fix: /docker run --cpu-shares 2$/ });
  t.match(await find({ '/sys/fs/cgroup/cpu.idle': '1\n' }), { status: 'ok', fact: /is idle$/ });
  t.match(await findingOf(priority, scene(home, { platform: 'darwin' })), { status: 'skipped' });
});

t.test('ports: free, taken by another program, and our own', async (t) => {
  const home = t.testdir();
  const find = finder(home, ports);
  t.match(await find({ config: DEVNET }), { status: 'ok', fact: /any free port/ });
  const taken = await listening(t, createServer());
  const free = await freePort();
  const config = DEVNET.replace('port = 0\n', `port = ${taken}\n`).replace(
    'metrics_port = 0',
    `metrics_port = ${free}`,
  );
  const finding = await find({ config });
  t.match(finding, { status: 'problem', fact: `gateway.port ${taken} is taken by another program` });
  t.match(finding.fix, `sport = :${taken}`);
  const other = await listening(t, createServer());
  const both = await find({ config: config.replace(`metrics_port = ${free}`, `metrics_port = ${other}`) });
  t.match(both, {
    status: 'problem',
    fact: `gateway.port ${taken} is taken by another program; gateway.metrics_port ${other} is taken by another program`,
    fix: /: pearlctl config set gateway\.port 0, pearlctl config set gateway\.metrics_port 0$/,
  });
  t.match(both.fix, new RegExp(`sport = :${taken}.*sport = :${other}`));
  // The gateway of a Pearl node has to be given a number, and with it the port is free.
  const external = (port: string | number) =>
    `network = regtest\n[miner]\nwallet = ${WALLET}\n[gateway]\nport = ${port}\nmetrics_port = 0\n`;
  const [, instead = ''] = /set gateway\.port (\d+)$/.exec((await find({ config: external(taken) })).fix ?? '') ?? [];
  t.match(await find({ config: external(instead) }), { status: 'ok', fact: `${instead} free` });
  t.not(instead, '0');
  pretendToSupervise(home, { gateway_url: `http://127.0.0.1:${taken}` });
  t.match(await find({ config }), { status: 'ok', fact: `${taken} ours, ${free} free` });
});

t.test('gateway: answers, refuses, speaks something else, and none to ask', async (t) => {
  const home = t.testdir();
  const find = finder(home, gateway);
  t.match(await find({ config: DEVNET }), { status: 'skipped' });
  const config = (port: number) => `network = regtest\n[gateway]\nkind = attached\nport = ${port}\n`;
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
  const server = await startServer(endpoint, async () => ({
    ok: true,
    result: { incomplete_header_bytes: '00'.repeat(76), target: 1n, cert_version: 3 },
  }));
  t.teardown(() => server.close());
  const port = server.endpoint.kind === 'tcp' ? server.endpoint.port : 0;
  t.match(await find({ config: config(port) }), { status: 'ok', fact: /answers in \d+ ms$/ });
  t.match(await find({ config: config(await freePort()) }), { status: 'problem', fact: /Nothing listens at/ });
  const web = await listening(
    t,
    createHttpServer((_request, response) => response.end('hello')),
  );
  t.match(await find({ config: config(web) }), { status: 'problem', fact: /no gateway/ });
  pretendToSupervise(home, { gateway_url: `http://127.0.0.1:${port}` });
  t.match(await find({ config: DEVNET }), { status: 'ok' }, 'the one that runs');
});

t.test('upstream: a fresh job, an old one, none, refused, and unreachable', async (t) => {
  const home = t.testdir();
  const find = (stats: object | null) => {
    pretendToSupervise(home, {}, stats);
    return findingOf(upstream, scene(home, { config: DEVNET }));
  };
  t.match(await findingOf(upstream, scene(home)), { status: 'skipped' });
  t.match(await find({}), { status: 'ok', fact: 'devnet, job at height 7, 3 s old' });
  t.match(await find({ job: { height: 7, age_seconds: 4000, cert_version: 3 } }), {
    status: 'warning',
    fact: /1 h 6 min/,
  });
  t.match(
    await find({ gateway: { state: 'ready', upstream: null, reason: null } }),
    { fact: /^devnet, / },
    'the kind, without an address',
  );
  t.match(await find({ job: null }), { status: 'warning', fact: /no job yet/ });
  const pool = (state: string) => ({ gateway: { state, upstream: 'stratum+tcp://p:1', reason: 'bad login' } });
  t.match(await find(pool('refused')), { status: 'problem', fact: /refuses us: bad login/ });
  t.match(await find(pool('backing-off')), { status: 'problem', fact: /backing-off: bad login/ });
});

t.test('upstream: the node tells of rules that are not ours, when they hold and before', async (t) => {
  const home = t.testdir({ password: NODE_PASSWORD });
  chmodSync(join(home, 'password'), 0o600);
  const node = await TestNode.start();
  t.teardown(() => node.stop());
  const config = `network = regtest\n[miner]\nwallet = ${WALLET}\n[pearld]\nrpc_url = ${node.url}\nrpc_password_file = ${join(home, 'password')}\n`;
  const find = () => findingOf(upstream, scene(home, { config }));
  t.match(await find(), { status: 'skipped' }, 'all is as it was, and no gateway runs');
  node.softForks = { old: { height: 0, active: true }, fp8: { height: 1335, active: false } };
  t.match(await find(), { status: 'warning', fact: /rule change fp8 at block 1335, in about 2 d/ });
  node.certVersion = 4;
  t.match(await find(), { status: 'problem', fact: /version 4: FP8/, fix: /newer pearlctl.*pearlctl stop/ });
  pretendToSupervise(home, {}, { gateway: { state: 'outdated-rules', upstream: 'p:1', reason: 'version 4' } });
  t.match(await findingOf(upstream, scene(home, { config: DEVNET })), { status: 'problem', fact: 'p:1: version 4' });
});

t.test(
  'pools: each form of the login with its answer, one of two, TLS by pin, by no authority, and by a proxy',
  async (t) => {
    const home = t.testdir();
    const find = (...lines: string[]) => {
      const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
      const config = `[miner]\nwallet = ${wallet}\n[pool]\n${lines.join('\n')}\n`;
      return findingOf(pools, scene(home, { config, env: { POOL_SECRET: 'wrong' } }));
    };
    const served = async (options: TestPoolOptions = {}) => {
      const pool = await TestPool.start(options);
      pool.job = testJob('a');
      t.teardown(() => pool.stop());
      return pool;
    };
    t.match(await findingOf(pools, scene(home, { config: DEVNET })), { status: 'skipped' });
    const plain = `url[] = ${(await served()).url()}`;
    const closed = `url[] = stratum+tcp://127.0.0.1:${await freePort()}`;
    t.match(await find(plain), {
      status: 'ok',
      fact: /: reachable in \d+ ms, a job \d+ ms later \(login as object: accepted\)$/,
    });
    t.match(await find(closed), { status: 'problem', fact: /refused/ });
    t.match(await find(plain, closed), { status: 'warning', fact: /refused/ });
    const picky: TestPool = await served({
      onLogin: (client, request) =>
        Array.isArray(request.params)
          ? client.refuse(request.id, 23, 'Unknown worker')
          : client.refuse(request.id, 20, 'params must be an array'),
    });
    t.match(await find(`url[] = ${picky.url()}`), {
      status: 'problem',
      fact: /no job: .*Unknown worker.* \(login as object: .*params must be an array.*; array: .*Unknown worker/,
    });
    t.match(await find(`url[] = ${picky.url()}`), { fix: /config edit/ });
    const { fix } = await find(`url[] = ${picky.url()}`, 'password_env = POOL_SECRET');
    t.match(fix, /Give POOL_SECRET the password/);
    t.notMatch(fix, /config edit/);
    const tls = makeCertificate({ ipAddress: '127.0.0.1' });
    const secure = `url[] = ${(await served({ tls })).url()}`;
    t.match(await find(secure), { status: 'problem', fact: /self-signed/ });
    t.match(await find(`${secure}?pin=sha256/${createHash('sha256').update(tls.spki).digest('base64')}`), {
      status: 'ok',
    });
    const wrong = Buffer.alloc(32).toString('base64');
    t.match(await find(`${secure}?pin=sha256/${wrong}`), { status: 'problem', fact: /does not match the pin/ });
    t.match(await find(`${secure}?insecure=1`), { status: 'warning', fact: /not checked/ });
    const proxy = await socksProxy(t, { user: 'me', password: 'secret' });
    const through = `proxy = socks5h://me:secret@127.0.0.1:${proxy.port}`;
    t.match(await find(plain, through), { status: 'ok', fact: /through socks5h:\/\/127\.0\.0\.1:\d+, a job/ });
    const refused = await find(plain, through.replace('secret', 'wrong'));
    t.match(refused, { status: 'problem', fact: /the proxy \S+ refuses the user or the password/ });
    t.notMatch(JSON.stringify(refused), /wrong/);
  },
);

t.test('pools: one that is mined at is not logged in to again', async (t) => {
  const home = t.testdir();
  const pool = await TestPool.start();
  t.teardown(() => pool.stop());
  pretendToSupervise(home, {}, { gateway: { state: 'ready', upstream: pool.url(), reason: null } });
  const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
  const config = `[miner]\nwallet = ${wallet}\n[pool]\nurl[] = ${pool.url()}\n`;
  t.match(await findingOf(pools, scene(home, { config })), {
    status: 'ok',
    fact: /reachable in \d+ ms, mined at now$/,
  });
  t.equal(pool.logins.length, 0);
});

t.test('node-rpc: synced, syncing, on another network, a wrong password, gone', async (t) => {
  const home = t.testdir();
  const node = await TestNode.start();
  const passwordFile = join(home, 'password');
  const config = `network = regtest\n[miner]\nwallet = ${WALLET}\n[pearld]\nrpc_url = ${node.url}\nrpc_password_file = ${passwordFile}\n`;
  const find = () => findingOf(nodeRpc, scene(home, { config }));
  t.match(await findingOf(nodeRpc, scene(home, { config: DEVNET })), { status: 'skipped' });
  t.match(await find(), { status: 'problem', fact: /password/ }, 'no password yet');
  writeFileSync(passwordFile, NODE_PASSWORD, { mode: 0o600 });
  t.match(await find(), { status: 'ok', fact: 'block height 0 (synced, 8 peers)' });
  node.readiness = 'downloading';
  t.match(await find(), { status: 'warning', fact: 'the node is syncing, at block 0', fix: /Wait/ });
  node.readiness = 'no-peers';
  t.match(await find(), { status: 'problem', fact: /not connected to any other/, fix: /addpeer/ });
  node.chain = 'mainnet';
  t.match(await find(), { status: 'problem', fact: /on mainnet/ });
  node.password = 'another';
  t.match(await find(), { status: 'problem', fact: /refuses the RPC user or password/ });
  await node.stop();
  const gone = await find();
  t.match(gone, { status: 'problem', fact: /refuses connections/ });
  t.notMatch(JSON.stringify(gone), NODE_PASSWORD);
});

t.test('node-rpc: a node with its default TLS is known by rpc.cert, and each mistake has its own fix', async (t) => {
  const { key, cert } = makeCertificate({ ipAddress: '127.0.0.1' });
  const home = t.testdir({ 'rpc.cert': cert, 'other.cert': makeCertificate({ ipAddress: '127.0.0.1' }).cert });
  const [secure, plain] = [await TestNode.start({ key, cert }), await TestNode.start()];
  t.teardown(() => Promise.all([secure.stop(), plain.stop()]));
  const env = { P: NODE_PASSWORD };
  const find = (lines: string, more: Partial<SceneOptions> = {}) => {
    const config = `network = regtest\n[miner]\nwallet = ${WALLET}\n[pearld]\nrpc_password_env = P\n${lines}\n`;
    return findingOf(nodeRpc, scene(home, { config, env, ...more }));
  };
  const at = (url: string, cert = '') => `rpc_url = ${url}\n${cert === '' ? '' : `rpc_cert = ${join(home, cert)}`}`;
  t.match(await find(at(secure.url, 'rpc.cert')), { status: 'ok', fact: /synced/ });
  const unknown = { status: 'problem', fact: /not the one of \[pearld\] rpc_cert/, fix: /config set pearld.rpc_cert/ };
  t.match(await find(at(secure.url)), unknown);
  t.match(await find(at(secure.url, 'other.cert')), unknown);
  t.match(await find(at(secure.url.replace('127.0.0.1', 'localhost'), 'rpc.cert')), {
    status: 'problem',
    fact: /does not name the host/,
  });
  t.match(await find(at(secure.url.replace('https:', 'http:'))), {
    status: 'problem',
    fact: /node speaks TLS, and .* says http:/,
    fix: new RegExp(`pearlctl config set pearld.rpc_url ${secure.url}, then: pearlctl reload`),
  });
  t.match(await find(at(plain.url.replace('http:', 'https:'))), {
    status: 'problem',
    fact: /speaks no TLS, and .* says https:/,
    fix: new RegExp(`config set pearld.rpc_url ${plain.url}`),
  });
  t.match(await find(at(secure.url, 'none.cert')), {
    status: 'problem',
    fact: /none.cert, cannot be read: ENOENT/,
    fix: /rpc_cert/,
  });
  t.match(await find(at(plain.url), { env: { P: 'guess' } }), {
    status: 'problem',
    fact: /refuses/,
    fix: /^Give P the rpcpass/,
  });
  t.match(await find(at(`http://127.0.0.1:${await freePort()}`)), { status: 'problem', fix: /^Start the Pearl node/ });
});

t.test('gateway-program: there, and not there', async (t) => {
  const home = t.testdir();
  const program = join(home, 'bin', 'pearl-gateway');
  const config = (command: string) =>
    `network = regtest\n[miner]\nwallet = ${WALLET}\n[gateway]\ncommand[] = ${command}\n`;
  const find = finder(home, gatewayProgram);
  t.match(await find({ config: DEVNET }), { status: 'skipped' });
  t.match(await find({ config: config(program) }), { status: 'problem' });
  mkdirSync(join(home, 'bin'));
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o644 });
  t.match(await find({ config: config(program) }), { status: 'problem', fact: /executed/ });
  chmodSync(program, 0o755);
  t.match(await find({ config: config(program) }), { status: 'ok' });
  t.match(await find({ config: config('pearl-gateway'), env: { PATH: join(home, 'bin') } }), {
    status: 'ok',
    fact: program,
  });
});

t.test('each of these checks was shown well and with a fault', { skip: process.platform !== 'linux' }, async (t) => {
  expectShown(t, 'doctor/checks/mining.test.ts');
});

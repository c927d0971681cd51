// What a rate brings, asked of a real pool, a real gateway, and of no one that answers.
import t, { type Test } from 'tap';
import { askGateway, askProspects } from '../../../src/cli/calibration/prospects.ts';
import { parseConfig } from '../../../src/config/configuration.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { native } from '../../../src/native/native.ts';
import { startServer } from '../../../src/protocol/jsonrpc/rpc-server.ts';
import { PRESETS } from '../../../src/protocol/shapes.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { DEVNET } from '../../doctor/stage.ts';
import { freePort } from '../../fixtures/free-port.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { testJob } from '../../pool/upstream.ts';

const RATE = 2 ** 40;

function ask(t: Test, text: string, signal = new AbortController().signal) {
  const home = t.testdir();
  const paths = resolvePaths({ scope: 'user', env: { HOME: home, PEARLCTL_HOME: home } });
  return askProspects(native(), parseConfig(text, 'pearlctl.ini'), paths, RATE, signal);
}

const pools = (...urls: string[]) => {
  const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
  return `[miner]\nwallet = ${wallet}\n[pool]\n${urls.map((url) => `url[] = ${url}`).join('\n')}\n`;
};

t.test('a pool is asked for a job, logged in to once, and left', async (t) => {
  const pool = await TestPool.start();
  t.teardown(() => pool.stop());
  // 2^256 / 2^216 multiply-accumulates, at 2^40 a second.
  pool.job = testJob('one', 1, 1, (1n << 216n).toString(16).padStart(64, '0'));
  const prospects = await ask(t, pools(pool.url()));
  t.match(prospects, { kind: 'times', times: { shareSeconds: 1 }, source: pool.url() });
  const times = prospects.kind === 'times' ? prospects.times : null;
  // The network's own target, from the nbits of that header (0x1800916a).
  const network = (0x916an << 8n) ** 1n * 256n ** 20n;
  t.ok(
    Math.abs((times?.blockSeconds ?? 0) / (Number((1n << 256n) / network) / RATE) - 1) < 0.01,
    JSON.stringify(times),
  );
  t.equal(pool.logins.length, 1);
  t.equal(pool.submits.length, 0);
});

t.test('a pool that is not there, and one that refuses, leave it unknown with the reason', async (t) => {
  const closed = `stratum+tcp://127.0.0.1:${await freePort()}`;
  t.match(await ask(t, pools(closed), AbortSignal.timeout(500)), {
    kind: 'unknown',
    why: /refused|ECONNREFUSED|no pool/,
  });
  const secret = `${pools(closed)}password_file = /nowhere/at/all\n`;
  t.match(await ask(t, secret), { kind: 'unknown', why: /password/ });
});

t.test('a gateway that runs here is asked for its job', async (t) => {
  const header = Buffer.alloc(76);
  header.writeUInt32LE(0x1d00ffff, 72);
  const target = 1n << 217n;
  const server = await startServer({ kind: 'tcp', host: '127.0.0.1', port: 0 }, async () => ({
    ok: true,
    result: { incomplete_header_bytes: header.toString('base64'), target, cert_version: 3 },
  }));
  t.teardown(() => server.close());
  const port = server.endpoint.kind === 'tcp' ? server.endpoint.port : 0;
  const config = (at: number) => `network = regtest\n[gateway]\nkind = attached\nport = ${at}\n`;
  t.match(await ask(t, config(port)), { kind: 'times', times: { shareSeconds: 0.5 } });
  t.match(await ask(t, config(await freePort())), { kind: 'unknown', why: /no work to show/ });
  const rate = { macsPerSecond: RATE, shape: PRESETS.light };
  const url = (at: number) => `http://127.0.0.1:${at}`;
  t.match(await askGateway(native(), 'pool', url(port), rate), { kind: 'times', times: { shareSeconds: 0.5 } });
  t.match(await askGateway(native(), 'devnet', url(port), rate), { kind: 'following', blockSeconds: 2 });
  t.equal(await askGateway(native(), 'devnet', url(await freePort()), rate), null, 'one that does not run');
});

t.test('the devnet follows whatever rate there is', async (t) => {
  t.match(await ask(t, DEVNET), { kind: 'following', blockSeconds: 2 });
});

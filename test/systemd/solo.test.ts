// A solo miner's service in a real systemd, in front of a node with its default TLS: whatever ends the service while a
// certificate is being made, the node takes the block. PEARLCTL_CERTIFICATE_MS=20000 plays it with certificates of 20 s, and
// every way at ten moments.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import t from 'tap';
import { JOB_SOLVED } from '../../src/protocol/verdict.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { until } from '../fixtures/until.ts';
import { makeCertificate } from '../pool/certificate.ts';
import { Box, whyNoBox } from './box.ts';
import { PEARLCTL, PRODUCT, productAs, statusOf } from './product.ts';

const skip = whyNoBox();
const GIVEN_MS = Number(process.env.PEARLCTL_CERTIFICATE_MS ?? 0);
const CERTIFICATE_MS = GIVEN_MS || 6000;
/** Parts of a certificate's time after which the service is ended. */
const MOMENTS = GIVEN_MS > 0 ? Array.from({ length: 10 }, (_, index) => index / 10) : [0];
// Boots, stops and restarts are waited for in earnest, and other tests run beside these.
const LIMIT_MS = 400_000 + 6 * MOMENTS.length * GIVEN_MS;
t.setTimeout(LIMIT_MS);

const PASSWORD = 'correct horse battery staple';
const NODE_PORT = 18334;
const STATE = '/var/lib/pearlctl';
const GATEWAY = '/opt/gateway/test/fixtures/external/reference-gateway.mjs';
const repository = join(import.meta.dirname, '..', '..');

const config = (gateway: string) => `network = regtest
[miner]
wallet = ${walletFromProgram(Buffer.alloc(32, 1), 'regtest')}
threads = 1
memory = 64M
duty = 5%
poll_interval = 100ms
[shape]
preset = custom
m = 256
n = 256
k = 2048
rank = 128
tile = 16x16
[gateway]
kind = external
command[] = /usr/bin/node
command[] = ${gateway}
command[] = --worker
command[] = --prove
command[] = ${CERTIFICATE_MS}
[pearld]
rpc_url = https://127.0.0.1:${NODE_PORT}
rpc_user = rpcuser
rpc_password_env = NODE_PASSWORD
rpc_cert = /etc/pearlctl/rpc.cert
`;

const NODE_UNIT = `[Unit]
After=network.target
[Service]
ExecStart=/usr/bin/node /opt/pearld/node-process.mjs /var/lib/pearld ${NODE_PORT}
[Install]
WantedBy=multi-user.target
`;

/** What the miner finds while a certificate is made never goes out. */
const NEVER_HANDED_IN = ['too many proofs wait for the gateway', JOB_SOLVED, 'the gateway has no job'];

t.test('no end of an installed service throws a found block away', { skip, timeout: LIMIT_MS }, async (t) => {
  const folder = t.testdir();
  await build({
    entryPoints: [join(repository, 'test/fixtures/external/node-process.ts')],
    outfile: join(folder, 'node-process.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const newer = MOMENTS.map((_, index) => {
    const place = join(folder, `newer-${index}`);
    mkdirSync(place);
    return productAs(`9.${index}.0`, place, true);
  });
  const box = await Box.create({
    ...PRODUCT,
    ...Object.assign({}, ...newer.map(({ seed }) => seed)),
    '/opt/pearld/node-process.mjs': join(folder, 'node-process.mjs'),
    ...Object.fromEntries(
      ['test/fixtures/external', 'test/transcripts', 'dist/js', 'dist/native', 'package.json'].map((part) => [
        `/opt/gateway/${part}`,
        join(repository, part),
      ]),
    ),
  });
  t.teardown(() => box.down());
  await box.boot();
  const write = async (path: string, input: string, mode = '600') => {
    await box.run(['tee', path], { input });
    await box.run(['chmod', mode, path]);
  };
  await box.run(['mkdir', '/etc/pearlctl', '/var/lib/pearld']);
  const { key, cert } = makeCertificate({ ipAddress: '127.0.0.1' });
  await write('/var/lib/pearld/rpc.key', key);
  await write('/var/lib/pearld/rpc.cert', cert);
  await write('/etc/pearlctl/rpc.cert', cert, '644');
  await write('/etc/systemd/system/pearld.service', NODE_UNIT, '644');
  await box.run(['systemctl', 'enable', '--now', 'pearld']);

  const env = { NODE_PASSWORD: PASSWORD };
  const install = (program: readonly string[] = PEARLCTL) =>
    box.exec([...program, 'install', '--yes', '--json'], { env, timeoutMs: 200_000 });
  const lines = async (file: string): Promise<{ result: string; reason: string; proof: string }[]> => {
    const { stdout } = await box.exec(['cat', join(STATE, file)]);
    return stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  };
  const verdicts = async () =>
    (await lines('shares.jsonl')).filter(
      ({ result, reason }) => result !== 'dropped' || !NEVER_HANDED_IN.includes(reason),
    );
  /** A certificate that is not known yet is under way. */
  const certificate = async () => {
    const known = new Set((await lines('shares.pending.jsonl')).map(({ proof }) => proof));
    const noted = await until('a certificate', async () =>
      (await lines('shares.pending.jsonl')).find(({ proof }) => !known.has(proof)),
    );
    return noted.proof;
  };
  const accepted = (proof: string) =>
    until('its verdict', async () => (await verdicts()).find((line) => line.proof === proof)?.result);

  await t.test('a gateway program that is not there is refused before anything is changed', async (t) => {
    await write('/etc/pearlctl/pearlctl.ini', config(GATEWAY).replace('/usr/bin/node', '/opt/pearl/bin/pearl-gateway'));
    const { exitCode, stdout, stderr } = await install();
    t.equal(exitCode, 78);
    t.match(stdout + stderr, /\/opt\/pearl\/bin\/pearl-gateway/);
    t.notOk((await box.exec(['id', 'pearlctl'])).stdout, 'no account is made');
  });

  await t.test('the installed service mines at a node with TLS, and has the time for a certificate', async (t) => {
    await write('/etc/pearlctl/pearlctl.ini', config(GATEWAY));
    const { exitCode, stderr } = await install();
    t.equal(exitCode, 0, stderr);
    t.equal(await accepted(await certificate()), 'accepted');
    const timeout = await box.run(['systemctl', 'show', '-p', 'TimeoutStopUSec', '--value', 'pearlctl']);
    t.match(timeout, /^5min /, 'five minutes and the usual stop');
  });

  const ways: Record<string, (index: number) => Promise<unknown>> = {
    'pearlctl restart': () => box.run([...PEARLCTL, 'restart'], { timeoutMs: 60_000 }),
    'a reboot, in which the node stops too': () => box.reboot(),
    'an upgrade': async (index) => t.equal((await install(newer[index]?.command)).exitCode, 0),
  };
  const plays = Object.entries(ways).flatMap(([way, go]) =>
    MOMENTS.map((moment, index) => ({ way, go, moment, index })),
  );
  for (const { way, go, moment, index } of plays) {
    await t.test(`${way} waits for the certificate under way, ${moment * 100} % of it made`, async (t) => {
      const proof = await certificate();
      // The moment itself, not a condition.
      await sleep(moment * CERTIFICATE_MS);
      t.notOk(
        (await verdicts()).some((line) => line.proof === proof),
        'it is not made yet',
      );
      await go(index);
      t.equal(await accepted(proof), 'accepted');
    });
  }

  await t.test('in the end the ledger has each block of the node, and nothing else', async (t) => {
    await box.run(['systemctl', 'stop', 'pearlctl'], { timeoutMs: 60_000 });
    const results = (await verdicts()).map(({ result }) => result);
    t.same([...new Set(results)], ['accepted']);
    const blocks = JSON.parse(await box.run(['cat', '/var/lib/pearld/chain.json']));
    t.equal(results.length, blocks.length - 1);
    t.equal((await statusOf((command) => box.exec(command))).state, 'stopped');
  });
});

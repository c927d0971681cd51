// docs/upstreams.md walked through as it stands: its commands, in a shell, against a node with its default TLS and a plain one,
// from `init` to a block that the node accepted. Only the address, the wallet and the ports are the test's own.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { programOnCurve, walletFromProgram } from '../../src/protocol/wallet.ts';
import { CLI } from '../cli/run-cli.ts';
import { freePort } from '../fixtures/free-port.ts';
import { PATIENCE_MS, until } from '../fixtures/until.ts';
import { NODE_PASSWORD, TestNode } from '../gateway/external/test-node.ts';
import { makeCertificate } from '../pool/certificate.ts';
import { removeControlFolder } from '../supervisor/killed.ts';

const PAGE = readFileSync(new URL('../../docs/upstreams.md', import.meta.url), 'utf8');
const STAND_IN = fileURLToPath(new URL('../fixtures/external/reference-gateway.mjs', import.meta.url));
const WALLET = walletFromProgram(
  programOnCurve(() => randomBytes(32)),
  'mainnet',
);

/** The commands of the block that is marked so. */
function blockOf(name: string): string {
  const [, block] = new RegExp(`<!-- walk: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``).exec(PAGE) ?? [];
  if (block === undefined) throw new Error(`docs/upstreams.md has no commands that are marked ${name}.`);
  return block;
}

/** A machine as its owner has it: pearlctl and the gateway on the PATH, and a node with its files. */
async function machine(t: Test, hasTls: boolean, run = 'exec pearlctl run') {
  const tls = hasTls ? makeCertificate({ ipAddress: '127.0.0.1' }) : null;
  const node = await TestNode.start(tls);
  node.chain = 'mainnet';
  const home = t.testdir();
  const listen = new URL(node.url).host;
  mkdirSync(join(home, '.pearld'), { mode: 0o700 });
  const conf = `[Application Options]\nrpcuser=rpcuser\nrpcpass=${NODE_PASSWORD}\nrpclisten=${listen}\n${hasTls ? '' : 'notls=1\n'}`;
  writeFileSync(join(home, '.pearld', 'pearld.conf'), conf, { mode: 0o600 });
  if (tls !== null) writeFileSync(join(home, '.pearld', 'rpc.cert'), tls.cert);
  mkdirSync(join(home, 'bin'));
  const program = (name: string, script: string) =>
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
  program('pearlctl', CLI);
  program('pearl-gateway', STAND_IN);
  const env = { PATH: `${join(home, 'bin')}:${process.env.PATH}`, HOME: home, PEARLCTL_HOME: join(home, 'pearlctl') };
  const ports = [await freePort(), await freePort()];
  const commands = (name: string) =>
    blockOf(name)
      .replaceAll('prl1p…', WALLET)
      .replaceAll('https://127.0.0.1:44107', node.url)
      // The usual ports may be taken on the machine of the test.
      .replace(
        /^pearlctl run$/m,
        `pearlctl config set gateway.port ${ports[0]}\npearlctl config set gateway.metrics_port ${ports[1]}\n${run}`,
      );
  const shell = (name: string) =>
    execa('bash', ['-eu', '-c', commands(name)], {
      env,
      extendEnv: false,
      reject: false,
      input: `${NODE_PASSWORD}\n`,
      all: true,
    });
  t.teardown(() => node.stop());
  return { node, home: env.PEARLCTL_HOME, shell };
}

async function walk(t: Test, name: string, hasTls: boolean) {
  const { node, home, shell } = await machine(t, hasTls);
  const mining = shell(name);
  let ended = false;
  void mining.then(() => {
    ended = true;
  });
  t.teardown(async () => {
    mining.kill('SIGKILL');
    await mining;
    removeControlFolder(home);
  });
  // Mining threads get what the other tests leave over.
  await until(
    'an accepted block',
    () => ended || JSON.parse(readFileSync(join(home, 'run', 'stats.json'), 'utf8')).blocks.accepted >= 1,
    4 * PATIENCE_MS,
  );
  const watched = await shell('watch');
  t.match(watched, { exitCode: 0, stdout: new RegExp(`Gateway: +external ${node.url}`) });
  t.match(watched.stdout, /accepted/);
  t.ok(node.tip.height >= 1);
  await until('the height, of the node, since its gateway tells none', () => {
    return JSON.parse(readFileSync(join(home, 'run', 'stats.json'), 'utf8')).job?.height;
  });
  mining.kill('SIGINT');
  const { exitCode, all } = await mining;
  t.equal(exitCode, 0, all);
  t.notOk(all?.includes(NODE_PASSWORD), 'the password is nowhere on the screen');
}

t.setTimeout(10 * PATIENCE_MS);

t.test('with the file of a node as its installer leaves it, TLS on', (t) => walk(t, 'conf', true));
t.test('with the file of a node without TLS', (t) => walk(t, 'conf', false));

t.test('by single keys instead of the file, up to the first start', async (t) => {
  const { shell } = await machine(t, true, '');
  const { exitCode, all } = await shell('keys');
  t.equal(exitCode, 0, all);
  t.match(all, /node-rpc +block height 0 \(synced, 8 peers\)/);
  t.notOk(all?.includes(NODE_PASSWORD));
});

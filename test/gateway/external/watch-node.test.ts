// The way without a parent-death signal (macOS), tried on whatever system the tests run on.
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { freePort } from '../../fixtures/free-port.ts';
import { until } from '../../fixtures/until.ts';

const WATCH = fileURLToPath(new URL('../../fixtures/external/watch.mjs', import.meta.url));

async function watched(t: Test, words: string[] = []) {
  const port = await freePort();
  const env = {
    PATH: process.env.PATH,
    PEARLD_RPC_URL: 'http://127.0.0.1:1',
    PEARLD_MINING_ADDRESS: 'rprl1p',
    MINER_RPC_TRANSPORT: 'tcp',
    MINER_RPC_PORT: String(port),
  };
  const child = execa(process.execPath, [WATCH, process.execPath, ...words], {
    env,
    extendEnv: false,
    reject: false,
    ipc: true,
    serialization: 'json',
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await child;
  });
  await until('the gateway to listen', () => listens(port));
  return { child, port };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

t.test('passes SIGINT on and ends with the gateway’s own code', async (t) => {
  const { child, port } = await watched(t);
  child.kill('SIGINT');
  t.equal((await child).exitCode, 130);
  t.notOk(await listens(port));
});

t.test('SIGTERM ends it as it ends the gateway itself', async (t) => {
  const { child } = await watched(t);
  child.kill('SIGTERM');
  t.equal((await child).exitCode, 143);
});

t.test('stops the gateway when the supervisor is gone, also one that does not listen', async (t) => {
  for (const words of [[], ['--hang-on-term']]) {
    const { child, port } = await watched(t, words);
    child.disconnect?.();
    await until('the gateway to go', async () => !(await listens(port)));
    t.match(await child, { exitCode: words.length === 0 ? 130 : 137 });
  }
});

t.test('a command that cannot be started is an error of ours', async (t) => {
  const { exitCode, stderr } = await execa(process.execPath, [WATCH, '/no/such/gateway'], { reject: false });
  t.equal(exitCode, 69);
  t.match(stderr, /CHILD_FAILED: .*\/no\/such\/gateway.*ENOENT/);
});

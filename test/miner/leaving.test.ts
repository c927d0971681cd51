// A miner leaves before its supervisor kills it, also when that is too busy to read what the miner says last.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { ParentLink } from '../../src/protocol/channel/parent.ts';
import { CLI } from '../cli/run-cli.ts';
import { freePort } from '../fixtures/free-port.ts';
import { socketFolder } from '../fixtures/socket-folder.ts';
import { until } from '../fixtures/until.ts';
import { WALLET } from '../supervisor/stage.ts';

t.test('a miner whose supervisor reads nothing leaves before that would kill it', async (t) => {
  const home = t.testdir();
  const port = await freePort();
  const config = `network = devnet\n[miner]\nwallet = ${WALLET}\nthreads = 1\n[gateway]\nport = ${port}\nmetrics_port = 0\n`;
  writeFileSync(join(home, 'pearlctl.ini'), config, { mode: 0o600 });
  // A channel that was full before the miner began.
  const server = createServer({ pauseOnConnect: true }).listen(join(socketFolder(t), 'channel'));
  t.teardown(() => server.close());
  await once(server, 'listening');
  const ours = once(server, 'connection');
  const channel = new Socket().connect(String(server.address()));
  const [unread] = await ours;
  t.teardown(() => {
    channel.destroy();
    unread.destroy();
  });
  while (channel.writableLength === 0) {
    channel.write(Buffer.alloc(64 << 10));
    await setImmediate();
  }
  const miner = spawn(process.execPath, [CLI, 'mine'], {
    env: { PATH: process.env.PATH, PEARLCTL_HOME: home, NODE_CHANNEL_FD: '3', NODE_CHANNEL_SERIALIZATION_MODE: 'json' },
    stdio: ['ignore', 'ignore', 'pipe', channel],
  });
  t.teardown(() => miner.kill('SIGKILL'));
  let said = '';
  miner.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  await until('it to mind that there is no gateway', () => said.includes('trying again'));
  miner.kill('SIGTERM');
  t.same(await once(miner, 'exit'), [0, null]);
});

t.test('a supervisor that reads nothing is waited for once, however often', async (t) => {
  // Its channel takes no message.
  t.intercept(process, 'send', { value: () => false });
  t.intercept(process, 'connected', { value: true });
  const waits: number[] = [];
  const { setTimeout } = globalThis;
  const noted = (callback: () => void, ms: number, ...rest: []) => {
    waits.push(ms);
    return setTimeout(callback, ms, ...rest);
  };
  t.intercept(globalThis, 'setTimeout', { value: noted });
  const ending = new AbortController();
  const leaveMs = 300;
  const parent = new ParentLink(ending.signal, { setParentDeathSignal: () => true }, leaveMs);
  parent.tell({ type: 'found', proof: '0'.repeat(16) });
  ending.abort();
  await parent.room();
  await parent.room();
  t.equal(waits.length, 2);
  const least = 100;
  t.ok(waits.reduce((sum, ms) => sum + ms, 0) <= leaveMs + least, waits.join(', '));
});

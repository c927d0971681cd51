// The control socket against another user, at his best: the folder stands open and the socket's mode is 0666.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import type { ControlActions } from '../../../src/supervisor/control/control-methods.ts';
import { peerRefusal } from '../../../src/supervisor/control/control-peer.ts';
import { ControlServer } from '../../../src/supervisor/control/control-server.ts';
import { OTHER_UID, openFolder, openNode } from '../../fixtures/other-account.ts';

const isRoot = process.getuid?.() === 0;

/** Sends one command and prints what comes back until the server hangs up. */
const CLIENT = `
  const socket = require('node:net').connect(process.argv[1]);
  socket.on('connect', () => socket.end('{"jsonrpc":"2.0","id":1,"method":"stop","params":{}}\\n'));
  socket.on('error', (error) => process.stdout.write(error.code));
  socket.pipe(process.stdout);`;

async function openToAll(t: Test) {
  const folder = openFolder(t);
  const path = join(folder, 'control.sock');
  const orders: string[] = [];
  const refusals: string[] = [];
  const actions: ControlActions = {
    status: () => ({}),
    pause: () => ({}),
    resume: () => ({}),
    reload: async () => ({}),
    stop: () => {
      orders.push('stop');
      return { stopping: true };
    },
  };
  const server = new ControlServer(path, actions, (reason) => refusals.push(reason));
  await server.restore();
  t.teardown(() => server.close());
  // The server closed it.
  chmodSync(folder, 0o755);
  chmodSync(path, 0o666);
  const ask = async (uid?: number) => {
    // The checkout, where this runs, need not be open to the other user.
    const options = { cwd: '/', timeout: 60_000, ...(uid === undefined ? {} : { uid, gid: uid }) };
    return (await promisify(execFile)(openNode(folder), ['-e', CLIENT, path], options)).stdout;
  };
  return { ask, orders, refusals };
}

t.test(
  'another user is refused in one line, and told once in the log',
  { skip: !isRoot && 'needs root' },
  async (t) => {
    const { ask, orders, refusals } = await openToAll(t);
    for (let round = 0; round < 2; round += 1) {
      const answer = await ask(OTHER_UID);
      t.match(JSON.parse(answer), {
        id: null,
        error: { message: /^user 65534 may not give orders here: only user 0,/ },
      });
      t.equal(answer.indexOf('\n'), answer.length - 1, 'one line');
    }
    t.same(orders, []);
    t.equal(refusals.length, 1);
  },
);

t.test('the own user is heard', async (t) => {
  const { ask, orders, refusals } = await openToAll(t);
  t.match(JSON.parse(await ask()), { result: { stopping: true } });
  t.same([orders, refusals], [['stop'], []]);
});

t.test('root is heard by the supervisor of any user', { skip: !isRoot && 'needs root' }, async (t) => {
  const path = join(openFolder(t), 'a.sock');
  const server = createServer().listen(path);
  t.teardown(() => server.close());
  const client = connect(path);
  t.teardown(() => client.destroy());
  const [accepted] = await once(server, 'connection');
  t.equal(peerRefusal(accepted, OTHER_UID), null);
});

t.test('where the system does not tell who it is, the modes of folder and socket have to do', async (t) => {
  t.equal(peerRefusal({} as never, OTHER_UID), null);
});

import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { DialError, dialled, interleaved } from '../../src/base/dial.ts';

async function listening(t: Test): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function dial(port: number, addresses: readonly string[], attemptDelayMs = 30) {
  const options = { host: 'pool.example.com', port, resolve: async () => addresses, attemptDelayMs };
  const attempt = new AbortController();
  t.teardown(() => attempt.abort());
  return dialled(options, attempt.signal).then(
    ({ socket }) => {
      const { remoteAddress = '' } = socket;
      socket.destroy();
      return remoteAddress;
    },
    (error: DialError) => error,
  );
}

/** RFC 5737: nothing answers there, and nothing is sent far. */
const DEAD = '192.0.2.1';

t.test('an address that never answers, or refuses, does not keep the others from their turn', async (t) => {
  const port = await listening(t);
  t.equal(await dial(port, [DEAD, '127.0.0.1']), '127.0.0.1');
  t.equal(await dial(port, ['127.0.0.2', '127.0.0.1']), '127.0.0.1');
  t.equal(await dial(port, ['::1', DEAD, '127.0.0.1']), '127.0.0.1');
});

t.test('an attempt that takes longer than the delay to the next one lives on', async (t) => {
  const port = await listening(t);
  // The second address is refused at once, and the first one is not given up for it.
  t.equal(await dial(port, ['127.0.0.1', '127.0.0.2'], 0), '127.0.0.1');
});

t.test('with all of them failed each address is named with its error', async (t) => {
  const failed = await dial(1, ['127.0.0.1', '127.0.0.2']);
  t.type(failed, DialError);
  if (failed instanceof DialError) {
    t.same(failed.attempts, [
      { address: '127.0.0.1', code: 'ECONNREFUSED' },
      { address: '127.0.0.2', code: 'ECONNREFUSED' },
    ]);
  }
});

t.test('a name without addresses, and a resolver that fails', async (t) => {
  t.match(await dial(1, []), { code: 'ENOTFOUND' });
  const failing = () => Promise.reject(Object.assign(new Error('no'), { code: 'EAI_AGAIN' }));
  const options = { host: 'pool.example.com', port: 1, resolve: failing };
  await t.rejects(dialled(options, new AbortController().signal), { code: 'EAI_AGAIN' });
});

t.test('families take turns, beginning with the one that the system prefers', async (t) => {
  t.same(interleaved(['::1', '::2', '10.0.0.1', '::3']), ['::1', '10.0.0.1', '::2', '::3']);
  t.same(interleaved(['10.0.0.1', '::1', '::2']), ['10.0.0.1', '::1', '::2']);
  t.same(interleaved([]), []);
});

import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { parseEndpoint, renderEndpoint } from '../../../src/protocol/jsonrpc/endpoint.ts';
import { RpcClient } from '../../../src/protocol/jsonrpc/rpc-client.ts';

/** A peer that does with a connection what the test says. */
async function peer(t: Test, onConnection: (socket: Socket) => void): Promise<RpcClient> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const client = await RpcClient.connect({ kind: 'tcp', host: '127.0.0.1', port: address.port }, 5000);
  t.teardown(() => client.close());
  return client;
}

/** The id of each line that arrives. */
function onRequest(socket: Socket, take: (id: number) => void): void {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) take(JSON.parse(line).id);
  });
}

const answer = (id: number | null, result: string) => `{"jsonrpc":"2.0","result":"${result}","id":${id}}\n`;

t.test('answers are matched by id, whatever their order', async (t) => {
  const client = await peer(t, (socket) => {
    const ids: number[] = [];
    onRequest(socket, (id) => {
      ids.push(id);
      if (ids.length === 3)
        socket.write(
          ids
            .reverse()
            .map((each) => answer(each, `to ${each}`))
            .join(''),
        );
    });
  });
  const outcomes = await Promise.all(['a', 'b', 'c'].map((method) => client.call(method, {}, 5000)));
  t.strictSame(
    outcomes,
    [1, 2, 3].map((id) => ({ ok: true, result: `to ${id}` })),
  );
});

t.test('a late answer is ignored, and the next call gets its own', async (t) => {
  let late = () => {};
  const client = await peer(t, (socket) =>
    onRequest(socket, (id) => {
      const reply = () => socket.write(answer(id, `to ${id}`));
      if (id === 1) late = reply;
      else reply();
    }),
  );
  await t.rejects(client.call('slow', {}, 50), { code: 'GATEWAY_UNREACHABLE', message: /did not answer slow/ });
  t.match(await client.call('next', {}, 5000), { result: 'to 2' });
  late();
  t.match(await client.call('third', {}, 5000), { result: 'to 3' });
});

t.test('an error without an id belongs to the oldest question', async (t) => {
  const client = await peer(t, (socket) =>
    onRequest(socket, () => socket.write('{"jsonrpc":"2.0","error":{"code":-32000,"message":"too long"},"id":null}\n')),
  );
  t.match(await client.call('x', {}, 5000), { ok: false, failure: { code: -32000, message: 'too long' } });
});

t.test('a peer that is no gateway ends the call with one clear error', async (t) => {
  for (const text of ['HTTP/1.1 400 Bad Request\r\n\r\n', '\n', '{}\n', `${'x'.repeat(5 << 20)}`]) {
    const client = await peer(t, (socket) => onRequest(socket, () => socket.write(text)));
    await t.rejects(client.call('x', {}, 10_000), { code: 'GATEWAY_NONSENSE', hint: String });
    t.notOk(client.open);
    await t.rejects(client.call('y', {}, 100), { code: 'GATEWAY_NONSENSE' });
  }
});

t.test('any bytes a peer says end in an answer or an error, soon', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 4 }), async (chunks) => {
      const client = await peer(t, (socket) => {
        onRequest(socket, () => {
          for (const chunk of chunks) socket.write(chunk);
          socket.end();
        });
      });
      await client.call('x', {}, 10_000).catch((error) => {
        if (!/^GATEWAY_/.test(error.code)) throw error;
      });
      await client.closed;
    }),
    { numRuns: 50 },
  );
});

t.test('a connection that ends ends every call, at once', async (t) => {
  const client = await peer(t, (socket) => onRequest(socket, (id) => id === 2 && socket.destroy()));
  const calls = [client.call('a', {}, 60_000), client.call('b', {}, 60_000)];
  for (const { status } of await Promise.allSettled(calls)) t.equal(status, 'rejected');
  await client.closed;
  t.notOk(client.open);
});

t.test('an address where nothing listens is named', async (t) => {
  await t.rejects(RpcClient.connect({ kind: 'unix', path: '/nowhere/at/all' }, 1000), { code: 'GATEWAY_UNREACHABLE' });
});

t.test('addresses are read and written in one notation', async (t) => {
  for (const text of ['http://127.0.0.1:8337', 'http://[::1]:8337', 'unix:/run/x.sock']) {
    t.equal(renderEndpoint(parseEndpoint(text)), text);
  }
  for (const text of [
    '',
    '127.0.0.1:8337',
    'http://127.0.0.1',
    'http://h:0',
    'http://h:70000',
    'unix:relative',
    'ftp://h:1',
  ]) {
    t.throws(() => parseEndpoint(text), { code: 'USAGE' }, text);
  }
});

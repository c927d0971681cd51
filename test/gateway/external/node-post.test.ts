import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import t, { type Test } from 'tap';
import { NodeRpc } from '../../../src/gateway/external/node-rpc.ts';
import { until } from '../../fixtures/until.ts';

async function portOf(t: Test, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

const ask = (url: string, timeoutMs?: number) =>
  new NodeRpc(
    { rpcUrl: url, rpcUser: 'rpcuser', rpcPassword: 'secret', passwordFrom: { kind: 'conf' }, certificate: null },
    timeoutMs,
  ).chainInfo();

t.test('a node that cannot be reached is told with the address that failed', async (t) => {
  const closed = createServer();
  const port = await portOf(t, closed);
  await new Promise((resolve) => closed.close(resolve));
  t.match(await ask(`http://127.0.0.1:${port}`), {
    kind: 'unreachable',
    reason: /refuses connections \(127\.0\.0\.1\)/,
  });
  // RFC 5737: an address where nothing answers.
  t.match(await ask('http://192.0.2.1:8334', 50), { kind: 'unreachable', reason: /\(192\.0\.2\.1\)/ });
  t.match(await ask('http://node.invalid:8334'), { kind: 'unreachable', reason: /host name/ });
});

t.test('a node that accepts and says nothing, hangs up, or says too much', async (t) => {
  const silent = createServer((socket) => socket.on('error', () => {}).resume());
  const silentUrl = `http://127.0.0.1:${await portOf(t, silent)}`;
  // Where the time is up before the connection is there, that is told instead.
  await until('the word for a silence', async () => {
    const answer = await ask(silentUrl, 50);
    return !answer.ok && answer.reason === 'the node does not answer';
  });
  const curt = createServer((socket) => socket.on('error', () => {}).destroy());
  t.match(await ask(`http://127.0.0.1:${await portOf(t, curt)}`), { kind: 'unreachable' });
  const endless = createHttpServer((_, response) => {
    const more = () => response.write('x'.repeat(1 << 20), more);
    more();
  });
  t.match(await ask(`http://127.0.0.1:${await portOf(t, endless)}`), { kind: 'nonsense', reason: /longer/ });
});

t.test('a redirect is not followed, since the password is for one address', async (t) => {
  let asked = 0;
  const server = createHttpServer((_, response) => {
    asked += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  t.match(await ask(`http://127.0.0.1:${await portOf(t, server)}/`), { kind: 'nonsense', reason: /HTTP 302/ });
  t.equal(asked, 1);
});

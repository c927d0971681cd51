import assert from 'node:assert/strict';
import { lstat, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import type { Endpoint } from '../../../src/protocol/jsonrpc/endpoint.ts';
import type { RpcOutcome, RpcRequest } from '../../../src/protocol/jsonrpc/rpc-message.ts';
import { type RpcServer, type ServerLimits, startServer } from '../../../src/protocol/jsonrpc/rpc-server.ts';
import { lasting, until } from '../../fixtures/until.ts';

const ANY_PORT: Endpoint = { kind: 'tcp', host: '127.0.0.1', port: 0 };

function echo({ params }: RpcRequest): RpcOutcome {
  return { ok: true, result: params };
}

async function serve(
  t: Test,
  handle: (request: RpcRequest) => RpcOutcome | Promise<RpcOutcome> = echo,
  limits: Partial<ServerLimits> = {},
): Promise<RpcServer> {
  const server = await startServer(ANY_PORT, handle, limits);
  t.teardown(() => server.close());
  return server;
}

/** A raw client: what it sends, and the lines it gets. */
class Raw {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  #text = '';

  constructor(t: Test, { endpoint }: RpcServer) {
    this.socket = endpoint.kind === 'unix' ? connect(endpoint.path) : connect(endpoint.port, endpoint.host);
    this.socket.on('data', (chunk) => {
      this.#text += chunk.toString();
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    t.teardown(() => this.socket.destroy());
  }

  get lines(): string[] {
    return this.#text.split('\n').slice(0, -1);
  }

  async linesWhen(count: number): Promise<string[]> {
    return until(`${count} lines`, () => this.lines.length >= count && this.lines);
  }
}

function ask(id: number, params = '{}'): string {
  return `{"jsonrpc":"2.0","method":"echo","id":${id},"params":${params}}\n`;
}

t.test('pipelined requests are answered in order, also when an early one takes longer', async (t) => {
  const server = await serve(t, async ({ params }) => {
    if ('slow' in params) await lasting(50);
    return { ok: true, result: null };
  });
  const client = new Raw(t, server);
  client.socket.write(ask(1, '{"slow":1}') + ask(2) + ask(3));
  const lines = await client.linesWhen(3);
  t.strictSame(
    lines.map((line) => JSON.parse(line).id),
    [1, 2, 3],
  );
});

t.test('a handler that throws is answered -32000 without its text', async (t) => {
  const server = await serve(t, () => {
    throw new Error('secret');
  });
  const client = new Raw(t, server);
  client.socket.write(ask(1));
  t.strictSame(await client.linesWhen(1), [
    '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Internal error"},"id":1}',
  ]);
});

t.test('an oversize line gets one error, and the connection goes on', async (t) => {
  const client = new Raw(t, await serve(t));
  client.socket.write(Buffer.alloc((1 << 20) + 4096, 'A'));
  client.socket.write(`\n${ask(2)}`);
  const lines = await client.linesWhen(2);
  t.match(JSON.parse(lines[0] ?? ''), { error: { code: -32000 }, id: null });
  t.match(JSON.parse(lines[1] ?? ''), { id: 2 });
  t.equal(lines.length, 2);
});

t.test('a client that only ever sends one line is let go after 64 MiB of it', async (t) => {
  const client = new Raw(t, await serve(t));
  const block = Buffer.alloc(1 << 20, 'A');
  let sent = 0;
  const pump = () => {
    while (sent < 80 && !client.socket.destroyed) {
      sent += 1;
      if (!client.socket.write(block)) return;
    }
  };
  client.socket.on('drain', pump);
  pump();
  await client.closed;
  t.ok(sent > 60, `it took ${sent} MiB`);
  t.equal(client.lines.length, 1);
});

t.test('a client that reads nothing is dropped, and its answers take no memory for ever', async (t) => {
  const server = await serve(t, () => ({ ok: true, result: 'x'.repeat(1 << 20) }), { slowReaderMs: 100 });
  const client = new Raw(t, server);
  client.socket.pause();
  client.socket.write(ask(1).repeat(200));
  await until('the client', () => server.connections === 1);
  t.ok(await until('it to be dropped', () => server.connections === 0));
});

t.test('a line that is never finished is given up', async (t) => {
  const server = await serve(t, echo, { lineMs: 100 });
  const client = new Raw(t, server);
  client.socket.write('{"jsonrpc"');
  await client.closed;
  t.strictSame(client.lines, []);
});

t.test('unfinished lines of all clients together are bounded', async (t) => {
  const server = await serve(t, echo, { maxHeldBytes: 1_500_000 });
  const clients = [new Raw(t, server), new Raw(t, server)];
  for (const { socket } of clients) socket.write(Buffer.alloc(1_000_000, 'A'));
  await Promise.race(clients.map(({ closed }) => closed));
  t.ok(await until('one of them to go', () => server.connections === 1));
});

t.test('half a line before the end is answered, then the connection closes', async (t) => {
  const client = new Raw(t, await serve(t));
  client.socket.end('{"jsonrpc"');
  await client.closed;
  t.match(JSON.parse(client.lines[0] ?? ''), { error: { code: -32700 }, id: null });
});

t.test('a megabyte of brackets is answered, and so is who comes next', async (t) => {
  const client = new Raw(t, await serve(t));
  client.socket.write(`${'['.repeat((1 << 20) - 1)}\n${ask(2)}`);
  const lines = await client.linesWhen(2);
  t.match(JSON.parse(lines[0] ?? ''), { error: { code: -32700 } });
  t.match(JSON.parse(lines[1] ?? ''), { id: 2 });
});

t.test('512 clients are served at once, and those beyond the bound are turned away', async (t) => {
  const server = await serve(t, echo, { maxConnections: 512 });
  const clients = Array.from({ length: 512 }, () => new Raw(t, server));
  for (const { socket } of clients) socket.write(ask(1));
  for (const client of clients) t.equal((await client.linesWhen(1)).length, 1);
  const extra = new Raw(t, server);
  await extra.closed;
  t.equal(server.connections, 512);
});

t.test('a port that is taken is said to be taken', async (t) => {
  const { endpoint } = await serve(t);
  await t.rejects(startServer(endpoint, echo), { code: 'PORT_IN_USE', hint: /port/ });
});

t.test('only loopback is listened on', async (t) => {
  await t.rejects(startServer({ kind: 'tcp', host: '0.0.0.0', port: 0 }, echo), { code: 'CONFIG_INVALID' });
  await t.rejects(startServer({ kind: 'unix', path: `/${'x'.repeat(120)}` }, echo), { code: 'CONFIG_INVALID' });
});

t.test('a Unix socket is the owner’s alone, is not taken from who is there, and is gone afterwards', async (t) => {
  const path = join(await shortFolder(t), 's');
  const endpoint: Endpoint = { kind: 'unix', path };
  const server = await startServer(endpoint, echo);
  t.equal((await lstat(path)).mode & 0o777, 0o600);
  const client = new Raw(t, server);
  client.socket.write(ask(1));
  t.equal((await client.linesWhen(1)).length, 1);
  await t.rejects(startServer(endpoint, echo), { code: 'PORT_IN_USE' });
  await server.close();
  await t.rejects(lstat(path), { code: 'ENOENT' });
});

t.test('a dead socket is replaced, a file is not', async (t) => {
  const folder = await shortFolder(t);
  await writeFile(join(folder, 'file'), 'kept');
  const dead = join(folder, 'dead');
  // A server that dies without closing leaves its socket; closing the handle under it does the same.
  const corpse = createServer();
  await new Promise<void>((resolve) => corpse.listen(join(folder, 'live'), resolve));
  await rename(join(folder, 'live'), dead);
  await new Promise((resolve) => corpse.close(resolve));
  t.ok((await lstat(dead)).isSocket());
  const server = await startServer({ kind: 'unix', path: dead }, echo);
  t.equal((await lstat(dead)).mode & 0o777, 0o600);
  await server.close();
  await t.rejects(startServer({ kind: 'unix', path: join(folder, 'file') }, echo), { code: 'CONFIG_INVALID' });
});

t.test('closing sends the answer that is being made', async (t) => {
  let isAsked = false;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const server = await startServer(ANY_PORT, async () => {
    isAsked = true;
    await finished;
    return { ok: true, result: 'late' };
  });
  const client = new Raw(t, server);
  client.socket.write(ask(1));
  await until('the question', () => isAsked);
  const closing = server.close();
  finish();
  await closing;
  await client.closed;
  t.match(client.lines[0], /late/);
});

t.test('whatever bytes clients send, the next one is served', async (t) => {
  const server = await serve(t);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 5 }), async (chunks) => {
      const client = new Raw(t, server);
      for (const chunk of chunks) client.socket.write(chunk);
      client.socket.end('\n');
      await client.closed;
      for (const line of client.lines) assert.equal(JSON.parse(line).jsonrpc, '2.0');
      const newlines = Buffer.concat([...chunks, Buffer.from('\n')]).filter((byte) => byte === 0x0a).length;
      assert.equal(client.lines.length, newlines, 'an answer for each line');
    }),
    { numRuns: 60 },
  );
  const client = new Raw(t, server);
  client.socket.write('\n'.repeat(20_000) + ask(1));
  const lines = await client.linesWhen(20_001);
  t.equal(lines.length, 20_001, 'also for twenty thousand empty ones');
});

/** A socket's path is short, and the runner's own folders are not. */
async function shortFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pearlctl-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

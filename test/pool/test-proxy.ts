// Small proxies for tests: SOCKS5 (RFC 1928, 1929) and HTTP CONNECT, which connect to where they are told, and can refuse.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Test } from 'tap';

export interface TestProxyOptions {
  readonly user?: string;
  readonly password?: string;
  /** Names that this proxy knows, and where they lead. */
  readonly names?: Readonly<Record<string, string>>;
  /** Refuses every wish with this reply of RFC 1928 or HTTP status. */
  readonly refuse?: number;
  /** Takes connections and says nothing. */
  readonly silent?: boolean;
}

export interface TestProxy {
  readonly port: number;
  /** What was asked for, as `HOST:PORT`. */
  readonly asked: string[];
}

export async function socksProxy(t: Test, options: TestProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    if (!options.silent) serveSocks(socket, asked, options).catch(() => socket.destroy());
  });
  return { port: await listening(t, server), asked };
}

async function serveSocks(socket: Socket, asked: string[], options: TestProxyOptions): Promise<void> {
  const take = reader(socket);
  const [, count = 0] = await take(2);
  const methods = [...(await take(count))];
  const wanted = options.user === undefined ? 0 : 2;
  if (!methods.includes(wanted)) {
    socket.end(Buffer.from([5, 0xff]));
    return;
  }
  socket.write(Buffer.from([5, wanted]));
  if (wanted === 2) {
    const text = async () => (await take((await take(1))[0] ?? 0)).toString();
    await take(1);
    const isRight = (await text()) === options.user && (await text()) === options.password;
    socket.write(Buffer.from([1, isRight ? 0 : 1]));
    if (!isRight) {
      socket.end();
      return;
    }
  }
  const [, , , type] = await take(4);
  const host =
    type === 3
      ? (await take((await take(1))[0] ?? 0)).toString()
      : type === 1
        ? [...(await take(4))].join('.')
        : (await take(16)).toString('hex');
  const port = (await take(2)).readUInt16BE();
  asked.push(`${host}:${port}`);
  const reply = (code: number) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
  if (options.refuse !== undefined) {
    socket.end(reply(options.refuse));
    return;
  }
  take.stop();
  const beyond = connect(port, options.names?.[host] ?? host);
  beyond.on('error', () => socket.end(reply(5)));
  beyond.once('connect', () => {
    socket.write(reply(0));
    join(socket, beyond);
  });
}

export async function connectProxy(t: Test, options: TestProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createHttpServer();
  server.on('connect', (request, socket, head) => {
    socket.on('error', () => {});
    if (options.silent) return;
    const login = Buffer.from(`${options.user}:${options.password}`).toString('base64');
    if (options.user !== undefined && request.headers['proxy-authorization'] !== `Basic ${login}`) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
      return;
    }
    asked.push(request.url ?? '');
    const { hostname, port } = new URL(`http://${request.url}`);
    if (options.refuse !== undefined) {
      socket.end(`HTTP/1.1 ${options.refuse} Refused\r\n\r\n`);
      return;
    }
    const beyond = connect(Number(port), options.names?.[hostname] ?? hostname);
    beyond.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    beyond.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      beyond.write(head);
      join(socket as Socket, beyond);
    });
  });
  return { port: await listening(t, server), asked };
}

function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('close', () => to.destroy());
  }
}

/** So many bytes after the other, whatever pieces they come in. */
function reader(socket: Socket) {
  let held = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    socket.emit('more');
  };
  socket.on('data', onData);
  const take = async (count: number): Promise<Buffer> => {
    while (held.length < count) await once(socket, 'more');
    const taken = held.subarray(0, count);
    held = held.subarray(count);
    return taken;
  };
  return Object.assign(take, { stop: () => socket.off('data', onData) });
}

async function listening(t: Test, server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

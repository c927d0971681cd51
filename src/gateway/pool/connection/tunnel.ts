// Through a proxy: from a connected socket to the proxy to one whose other end is the pool. SOCKS5 is the package's, CONNECT
// is Node's own HTTP client.
import { request } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { messageOf } from '../../../base/errors.ts';
import type { ProxyUrl } from '../../../config/proxy-url.ts';
import { connectFault, type ProxyFault, socksFault } from './proxy-failure.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

export class TunnelError extends Error {
  readonly fault: ProxyFault;

  constructor(fault: ProxyFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

/** Asks the proxy to connect `socket` to the target, whose name it looks up. Throws TunnelError; the socket is then gone. */
export async function tunnel(socket: Socket, proxy: ProxyUrl, target: Target, signal: AbortSignal): Promise<void> {
  const abort = () => socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await (proxy.kind === 'http' ? connectThrough : socksThrough)(socket, proxy, target);
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw new TunnelError({ kind: 'silent' });
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** RFC 1928, with user and password by RFC 1929. */
async function socksThrough(socket: Socket, { host, port, user, password }: ProxyUrl, target: Target): Promise<void> {
  const { SocksClient } = await import('socks');
  const login = user === null ? {} : { userId: user, password: password ?? '' };
  try {
    await SocksClient.createConnection({
      proxy: { host, port, type: 5, ...login },
      command: 'connect',
      destination: { host: target.host, port: target.port },
      existing_socket: socket,
    });
  } catch (error) {
    throw new TunnelError(socksFault(messageOf(error)));
  }
}

/** RFC 9110, section 9.3.6. */
function connectThrough(socket: Socket, { user, password }: ProxyUrl, { host, port }: Target): Promise<void> {
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const login = Buffer.from(`${user}:${password ?? ''}`).toString('base64');
  return new Promise((resolve, reject) => {
    const fail = (fault: ProxyFault) => reject(new TunnelError(fault));
    const asked = request({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(user === null ? {} : { 'proxy-authorization': `Basic ${login}` }) },
      createConnection: () => socket,
    });
    asked.once('connect', ({ statusCode = 0 }, _, head: Buffer) => {
      if (statusCode < 200 || statusCode > 299) {
        fail(connectFault(statusCode));
        return;
      }
      // What the pool already said behind the proxy's answer.
      if (head.length > 0) socket.unshift(head);
      resolve();
    });
    asked.once('error', (error: NodeJS.ErrnoException) =>
      fail(error.code?.startsWith('HPE_') ? { kind: 'nonsense', detail: error.code } : { kind: 'hung-up' }),
    );
    asked.end();
  });
}

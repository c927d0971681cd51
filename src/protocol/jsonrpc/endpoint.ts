// Where a gateway listens: loopback TCP or a Unix socket, in the one notation that sidecar, arguments and messages share.
import { PearlError } from '../../base/errors.ts';

export type Endpoint =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the final zero included. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where a configuration has its gateway listen. */
export function endpointOf({ socket, host, port }: { socket: string | null; host: string; port: number }): Endpoint {
  return socket === null ? { kind: 'tcp', host, port } : { kind: 'unix', path: socket };
}

/** `http://HOST:PORT` or `unix:PATH`. */
export function renderEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`;
  return `http://${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
}

/** Reads `http://HOST:PORT` or `unix:PATH`. Throws `USAGE`. */
export function parseEndpoint(text: string): Endpoint {
  const path = /^unix:(?:\/\/)?(\/.*)$/.exec(text)?.[1];
  if (path !== undefined) return { kind: 'unix', path };
  const tcp = /^(?:http|tcp):\/\/(\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})\/?$/i.exec(text);
  const port = Number(tcp?.[2]);
  if (tcp?.[1] === undefined || port < 1 || port > 65_535) {
    throw new PearlError('USAGE', `"${text}" is not the address of a gateway.`, {
      hint: 'Write http://127.0.0.1:8337 or unix:/path/to/socket.',
    });
  }
  return { kind: 'tcp', host: tcp[1].replace(/^\[|\]$/g, ''), port };
}

/** Refuses what a server of ours must not listen on: any address but loopback, a socket path the kernel cuts off. */
export function checkListenable(endpoint: Endpoint): void {
  if (endpoint.kind === 'unix') {
    if (Buffer.byteLength(endpoint.path) <= MAX_SOCKET_PATH_BYTES) return;
    throw new PearlError('CONFIG_INVALID', `The socket path is longer than ${MAX_SOCKET_PATH_BYTES} bytes.`, {
      hint: 'Give [gateway] socket a shorter path.',
    });
  }
  if (isLoopback(endpoint.host)) return;
  throw new PearlError('CONFIG_INVALID', `The gateway listens on loopback only, and ${endpoint.host} is not.`, {
    hint: 'Set [gateway] host = 127.0.0.1.',
  });
}

function isLoopback(host: string): boolean {
  // Not imported, since every command that reads an endpoint would pay for sockets.
  const { isIP } = process.getBuiltinModule('node:net');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

// The JSON-RPC server: listens on loopback TCP or a Unix socket of mode 0600, and keeps connections and memory bounded
// whatever its clients do.
import { createServer, type Server, type Socket } from 'node:net';
import { errnoOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { checkListenable, type Endpoint, renderEndpoint } from './endpoint.ts';
import { FRAMING_LIMITS } from './framing.ts';
import { Connection, type ConnectionLimits, type RpcHandler } from './rpc-connection.ts';
import { failed, RPC_CODE, renderResponse } from './rpc-message.ts';
import { clearSocketPath } from './socket-path.ts';

export interface ServerLimits extends ConnectionLimits {
  /** Further clients are disconnected at once. The protocol asks for at least 512. */
  readonly maxConnections: number;
  /** Unfinished lines of all clients together; the client that would exceed it is dropped. */
  readonly maxHeldBytes: number;
  /** How long `close()` waits for answers that are being made. */
  readonly closeMs: number;
}

const SERVER_LIMITS: ServerLimits = {
  ...FRAMING_LIMITS,
  slowReaderMs: 10_000,
  lineMs: 60_000,
  maxConnections: 1024,
  maxHeldBytes: 64 << 20,
  closeMs: 1000,
};

/** Why a client is not served, in one sentence that it is told before it is let go; null for one that is. */
export type RefuseClient = (socket: Socket) => string | null;

/** For a refused client to read why. */
const TURN_AWAY_MS = 1000;

export interface RpcServer {
  /** Where it really listens: the port is never 0. */
  readonly endpoint: Endpoint;
  /** Clients connected right now. */
  readonly connections: number;
  /** Takes no more requests, sends the answers that are being made, disconnects all peers. */
  close(): Promise<void>;
}

/**
 * Starts to listen. Port 0 means a free one.
 *
 * Throws `PORT_IN_USE` (also for a Unix socket that answers), `NO_PERMISSION`, `CONFIG_INVALID`.
 */
export async function startServer(
  endpoint: Endpoint,
  handle: RpcHandler,
  limits: Partial<ServerLimits> = {},
  refuse: RefuseClient = () => null,
): Promise<RpcServer> {
  const bounds = { ...SERVER_LIMITS, ...limits };
  checkListenable(endpoint);
  if (endpoint.kind === 'unix') await clearSocketPath(endpoint.path);
  const clients = new Set<Connection>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const refusal = refuse(socket);
    if (refusal === null) admit(socket, handle, bounds, clients);
    else turnAway(socket, refusal);
  });
  server.maxConnections = bounds.maxConnections;
  const port = await listen(server, endpoint);
  return {
    endpoint: endpoint.kind === 'unix' ? endpoint : { ...endpoint, port },
    get connections() {
      return clients.size;
    },
    close: () => close(server, clients, bounds.closeMs),
  };
}

function admit(socket: Socket, handle: RpcHandler, limits: ServerLimits, clients: Set<Connection>): void {
  const client = new Connection(socket, handle, limits);
  clients.add(client);
  socket.on('close', () => clients.delete(client));
  socket.on('data', () => {
    if (client.heldBytes === 0) return;
    let heldBytes = 0;
    for (const each of clients) heldBytes += each.heldBytes;
    if (heldBytes > limits.maxHeldBytes) client.destroy();
  });
}

/** What it sends is read and thrown away for a moment: hanging up on unread bytes would take our line away again. */
function turnAway(socket: Socket, refusal: string): void {
  socket.on('error', () => {});
  socket.resume();
  socket.end(renderResponse(failed(RPC_CODE.internal, refusal), null));
  const timer = setTimeout(() => socket.destroy(), TURN_AWAY_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** Resolves with the port, which is 0 for a Unix socket. */
function listen(server: Server, endpoint: Endpoint): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, endpoint)));
    server.once('listening', () => {
      const address = server.address();
      // Errors after this point concern single connections (out of descriptors); the server stays.
      server.on('error', () => {});
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
    if (endpoint.kind === 'tcp') {
      server.listen({ host: endpoint.host, port: endpoint.port, backlog: 1024 });
      return;
    }
    // The socket file is made inside listen(), so that it is 0600 from its first moment on.
    const umask = process.umask(0o177);
    try {
      server.listen({ path: endpoint.path, backlog: 1024 });
    } finally {
      process.umask(umask);
    }
  });
}

function listenError(error: Error, endpoint: Endpoint): PearlError {
  const where = renderEndpoint(endpoint);
  switch (errnoOf(error)) {
    case 'EADDRINUSE':
      return new PearlError('PORT_IN_USE', `${where} is in use by another program.`, {
        hint: fix`Take any free one: ${pearlctl('config', 'set', 'gateway.port', '0')}. Or stop that program.`,
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
      return new PearlError('NO_PERMISSION', `This user may not listen on ${where}.`, {
        hint: 'Choose a port above 1023 or a socket in a folder of your own.',
        cause: error,
      });
    case 'ENOENT':
    case 'EADDRNOTAVAIL':
      return new PearlError('CONFIG_INVALID', `${where} does not exist on this machine.`, {
        hint: 'Check [gateway] host and socket.',
        cause: error,
      });
    default:
      return new PearlError('INTERNAL', `Cannot listen on ${where}: ${error.message}.`, { cause: error });
  }
}

async function close(server: Server, clients: Set<Connection>, waitMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const client of clients) client.finish();
  const timer = setTimeout(() => {
    for (const client of clients) client.destroy();
  }, waitMs);
  await closed;
  clearTimeout(timer);
}

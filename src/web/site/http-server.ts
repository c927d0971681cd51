// HTTP on loopback, for a browser and a scraper: GET only, and only for requests that name a loopback host, so that a web
// page which rebinds its DNS name to 127.0.0.1 learns nothing. What is answered is decided in `routes.ts`.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errnoOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';

export interface WebRequest {
  /** Without the query. */
  path: string;
  query: URLSearchParams;
}

export interface Reply {
  status: 200;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
}

/** An answer in words. */
export interface WebRefusal {
  status: 404 | 405 | 421 | 500 | 503;
  words: string;
}

export interface WebServer {
  /** `http://HOST:PORT` with the real port. */
  origin: string;
  close(): Promise<void>;
}

/** Every request is short and is answered at once; a client that takes longer is neither a browser nor a scraper. */
const REQUEST_TIMEOUT_MS = 5000;
/** A browser opens six to one host; more than five of them at once wait for their turn. */
const MAX_CONNECTIONS = 32;

/** What every answer carries unless it says otherwise: no other site may frame, embed or read it, and it loads and runs nothing. */
const GUARDS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Serves what `answer` gives at the moment of each request; null is "not found". Port 0 takes a free one. `onDefect` hears the
 * first thing that went wrong in an answer; a client that asks every second would make it say the same for ever.
 * Throws `PORT_IN_USE` or `NO_PERMISSION`.
 */
export async function startWebServer(
  address: { host: string; port: number },
  answer: (request: WebRequest) => Reply | WebRefusal | null,
  onDefect: (defect: unknown) => void = () => {},
): Promise<WebServer> {
  const server = createServer(responder(answer, onDefect));
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = REQUEST_TIMEOUT_MS;
  // A reader that does not take its answer is dropped, and what is kept for it is one answer at most.
  server.setTimeout(REQUEST_TIMEOUT_MS, (socket) => socket.destroy());
  try {
    server.listen(address);
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, address);
  }
  // A failed connection is the reader's trouble.
  server.on('error', () => undefined);
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return { origin: `http://${host}:${port}`, close: () => close(server) };
}

/** An error in an answer is told to its client: the supervisor's life does not hang on it. */
function responder(
  answer: (request: WebRequest) => Reply | WebRefusal | null,
  onDefect: (defect: unknown) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  let isTold = false;
  const answerOf = (request: IncomingMessage): Reply | WebRefusal => {
    try {
      return answer(requestOf(request)) ?? { status: 404, words: 'there is nothing here' };
    } catch (defect) {
      if (!isTold) onDefect(defect);
      isTold = true;
      return { status: 500, words: 'this cannot be answered: pearlctl status, pearlctl logs' };
    }
  };
  return (request, response) => respond(request, response, refusalOf(request) ?? answerOf(request));
}

function respond(request: IncomingMessage, response: ServerResponse, reply: Reply | WebRefusal): void {
  for (const [name, value] of Object.entries(GUARDS)) response.setHeader(name, value);
  if ('words' in reply) {
    const { status, words } = reply;
    if (status === 405) response.setHeader('Allow', 'GET, HEAD');
    if (status === 503) response.setHeader('Retry-After', '1');
    response.statusCode = status;
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    response.end(`${words}\n`);
    return;
  }
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

function refusalOf({ headers, method }: IncomingMessage): WebRefusal | null {
  if (!isLoopbackHost(headers.host)) return { status: 421, words: 'this host is not served here' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, words: 'only GET is answered' };
  return null;
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i.test(host);
}

function requestOf({ url = '' }: IncomingMessage): WebRequest {
  const [path = '', query = ''] = url.split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

function listenError(error: unknown, { host, port }: { host: string; port: number }): unknown {
  const errno = errnoOf(error);
  const hint = fix`Take any free one: ${pearlctl('config', 'set', 'gateway.metrics_port', '0')}`;
  if (errno === 'EADDRINUSE') {
    return new PearlError('PORT_IN_USE', `The metrics port ${host}:${port} is taken by another program.`, {
      hint: fix`${hint}. Or stop that program.`,
    });
  }
  if (errno === 'EACCES') {
    return new PearlError('NO_PERMISSION', `This user may not listen on ${host}:${port}.`, { hint });
  }
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

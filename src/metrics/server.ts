// `/metrics` over HTTP on loopback: GET only, and only for requests that name a loopback host, so that a web page which
// rebinds its DNS name to 127.0.0.1 learns nothing.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errnoOf, PearlError } from '../errors.ts';
import { METRICS_CONTENT_TYPE, type Metric, renderMetrics } from './exposition.ts';

export interface MetricsServer {
  /** `http://HOST:PORT/metrics` with the real port. */
  url: string;
  close(): Promise<void>;
}

/** A scrape is one short request; whoever takes longer is not a scraper. */
const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 32;

/**
 * Serves what `collect` gives at the moment of each request. Port 0 takes a free one.
 * Throws `PORT_IN_USE` or `NO_PERMISSION`.
 */
export async function startMetricsServer(
  address: { host: string; port: number },
  collect: () => readonly Metric[],
): Promise<MetricsServer> {
  const server = createServer((request, response) => answer(request, response, collect));
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, address);
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return { url: `http://${host}:${port}/metrics`, close: () => close(server) };
}

function answer(request: IncomingMessage, response: ServerResponse, collect: () => readonly Metric[]): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  const refusal = refusalOf(request);
  if (refusal !== null) {
    if (refusal.status === 405) response.setHeader('Allow', 'GET, HEAD');
    response.writeHead(refusal.status, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(refusal.words);
    return;
  }
  response.setHeader('Content-Type', METRICS_CONTENT_TYPE);
  response.setHeader('Cache-Control', 'no-store');
  response.end(request.method === 'HEAD' ? undefined : renderMetrics(collect()));
}

function refusalOf({ headers, method, url }: IncomingMessage): { status: number; words: string } | null {
  if (!isLoopbackHost(headers.host)) return { status: 421, words: 'this host is not served here\n' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, words: 'only GET is answered\n' };
  if (url?.split('?')[0] !== '/metrics') return { status: 404, words: 'only /metrics is here\n' };
  return null;
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i.test(host);
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      // A failed connection is the scraper's trouble.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function listenError(error: Error, host: string, port: number): Error {
  const errno = errnoOf(error);
  const hint = 'Set another [gateway] metrics_port, or 0 for a free one.';
  if (errno === 'EADDRINUSE') {
    return new PearlError('PORT_IN_USE', `the metrics port ${host}:${port} is taken by another program`, { hint });
  }
  if (errno === 'EACCES') {
    return new PearlError('NO_PERMISSION', `this user may not listen on ${host}:${port}`, { hint });
  }
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

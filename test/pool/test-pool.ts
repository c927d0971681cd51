// A pool for tests: real TCP or TLS, the object dialect, and hooks to misbehave in every way that pools do. It keeps what
// it was told, so that a test can compare the two sides' books.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { freePort } from '../fixtures/free-port.ts';
import type { Certificate } from './certificate.ts';

export interface TestJob {
  readonly jobId: string | number;
  /** 152 hex digits. */
  readonly header: string;
  /** 64 hex digits. */
  readonly target: string;
  readonly height?: number;
  readonly certVersion?: number | null;
}

/** A request of the client, parsed. */
export interface PoolRequest {
  readonly id: number;
  readonly method: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into whatever the client sent.
  readonly params: any;
}

export interface TestPoolOptions {
  readonly tls?: Certificate;
  /** Answers a login; the default lets every miner in and sends the newest job. */
  readonly onLogin?: (client: PoolClient, request: PoolRequest) => void;
  /** Answers a submit; the default accepts. */
  readonly onSubmit?: (client: PoolClient, request: PoolRequest) => void;
  readonly onConnect?: (client: PoolClient) => void;
  /** Sees every line before anything else does; true: the line is dealt with. */
  readonly onLine?: (client: PoolClient, line: string) => boolean;
}

/** One connection of a miner. */
export class PoolClient {
  readonly socket: Socket;
  loggedIn = false;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  raw(bytes: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  send(message: unknown): void {
    this.raw(`${JSON.stringify(message)}\n`);
  }

  notify(job: TestJob): void {
    const version = job.certVersion === undefined ? 3 : job.certVersion;
    this.send({
      id: null,
      method: 'mining.notify',
      params: {
        job_id: job.jobId,
        header: job.header,
        target: job.target,
        ...(job.height === undefined ? {} : { height: job.height }),
        ...(version === null ? {} : { cert_version: version }),
      },
    });
  }

  accept(id: unknown): void {
    this.send({ id, result: true, error: null });
  }

  refuse(id: unknown, code: number, msg: string): void {
    this.send({ id, result: null, error: { code, msg } });
  }
}

export class TestPool {
  readonly clients = new Set<PoolClient>();
  readonly logins: PoolRequest[] = [];
  readonly submits: PoolRequest[] = [];
  connections = 0;
  job: TestJob | null = null;
  options: TestPoolOptions;
  readonly #server: Server;

  readonly #host: string;

  private constructor(options: TestPoolOptions, host: string) {
    this.options = options;
    this.#host = host;
    const onSocket = (socket: Socket) => this.#meet(socket);
    this.#server = options.tls ? createTlsServer(options.tls, onSocket) : createServer(onSocket);
    // A handshake that the client breaks off is what some tests are about.
    this.#server.on('tlsClientError', () => {});
  }

  /** @param port else one to which it can come back. */
  static async start(options: TestPoolOptions = {}, host = '127.0.0.1', port?: number): Promise<TestPool> {
    const pool = new TestPool(options, host);
    await pool.listen(port ?? (await freePort()));
    return pool;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, this.#host, resolve);
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** The address that a miner is configured with. */
  url(query = ''): string {
    return `stratum+${this.options.tls ? 'ssl' : 'tcp'}://${this.#host}:${this.port}${query}`;
  }

  /** Sets the newest job and tells everyone who is logged in. */
  announce(job: TestJob): void {
    this.job = job;
    for (const client of this.clients) if (client.loggedIn) client.notify(job);
  }

  broadcast(text: string | Buffer): void {
    for (const client of this.clients) client.raw(text);
  }

  /** Drops every connection, as a crashed pool does. */
  hangUp(): void {
    for (const client of this.clients) client.socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.hangUp();
    await closed;
  }

  #meet(socket: Socket): void {
    const client = new PoolClient(socket);
    this.connections += 1;
    this.clients.add(client);
    socket.on('error', () => {});
    socket.on('close', () => this.clients.delete(client));
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) this.#take(client, line);
    });
    this.options.onConnect?.(client);
  }

  #take(client: PoolClient, line: string): void {
    if (this.options.onLine?.(client, line)) return;
    const request = JSON.parse(line) as PoolRequest;
    if (request.method === 'mining.authorize') {
      this.logins.push(request);
      if (this.options.onLogin) this.options.onLogin(client, request);
      else this.letIn(client, request);
    } else if (request.method === 'mining.submit') {
      this.submits.push(request);
      if (this.options.onSubmit) this.options.onSubmit(client, request);
      else client.accept(request.id);
    }
  }

  letIn(client: PoolClient, request: PoolRequest): void {
    client.loggedIn = true;
    client.accept(request.id);
    if (this.job !== null) client.notify(this.job);
  }
}

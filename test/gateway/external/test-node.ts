// A Pearl node for tests: HTTP JSON-RPC with basic authentication over a chain of headers, which grows when the stand-in
// gateway hands in a block or when a test says that another miner found one.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { Readiness } from '../../../src/gateway/external/node-rpc.ts';
import { freePort } from '../../fixtures/free-port.ts';

export const NODE_PASSWORD = 'correct horse battery staple';

interface Block {
  readonly hash: string;
  readonly height: number;
  readonly merkleroot: string;
  /** Unix seconds. */
  readonly time: number;
  readonly proofcommitment: string;
}

const ABSENT = { code: -5, message: 'Block not found' };
/** As the node answers `getblocktemplate` without peers, and while it syncs. */
const TEMPLATE_ERRORS = {
  ready: ABSENT,
  'no-peers': { code: -9, message: 'Pearl is not connected' },
  downloading: { code: -10, message: 'Pearl is downloading blocks...' },
} satisfies Record<Readiness, object>;

/** Of the proof that a test makes up for a header. */
export function commitmentOf(header: string, machine = ''): string {
  return createHash('sha256').update(`${header} ${machine}`).digest('hex');
}

const reversed = (hex: string) => Buffer.from(hex, 'hex').reverse().toString('hex');

interface TlsFiles {
  readonly key: string;
  readonly cert: string;
}

const TLS_HANDSHAKE = 0x16;
/** As the node's HTTP server, which is Go's, answers plain HTTP on its TLS port. */
const GO_REFUSAL = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

/** A port that hands TLS on, and answers anything else as Go does. */
function beforeTls(https: Server): TcpServer {
  return createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (first: Buffer) => {
      if (first[0] !== TLS_HANDSHAKE) {
        socket.end(GO_REFUSAL);
        return;
      }
      socket.pause();
      socket.unshift(first);
      https.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
}

export class TestNode {
  readonly blocks: Block[] = [
    { hash: '11'.repeat(32), height: 0, merkleroot: '22'.repeat(32), time: 0, proofcommitment: '00'.repeat(32) },
  ];
  chain = 'regtest';
  /** Whether it gives templates, as the real node decides it: by its peers, and whether its chain is current. */
  readiness: Readiness = 'ready';
  peers = 8;
  /** Of its templates: easy. */
  nbits = 0x1e010000;
  /** Which certificate the next block needs. */
  certVersion = 3;
  /** Rule changes that it lists, by name. */
  softForks: Record<string, { height: number; active: boolean }> = {};
  /** Of the last eleven blocks, in Unix seconds. */
  medianTime = Math.floor(Date.now() / 1000);
  password = NODE_PASSWORD;
  /** Blocks of the stand-in are refused in silence, as the real gateway's are. */
  refuseBlocks = false;
  onBlock: () => void = () => {};
  #http: Server = createServer();
  #server: TcpServer = this.#http;
  /** How many of the blocks a gateway handed in. */
  handed = 0;
  #work = 0;

  readonly #tls: TlsFiles | null;
  readonly #port: number;

  private constructor(tls: TlsFiles | null, port: number) {
    this.#tls = tls;
    this.#port = port;
  }

  /**
   * @param tls key and certificate in PEM, for a node that speaks TLS as the official installer leaves it
   * @param port else one to which it can come back
   */
  static async start(tls: TlsFiles | null = null, port?: number): Promise<TestNode> {
    const node = new TestNode(tls, port ?? (await freePort()));
    await node.resume();
    return node;
  }

  get url(): string {
    return `${this.#tls === null ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  get tip(): Block {
    return this.blocks.at(-1) as Block;
  }

  /** Listens again, on the port that it had. */
  async resume(): Promise<void> {
    const serve = (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response);
    const http = this.#tls === null ? createServer(serve) : createTlsServer(this.#tls, serve);
    http.on('tlsClientError', () => {});
    this.#http = http;
    this.#server = this.#tls === null ? http : beforeTls(http);
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#http.closeAllConnections();
    await closed;
  }

  /** The 76 bytes to mine on, in hex, on the present tip. */
  template(): string {
    const merkle = createHash('sha256').update(`${this.tip.hash} ${this.#work}`).digest('hex');
    return `00000020${reversed(this.tip.hash)}${merkle}00000060${reversed(this.nbits.toString(16).padStart(8, '0'))}`;
  }

  /** Appends the block of a header if it still fits, as a node does. */
  take(header: string, proofcommitment = commitmentOf(header)): boolean {
    const [prev, merkle] = [header.slice(8, 72), header.slice(72, 136)];
    if (this.refuseBlocks || reversed(prev) !== this.tip.hash) return false;
    const hash = createHash('sha256').update(header).update(proofcommitment).digest('hex');
    const time = Buffer.from(header, 'hex').readUInt32LE(68);
    this.blocks.push({ hash, height: this.tip.height + 1, merkleroot: reversed(merkle), time, proofcommitment });
    this.onBlock();
    return true;
  }

  /** Another miner finds a block. */
  lose(): void {
    this.#work += 1;
    this.take(this.template());
  }

  #hand(header: string, proofcommitment: string): boolean {
    const isTaken = this.take(header, proofcommitment);
    if (isTaken) this.handed += 1;
    return isTaken;
  }

  #answer(method: string, params: unknown[]): unknown {
    switch (method) {
      case 'getblockchaininfo':
        return {
          chain: this.chain,
          blocks: this.tip.height,
          // The real node sets the two equal always, synced or not.
          headers: this.tip.height,
          mediantime: this.medianTime,
          bestblockhash: this.tip.hash,
          softforks: this.softForks,
        };
      case 'getblocktemplate':
        return this.readiness === 'ready'
          ? { header: this.template(), requiredcertversion: this.certVersion }
          : undefined;
      case 'getpeerinfo':
        return Array.from({ length: this.peers }, (_, id) => ({ id }));
      case 'getblockhash':
        return this.blocks[params[0] as number]?.hash;
      case 'getblock':
        return this.blocks.find(({ hash }) => hash === params[0]);
      case 'standinblock':
        return this.#hand(params[0] as string, params[1] as string);
      default:
        return undefined;
    }
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const expected = `Basic ${Buffer.from(`rpcuser:${this.password}`).toString('base64')}`;
      if (request.headers.authorization !== expected) {
        response.writeHead(401).end('no');
        return;
      }
      const { id, method, params } = JSON.parse(Buffer.concat(parts).toString());
      const result = this.#answer(method, params);
      const missing = method === 'getblocktemplate' ? TEMPLATE_ERRORS[this.readiness] : ABSENT;
      response.end(JSON.stringify({ result: result ?? null, error: result === undefined ? missing : null, id }));
    });
  }
}

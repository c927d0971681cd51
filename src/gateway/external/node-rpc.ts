// Asking the Pearl node itself, over JSON-RPC on HTTP with basic authentication: whether it lives, how far it is, and what
// became of a block. Answers are bounded, validated, and failures are values in words.
import * as v from 'valibot';
import { DialError } from '../../base/dial.ts';
import { errnoOf, messageOf } from '../../base/errors.ts';
import type { NodeAccess } from '../../config/pearld.ts';
import { dialFailure } from '../pool/connection/dial-failure.ts';
import { postToNode } from './node-post.ts';

/** The node speaks TLS and we do not, or the other way round; its certificate is not known, or is of another name; else. */
type TlsTrouble = 'tls-wanted' | 'tls-absent' | 'tls-unknown' | 'tls-name' | 'tls';

/** `absent`: the node answered that there is no such thing. `no-peers` and `downloading`: it gives no template yet. */
export interface NodeFailure {
  readonly ok: false;
  readonly kind: 'unreachable' | 'unauthorized' | TlsTrouble | 'absent' | 'no-peers' | 'downloading' | 'nonsense';
  readonly reason: string;
}
export type NodeAnswer<T> = { readonly ok: true; readonly value: T } | NodeFailure;

const height = v.pipe(v.number(), v.integer(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/i), v.toLowerCase());

const chainInfo = v.object({
  chain: v.optional(v.string(), ''),
  blocks: height,
  bestblockhash: v.optional(hash),
  /** Unix seconds: the median of the last eleven blocks' times. */
  mediantime: v.optional(height),
  /** By their names, in one of the two forms that nodes have of it. */
  softforks: v.optional(v.unknown()),
});
const template = v.object({ requiredcertversion: v.optional(height) });
const block = v.object({ hash, height, merkleroot: hash, time: height, proofcommitment: v.optional(hash) });

export type ChainInfo = v.InferOutput<typeof chainInfo>;
export type NodeBlock = v.InferOutput<typeof block>;

/** `no-peers` and `downloading`: why `getblocktemplate` gives nothing (errors -9 and -10). */
export type Readiness = 'ready' | 'no-peers' | 'downloading';

/** What the node said of itself in one look. */
export interface NodeState extends ChainInfo {
  readonly readiness: Readiness;
  /** The certificate version that the next block needs; null where it did not tell. */
  readonly certVersion: number | null;
  /** Null where it did not tell. */
  readonly peers: number | null;
}

function failure(kind: NodeFailure['kind'], reason: string): NodeFailure {
  return { ok: false, kind, reason };
}

export class NodeRpc {
  readonly #access: NodeAccess;
  readonly #timeoutMs: number;

  constructor(access: NodeAccess, timeoutMs = 5000) {
    this.#access = access;
    this.#timeoutMs = timeoutMs;
  }

  /** Where it asks, without secrets. */
  get url(): string {
    return this.#access.rpcUrl;
  }

  chainInfo(): Promise<NodeAnswer<ChainInfo>> {
    return this.#ask('getblockchaininfo', [], chainInfo);
  }

  /** How far the node is, whether it gives templates, and how many others it is connected to. */
  async state(): Promise<NodeAnswer<NodeState>> {
    const chain = await this.chainInfo();
    if (!chain.ok) return chain;
    const [offered, peers] = await Promise.all([this.#template(), this.#ask('getpeerinfo', [], v.array(v.unknown()))]);
    const refused = !offered.ok && (offered.kind === 'no-peers' || offered.kind === 'downloading');
    const value: NodeState = {
      ...chain.value,
      readiness: refused ? offered.kind : 'ready',
      certVersion: offered.ok ? (offered.value.requiredcertversion ?? null) : null,
      peers: peers.ok ? peers.value.length : null,
    };
    return { ok: true, value };
  }

  /** A template is asked for as the gateway does every second: the node has one at hand. */
  #template(): Promise<NodeAnswer<v.InferOutput<typeof template>>> {
    return this.#ask('getblocktemplate', [{ mode: 'template', capabilities: ['coinbasevalue'] }], template);
  }

  blockHash(atHeight: number): Promise<NodeAnswer<string>> {
    return this.#ask('getblockhash', [atHeight], hash);
  }

  /** @param blockHash in RPC order, 64 hex digits. */
  block(blockHash: string): Promise<NodeAnswer<NodeBlock>> {
    return this.#ask('getblock', [blockHash, 1], block);
  }

  async #ask<T>(method: string, params: unknown[], schema: v.GenericSchema<unknown, T>): Promise<NodeAnswer<T>> {
    try {
      const { rpcUrl: url, rpcUser, rpcPassword, certificate } = this.#access;
      const authorization = `Basic ${Buffer.from(`${rpcUser}:${rpcPassword}`).toString('base64')}`;
      const body = JSON.stringify({ jsonrpc: '1.0', id: 1, method, params });
      const timeoutMs = this.#timeoutMs;
      const post = { url, authorization, body, timeoutMs, certificate: certificate?.pem ?? null };
      const { status, text } = await postToNode(post);
      if (status === 401 || status === 403) return failure('unauthorized', 'the node refuses the RPC user or password');
      if (status === 400 && HTTP_TO_TLS.test(text)) {
        return failure('tls-wanted', 'the node speaks TLS, and [pearld] rpc_url says http://');
      }
      return readAnswer(text, status, schema);
    } catch (error) {
      return transportFailure(error);
    }
  }
}

/** What the node's HTTP server (Go's) answers to plain HTTP on its TLS port. */
const HTTP_TO_TLS = /HTTP request to an HTTPS server/i;

function readAnswer<T>(text: string, status: number, schema: v.GenericSchema<unknown, T>): NodeAnswer<T> {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return failure('nonsense', `what answers there speaks no JSON-RPC (HTTP ${status})`);
  }
  const shape = v.object({ result: v.optional(v.unknown()), error: v.optional(v.unknown()) });
  const envelope = v.safeParse(shape, answer);
  if (!envelope.success) return failure('nonsense', 'what answers there speaks no JSON-RPC');
  const { result, error } = envelope.output;
  if (error !== null && error !== undefined) return refusal(error);
  const value = v.safeParse(schema, result);
  return value.success ? { ok: true, value: value.output } : failure('nonsense', 'the node answers in an unknown form');
}

/** By the codes of the node, which are btcd's (reference behaviour, point 19). */
function refusal(error: unknown): NodeFailure {
  const coded = v.safeParse(v.object({ code: v.number() }), error);
  switch (coded.success ? coded.output.code : null) {
    case -9:
      return failure('no-peers', 'the node is not connected to any other');
    case -10:
      return failure('downloading', 'the node is syncing');
    default:
      return failure('absent', 'the node has no such block');
  }
}

function transportFailure(error: unknown): NodeFailure {
  if (error instanceof RangeError) return failure('nonsense', 'the answer is longer than any block');
  if (error instanceof DialError) {
    const isRefused = error.attempts.length > 0 && error.attempts.every(({ code }) => code === 'ECONNREFUSED');
    const where = error.attempts.map(({ address }) => address).join(', ');
    return failure(
      'unreachable',
      isRefused
        ? `the node refuses connections (${where})`
        : `the node cannot be reached: ${dialFailure(error).reason}`,
    );
  }
  if (error instanceof Error && error.name === 'AbortError') return failure('unreachable', 'the node does not answer');
  const code = errnoOf(error);
  const tls = tlsFailure(code ?? '', messageOf(error));
  if (tls !== null) return tls;
  return failure('unreachable', `the node cannot be reached (${code ?? 'connection failed'})`);
}

/** By the codes and reasons of OpenSSL and of Node's comparison of names. */
function tlsFailure(code: string, message: string): NodeFailure | null {
  // OpenSSL's reason for an answer that is no record of TLS; Node's code for it is EPROTO.
  if (/\b(?:wrong version number|packet length too long|http request)\b/i.test(message)) {
    return failure('tls-absent', 'the node speaks no TLS, and [pearld] rpc_url says https://');
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return failure('tls-name', "the node's certificate does not name the host of [pearld] rpc_url");
  }
  if (/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_UNTRUSTED/.test(code)) {
    return failure(
      'tls-unknown',
      "the node's certificate is not the one of [pearld] rpc_cert, nor of a known authority",
    );
  }
  const isTls = code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.includes('CERT');
  return isTls ? failure('tls', `TLS with the node fails (${code})`) : null;
}

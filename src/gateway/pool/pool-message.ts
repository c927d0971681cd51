// One line from a pool, turned into one typed message. Tolerant of every form seen in the field, strict about what counts:
// nothing else in this folder looks at a pool's JSON.
import { parseJson } from '../../protocol/jsonrpc/lossless-json.ts';
import { type Answer, parseAnswer } from './answer.ts';
import type { JobId } from './login.ts';
import { asCounter, asFields, asHex, asId, asNumberText } from './pool-fields.ts';

/** A job as the pool sent it, its forms checked and its values not yet judged. */
export interface JobNotice {
  readonly id: JobId;
  /** 76 bytes. */
  readonly header: Buffer;
  /** Null where the notice carries none: then the last `mining.set_target` holds. */
  readonly target: bigint | null;
  readonly height: number | null;
  /** Null where the pool does not say. */
  readonly certVersion: number | null;
}

export type PoolMessage =
  | { readonly kind: 'notify'; readonly notice: JobNotice }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'ping'; readonly id: JobId | null }
  | { readonly kind: 'set-target'; readonly target: bigint }
  /** Informational: scales differ from pool to pool, the job's target rules. */
  | { readonly kind: 'set-difficulty'; readonly difficulty: number }
  | { readonly kind: 'reconnect' }
  /** The challenge dialect, which we do not speak. */
  | { readonly kind: 'challenge'; readonly method: string }
  | { readonly kind: 'unknown-method'; readonly id: JobId | null; readonly method: string }
  | { readonly kind: 'nonsense'; readonly reason: string };

const HEADER_HEX = 152;
const TARGET_HEX = 64;

function nonsense(reason: string): PoolMessage {
  return { kind: 'nonsense', reason };
}

function asTarget(value: unknown): bigint | null {
  const hex = asHex(value, TARGET_HEX);
  return hex === null ? null : BigInt(`0x${hex}`);
}

function parseNotify(params: unknown): PoolMessage {
  // The positional form belongs to the challenge dialect, whose jobs dictate the shape.
  if (Array.isArray(params)) return { kind: 'challenge', method: 'mining.notify with a list' };
  const fields = asFields(params);
  if (fields === null) return nonsense('a job without params');
  const id = asId(fields.job_id);
  if (id === null) return nonsense('a job without a usable job_id');
  const header = asHex(fields.header, HEADER_HEX);
  if (header === null) return nonsense('a job whose header is not 152 hex digits');
  const target = asTarget(fields.target);
  if (target === null && fields.target !== undefined && fields.target !== null) {
    return nonsense('a job whose target is not 64 hex digits');
  }
  const version = fields.cert_version ?? null;
  const certVersion = version === null ? null : asCounter(version);
  if (version !== null && certVersion === null) return nonsense('a job whose cert_version is not a number');
  return {
    kind: 'notify',
    notice: { id, header: Buffer.from(header, 'hex'), target, height: asCounter(fields.height), certVersion },
  };
}

/** `58`, `[58]` and `{"difficulty": 58}` are all in use. */
function parseDifficulty(params: unknown): PoolMessage {
  const value = Array.isArray(params) ? params[0] : (asFields(params)?.difficulty ?? params);
  const difficulty = Number(asNumberText(value) ?? Number.NaN);
  return Number.isFinite(difficulty)
    ? { kind: 'set-difficulty', difficulty }
    : nonsense('a mining.set_difficulty without a number');
}

/** `"hex"`, `["hex"]` and `{"target": "hex"}`, by analogy with the difficulty's forms. */
function parseSetTarget(params: unknown): PoolMessage {
  const target = asTarget(Array.isArray(params) ? params[0] : (asFields(params)?.target ?? params));
  return target === null ? nonsense('a mining.set_target without 64 hex digits') : { kind: 'set-target', target };
}

function parseRequest(method: string, message: Readonly<Record<string, unknown>>): PoolMessage {
  switch (method) {
    case 'mining.notify':
      return parseNotify(message.params);
    case 'mining.ping':
      return { kind: 'ping', id: asId(message.id) };
    case 'mining.set_target':
      return parseSetTarget(message.params);
    case 'mining.set_difficulty':
      return parseDifficulty(message.params);
    case 'client.reconnect':
      return { kind: 'reconnect' };
    case 'pearl.challenge':
    case 'pearl.set_mining_params':
      return { kind: 'challenge', method };
    default:
      return { kind: 'unknown-method', id: asId(message.id), method: method.slice(0, 64) };
  }
}

/** Never throws: what cannot be read is `nonsense`, with the reason in words. */
export function parsePoolLine(line: string): PoolMessage {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    return nonsense('a line that is not JSON');
  }
  const message = asFields(value);
  if (message === null) return nonsense('a line that is not a JSON object');
  if (typeof message.method === 'string') return parseRequest(message.method, message);
  const answer = parseAnswer(message);
  return answer === null ? nonsense('a message with neither a method nor an answer') : { kind: 'answer', answer };
}

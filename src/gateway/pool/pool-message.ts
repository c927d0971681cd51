// One line from a pool, turned into one typed message. Tolerant of every form seen in the field, strict about what counts:
// nothing else in this folder looks at a pool's JSON.
import { parseJson } from '../../protocol/jsonrpc/lossless-json.ts';
import type { JobId } from './login/login.ts';
import { asCounter, asFields, asHex, asHexUpTo, asId, asNumberText } from './pool-fields.ts';
import { type Answer, parseAnswer, parseUnasked } from './verdicts/answer.ts';
import { classOfText, type Refusal, refusalOf } from './verdicts/refusal.ts';

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
  /** A job that cannot be mined, and why in words. */
  | { readonly kind: 'unusable-job'; readonly reason: string }
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** A reason without a question: an error under no id, or a line of plain text. */
  | { readonly kind: 'told'; readonly refusal: Refusal }
  /** What answers here is no pool at all, with the reason in words. */
  | { readonly kind: 'foreign'; readonly reason: string }
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
/** A header with the nonce that other coins have (80 bytes), seen at one pool. */
const HEADER_HEX_WITH_NONCE = 160;

function nonsense(reason: string): PoolMessage {
  return { kind: 'nonsense', reason };
}

function unusable(reason: string): PoolMessage {
  return { kind: 'unusable-job', reason: `the pool's job ${reason}` };
}

/** Up to 64 digits: some pools leave leading zeros out. */
function asTarget(value: unknown): bigint | null {
  const hex = asHexUpTo(value, TARGET_HEX);
  return hex === null ? null : BigInt(`0x${hex}`);
}

function parseNotify(params: unknown): PoolMessage {
  // The positional form belongs to the challenge dialect, whose jobs dictate the shape.
  if (Array.isArray(params)) return { kind: 'challenge', method: 'mining.notify with a list' };
  const fields = asFields(params);
  if (fields === null) return unusable('has no params');
  const id = asId(fields.job_id);
  if (id === null) return unusable('has no job_id that could be sent back');
  const header = asHex(fields.header, HEADER_HEX);
  if (header === null) return unusable(headerFault(fields.header));
  const target = asTarget(fields.target);
  if (target === null && fields.target !== undefined && fields.target !== null) {
    return unusable('has a target that is not a number of up to 64 hex digits');
  }
  const version = fields.cert_version ?? null;
  const certVersion = version === null ? null : asCounter(version);
  if (version !== null && certVersion === null) return unusable('has a cert_version that is not a number');
  return {
    kind: 'notify',
    notice: { id, header: Buffer.from(header, 'hex'), target, height: asCounter(fields.height), certVersion },
  };
}

function headerFault(header: unknown): string {
  if (typeof header !== 'string' || header === '') return 'has no header';
  const digits = header.replace(/^0x/i, '').length;
  if (asHex(header, HEADER_HEX_WITH_NONCE) !== null) {
    return `has a header of ${HEADER_HEX_WITH_NONCE} hex digits, as other coins have; Pearl's has ${HEADER_HEX}`;
  }
  return digits === HEADER_HEX
    ? 'has a header that is not hexadecimal'
    : `has a header of ${digits} digits, and Pearl's has ${HEADER_HEX}`;
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
  return target === null ? nonsense('a mining.set_target without up to 64 hex digits') : { kind: 'set-target', target };
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
    case 'job':
      return unusable(
        'comes as the method "job", which is the dialect of other coins; use the port for mining.authorize',
      );
    case 'client.reconnect':
      return { kind: 'reconnect' };
    case 'pearl.challenge':
    case 'pearl.set_mining_params':
      return { kind: 'challenge', method };
    default:
      return { kind: 'unknown-method', id: asId(message.id), method: method.slice(0, 64) };
  }
}

/** Some pools say why they hang up in a line of plain text. */
function plainText(line: string): PoolMessage {
  if (/^HTTP\/\d/.test(line)) return { kind: 'foreign', reason: 'a web server answers at this port, and no pool' };
  return classOfText(line) === 'banned'
    ? { kind: 'told', refusal: refusalOf(line, null, 'submit') }
    : nonsense('a line that is not JSON');
}

/** Never throws: what cannot be read is `nonsense`, with the reason in words. */
export function parsePoolLine(line: string): PoolMessage {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    return plainText(line);
  }
  const message = asFields(value);
  if (message === null) return nonsense('a line that is not a JSON object');
  if (typeof message.method === 'string') return parseRequest(message.method, message);
  const told = parseUnasked(message);
  if (told !== null) return { kind: 'told', refusal: told };
  const answer = parseAnswer(message);
  return answer === null ? nonsense('a message with neither a method nor an answer') : { kind: 'answer', answer };
}

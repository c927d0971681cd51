// JSON-RPC 2.0 messages as the Pearl gateways speak them (protocol section 9): what a line is, and what it must not be.
// Pure; every byte from a peer passes through here before anything else looks at it.
import { orNull } from '../../base/errors.ts';
import {
  ExactNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  stringifyJson,
} from './lossless-json.ts';

/** The wire's error codes. `paused`: no job yet, wait and ask again. */
export const RPC_CODE = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32000,
  paused: -32001,
} as const;

export interface RpcFailure {
  readonly code: number;
  readonly message: string;
  /** What exactly was wrong, in words; informative. */
  readonly data?: string;
}

/** Why there is no job, in words, from the message that goes with `RPC_CODE.paused`. */
export function pausedWords(message: string): string {
  return message.replace(/^mining_paused(?:: |$)/, '').slice(0, 200) || 'the gateway has no job';
}

export type RpcOutcome =
  | { readonly ok: true; readonly result: JsonValue }
  | { readonly ok: false; readonly failure: RpcFailure };

export interface RpcRequest {
  readonly method: string;
  readonly params: JsonObject;
  /** Echoed exactly as it came: numbers beyond 2^53, `1.5`, null. */
  readonly id: JsonValue;
}

/** A request, or the failure to answer with and the id to answer to. */
export type ParsedRequest =
  | { readonly ok: true; readonly request: RpcRequest }
  | { readonly ok: false; readonly failure: RpcFailure; readonly id: JsonValue };

export function failed(code: number, message: string, data?: string): { ok: false; failure: RpcFailure } {
  return { ok: false, failure: data === undefined ? { code, message } : { code, message, data } };
}

/** Invalid params, with what is wrong about them. */
export function invalidParams(data: string): { ok: false; failure: RpcFailure } {
  return failed(RPC_CODE.invalidParams, 'Invalid params', data);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const REQUEST_KEYS = new Set(['jsonrpc', 'method', 'id', 'params']);

/** Reads one request line. White space around it, a carriage return included, is tolerated. */
export function parseRequest(line: Buffer): ParsedRequest {
  let value: JsonValue;
  try {
    value = parseJson(utf8.decode(line));
  } catch (error) {
    if (error instanceof SyntaxError) return { ...failed(RPC_CODE.parse, 'Parse error', error.message), id: null };
    return { ...failed(RPC_CODE.internal, 'The line is not UTF-8'), id: null };
  }
  const fault = requestFault(value);
  if (fault !== null) {
    const id = isJsonObject(value) ? (value.id ?? null) : null;
    return { ...failed(RPC_CODE.invalidRequest, 'Invalid Request', fault), id };
  }
  const { method, params, id } = value as { method: string; params?: JsonObject; id: JsonValue };
  return { ok: true, request: { method, params: params ?? {}, id } };
}

/** Why this is no request, or null when it is one. */
function requestFault(value: JsonValue): string | null {
  if (!isJsonObject(value)) return 'the request must be an object';
  for (const key of ['jsonrpc', 'method', 'id']) {
    if (!(key in value)) return `"${key}" is missing`;
  }
  for (const key of Object.keys(value)) {
    if (!REQUEST_KEYS.has(key)) return `"${key.slice(0, 100)}" is not part of a request`;
  }
  if (value.jsonrpc !== '2.0') return '"jsonrpc" must be "2.0"';
  if (typeof value.method !== 'string') return '"method" must be a string';
  const { id, params } = value;
  if (id !== null && typeof id !== 'string' && !(id instanceof ExactNumber)) {
    return '"id" must be a string, a number or null';
  }
  return params !== undefined && !isJsonObject(params) ? '"params" must be an object' : null;
}

/** One response line, newline included. */
export function renderResponse(outcome: RpcOutcome, id: JsonValue): string {
  const body: JsonObject = { jsonrpc: '2.0' };
  if (outcome.ok) {
    body.result = outcome.result;
  } else {
    const { code, message, data } = outcome.failure;
    body.error = data === undefined ? { code, message } : { code, message, data };
  }
  body.id = id;
  return `${stringifyJson(body)}\n`;
}

/** One request line, newline included. */
export function renderRequest(method: string, params: JsonObject, id: number): string {
  return `${stringifyJson({ jsonrpc: '2.0', method, params, id })}\n`;
}

export interface RpcResponse {
  /** The id of the request, or null when the peer could not tell which. */
  readonly id: number | null;
  readonly outcome: RpcOutcome;
}

/** Reads one response line to a client of ours, whose ids are small integers; null when it is none. */
export function parseResponse(line: Buffer): RpcResponse | null {
  const value = orNull(() => parseJson(utf8.decode(line)));
  if (!isJsonObject(value) || value.jsonrpc !== '2.0') return null;
  const { id: rawId = null, result, error } = value;
  if (rawId !== null && !(rawId instanceof ExactNumber && /^\d{1,15}$/.test(rawId.text))) return null;
  const id = rawId === null ? null : Number(rawId.text);
  if (isJsonObject(error)) {
    const { code, message, data } = error;
    if (!(code instanceof ExactNumber) || typeof message !== 'string') return null;
    return { id, outcome: failed(Number(code.text), message, typeof data === 'string' ? data : undefined) };
  }
  return result === undefined || id === null ? null : { id, outcome: { ok: true, result } };
}

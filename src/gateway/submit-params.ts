// The parameters of the gateway's two methods, read from the wire into values, and a job written onto it. Pure; what is
// accepted and with which code the rest is refused was compared with recordings of the reference gateway.
import { exactInteger, MAX_U256, smallInteger } from '../protocol/jsonrpc/exact-integer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/jsonrpc/lossless-json.ts';
import { failed, invalidParams, RPC_CODE, type RpcFailure } from '../protocol/jsonrpc/rpc-message.ts';
import { NEWEST_CERT_VERSION } from '../protocol/work.ts';
import { type LedgerEntry, parseEntry } from '../state/ledger/entry.ts';
import type { Job } from './upstream.ts';

export interface Submission {
  /** The base64 text as it came, and what it decodes to. */
  readonly proofText: string;
  readonly proof: Buffer;
  /** Of the job it was mined for; any bytes. What no job of ours has is dropped later, as the reference gateway does. */
  readonly header: Buffer;
  readonly target: bigint;
}

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: RpcFailure };

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The three fields that a miner gets and has to send back unchanged. */
export function renderJob(job: Job): JsonObject {
  return {
    incomplete_header_bytes: job.header.toString('base64'),
    target: job.target,
    cert_version: job.certVersion,
  };
}

export interface Drop {
  /** As the ledger is to have it. */
  readonly entry: LedgerEntry;
  /** The miner had it before it was restarted, or the gateway was: there may be a verdict of it. */
  readonly mayBeKnown: boolean;
}

/** `noteDroppedProof`, which only our own miner knows: a line of the ledger. */
export function readDrop({ entry: line, may_be_known: mayBeKnown }: JsonObject): Read<Drop> {
  const entry = typeof line === 'string' ? parseEntry(Buffer.from(line)) : null;
  if (entry?.result !== 'dropped' || typeof mayBeKnown !== 'boolean')
    return invalidParams('"entry" is no dropped proof');
  // Of what was handed in here there is a note: no block has to be looked for.
  const { awaited: _, ...dropped } = entry;
  return { ok: true, value: { entry: dropped, mayBeKnown } };
}

/** `getMiningInfo` takes an empty object. */
export function readNothing(params: JsonObject): Read<null> {
  const [extra] = Object.keys(params);
  return extra === undefined ? { ok: true, value: null } : invalidParams(`unknown member "${extra.slice(0, 100)}"`);
}

/** `submitPlainProof`: first the schema (`-32602`), then what its fields decode to (`-32000`). */
export function readSubmission(params: JsonObject): Read<Submission> {
  const fault = schemaFault(params);
  if (fault !== null) return invalidParams(fault);
  const { plain_proof: proofText, mining_job: job } = params as { plain_proof: string; mining_job: JsonObject };
  const proof = decodeBase64(proofText);
  if (proof === null) return failed(RPC_CODE.internal, 'plain_proof is not valid base64');
  if (smallInteger(job.cert_version, 1, NEWEST_CERT_VERSION) === null) {
    return failed(RPC_CODE.internal, 'cert_version is not a certificate version');
  }
  const header = decodeBase64(job.incomplete_header_bytes as string);
  if (header === null) return failed(RPC_CODE.internal, 'incomplete_header_bytes is not valid base64');
  return { ok: true, value: { proofText, proof, header, target: exactInteger(job.target) ?? 0n } };
}

function schemaFault(params: JsonObject): string | null {
  const { plain_proof: proof, mining_job: job, ...others } = params;
  if (proof === undefined) return '"plain_proof" is missing';
  if (job === undefined) return '"mining_job" is missing';
  const [extra] = Object.keys(others);
  if (extra !== undefined) return `unknown member "${extra.slice(0, 100)}"`;
  return base64Fault('plain_proof', proof) ?? jobFault(job);
}

/** Members that we do not know are let through in a job: it comes back as a gateway, perhaps a newer one, gave it. */
function jobFault(job: JsonValue): string | null {
  if (!isJsonObject(job)) return '"mining_job" must be an object';
  for (const key of ['incomplete_header_bytes', 'target', 'cert_version']) {
    if (!(key in job)) return `"mining_job.${key}" is missing`;
  }
  const target = exactInteger(job.target);
  if (target === null || target < 0n || target > MAX_U256)
    return '"mining_job.target" must be an integer from 0 to 2^256-1';
  const version = exactInteger(job.cert_version);
  if (version === null || version < 1n) return '"mining_job.cert_version" must be an integer of at least 1';
  return base64Fault('mining_job.incomplete_header_bytes', job.incomplete_header_bytes);
}

function base64Fault(name: string, value: JsonValue | undefined): string | null {
  if (typeof value !== 'string') return `"${name}" must be a string`;
  return BASE64.test(value) ? null : `"${name}" must be base64`;
}

/** Strict base64: padding required, unused bits zero (protocol section 8); null for anything else. */
function decodeBase64(text: string): Buffer | null {
  if (text.length % 4 !== 0) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

// A job as the miner sees it: what `getMiningInfo` answered, checked once, and kept as it came for the way back. Pure.
import { decodeHeader, HEADER_BYTES } from '../protocol/header.ts';
import { exactInteger, MAX_U256, smallInteger } from '../protocol/jsonrpc/exact-integer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../protocol/jsonrpc/lossless-json.ts';
import type { Work } from '../protocol/work.ts';

/** The certificate version is 1 where a gateway older than any known one leaves it out. */
export interface MinerJob extends Work {
  readonly certVersionMissing: boolean;
  /** The job exactly as the gateway wrote it, for `submitPlainProof`. */
  readonly wire: JsonObject;
  /** Monotonic milliseconds of arrival. */
  readonly receivedAt: number;
}

/** Reads the result of `getMiningInfo`; null when it is no job. */
export function readJob(result: JsonValue, receivedAt: number): MinerJob | null {
  if (!isJsonObject(result)) return null;
  const { incomplete_header_bytes: headerText, cert_version: version } = result;
  const header = typeof headerText === 'string' ? Buffer.from(headerText, 'base64') : null;
  const target = exactInteger(result.target);
  const certVersion = version === undefined ? 1 : smallInteger(version, 0, 0xffff_ffff);
  if (header?.length !== HEADER_BYTES || certVersion === null) return null;
  if (target === null || target < 0n || target > MAX_U256) return null;
  return { header, target, certVersion, certVersionMissing: version === undefined, wire: result, receivedAt };
}

/** Why this job cannot be mined, in words, before the native miner looks at it; null when it may be. */
export function unusableReason({ certVersion, target }: MinerJob): string | null {
  if (certVersion < 1) return `the job has certificate version ${certVersion}, which does not exist`;
  return target === 0n ? 'the job has a target of 0, which nothing can meet' : null;
}

/** True when both build on the same block: a proof for one may still count while the other is current. */
export function sameParent(a: MinerJob, b: MinerJob): boolean {
  return decodeHeader(a.header).prevBlock.equals(decodeHeader(b.header).prevBlock);
}

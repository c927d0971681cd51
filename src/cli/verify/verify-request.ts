// Reads a question about a proof, from the flags of `pearlctl verify` or from a line of `--batch`, into one checked value.
// Whether the proof itself is well made is for the native core to say, not for this.
import { orNull } from '../../base/errors.ts';
import { type Fields, object, parseJson } from '../../base/json-fields.ts';

/** Longest proof text read, in bytes: forty times what pools see (protocol section 9: 100 to 400 KB). */
export const PROOF_LIMIT_BYTES = 16 << 20;
/** Longest line of a batch: a proof and its surroundings. */
export const LINE_LIMIT_BYTES = PROOF_LIMIT_BYTES + (64 << 10);

/** An incomplete header is 76 bytes (protocol section 2). */
const HEADER_HEX = /^[0-9a-f]{152}$/i;
const TARGET_HEX = /^[0-9a-f]{64}$/i;
const NBITS_HEX = /^[0-9a-f]{8}$/i;

/** What a proof is held against. */
export interface Terms {
  readonly header: Buffer;
  /** Any integer: one that is not 1, 2 or 3 is refused by the judge, with the reason `cert_version`. */
  readonly certVersion: number;
  readonly rankPenalty: boolean;
  /** The target itself, or the compact form of it that the header carries. */
  readonly target: { readonly exact: bigint } | { readonly nbits: number };
}

export interface Question {
  readonly terms: Terms;
  /** Base64, as miners send it. */
  readonly proof: string;
}

export type QuestionId = string | number | null;

export function parseHeader(text: string): Buffer | null {
  return HEADER_HEX.test(text) ? Buffer.from(text, 'hex') : null;
}

/** 64 hex digits, most significant first. */
export function parseTarget(text: string): bigint | null {
  return TARGET_HEX.test(text) ? BigInt(`0x${text}`) : null;
}

/** 8 hex digits of the u32. */
export function parseNbits(text: string): number | null {
  return NBITS_HEX.test(text) ? Number.parseInt(text, 16) : null;
}

/** One line of a batch: the question, or null when it cannot be read; the id wherever that can be told. */
export function parseLine(line: Buffer): { readonly id: QuestionId; readonly question: Question | null } {
  const text = orNull(() => new TextDecoder('utf-8', { fatal: true }).decode(line));
  const value = text === null ? null : object(parseJson(text));
  if (!value) return { id: null, question: null };
  const id = value.id ?? null;
  if (!isId(id)) return { id: null, question: null };
  return { id, question: readQuestion(value) };
}

function isId(value: unknown): value is QuestionId {
  return value === null || typeof value === 'string' || Number.isSafeInteger(value);
}

/** A `target` replaces that of `nbits`: a share is judged by its own. Keys that we do not know are not ours to refuse. */
function readQuestion(value: Fields): Question | null {
  const header = typeof value.header === 'string' ? parseHeader(value.header) : null;
  const target = readTarget(value);
  const { cert_version: certVersion, rank_penalty: rankPenalty, proof } = value;
  if (!header || !target || typeof proof !== 'string' || typeof rankPenalty !== 'boolean') return null;
  if (typeof certVersion !== 'number' || !Number.isInteger(certVersion)) return null;
  return { terms: { header, certVersion, rankPenalty, target }, proof };
}

function readTarget(value: Fields): Terms['target'] | null {
  const nbits = typeof value.nbits === 'string' ? parseNbits(value.nbits) : null;
  const exact = typeof value.target === 'string' ? parseTarget(value.target) : null;
  // Whatever is there has to be right, also what the other one overrides.
  if (value.nbits !== undefined && nbits === null) return null;
  if (value.target !== undefined && exact === null) return null;
  if (exact !== null) return { exact };
  return nbits === null ? null : { nbits };
}

// A pool's answer to a login or a submit: whether it is a yes, and what a no consists of, in every shape seen in the field
// (protocol section 10, Verdict).
import { ExactNumber } from '../../../protocol/jsonrpc/lossless-json.ts';
import { asCounter, asFields } from '../pool-fields.ts';
import { classOfText, type Refusal, type RequestKind, refusalOf, showable } from './refusal.ts';

export interface Answer {
  /** The number of our request; the same digits in a string count as well. */
  readonly id: number;
  /** The refusal for the answer to a request of this kind; null for a yes. */
  readonly refusal: (phase: RequestKind) => Refusal | null;
  /** The session's proof encoding, where the pool names one (`plain`, `v2`). */
  readonly encoding: string | null;
}

/** Deeper than any pool nests an error. */
const MAX_DEPTH = 3;
/** Members that hold a reason, in the order in which they are shown. */
const WORDS = ['msg', 'message', 'reason', 'error', 'description', 'detail', 'data', 'code', 'status'];
/** Words of a result that is a text, or of its `status`, which are a no by themselves. */
const NO_WORD =
  /^(?:no|false|ko|nok|err|error|fail|failed|failure|reject|rejected|refused|denied|invalid|stale|duplicate|unauthori[sz]ed|banned)$/;
/** Members by which an object says yes or no. */
const FLAGS = ['accepted', 'success', 'ok', 'valid', 'result', 'authorized'];

/** A missing value, `null`, `false`, `0`, `""`, `[]`, `{}`, and lists and objects of nothing but these. */
function saysNothing(value: unknown, depth = 0): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  if (value instanceof ExactNumber) return Number(value.text) === 0;
  if (typeof value !== 'object') return false;
  return depth < MAX_DEPTH && Object.values(value).every((member) => saysNothing(member, depth + 1));
}

interface Said {
  readonly texts: string[];
  readonly codes: number[];
}

/** Collects words and codes from `{"code", "msg"}`, `[code, "message"]`, `"text"`, a number, and one within another. */
function collect(error: unknown, into: Said, depth = 0): Said {
  if (depth > MAX_DEPTH) return into;
  if (typeof error === 'string') {
    if (/^\s*\d{1,5}\s*$/.test(error) && depth > 0) into.codes.push(Number(error));
    else if (error.trim() !== '' && !into.texts.includes(error)) into.texts.push(error);
  } else if (error instanceof ExactNumber) {
    const code = asCounter(error);
    if (code !== null) into.codes.push(code);
  } else if (Array.isArray(error)) {
    for (const part of error.slice(0, 4)) collect(part, into, depth + 1);
  } else {
    const fields = asFields(error) ?? {};
    for (const name of WORDS) if (fields[name] !== undefined) collect(fields[name], into, depth + 1);
  }
  return into;
}

const KNOWN_CODES = new Set([21, 22, 23, 24, 25, 26, 27]);

function refusalFrom(error: unknown, phase: RequestKind): Refusal {
  const { texts, codes } = collect(error, { texts: [], codes: [] });
  const code = codes.find((number) => KNOWN_CODES.has(number)) ?? codes[0] ?? null;
  return refusalOf(texts.join(': '), code, phase);
}

/** What is wrong with the result, for a no; undefined for a yes. */
function noIn(result: unknown): unknown {
  if (result === undefined || result === null || result === false) return null;
  if (result instanceof ExactNumber) return Number(result.text) === 0 ? null : undefined;
  if (typeof result === 'string') {
    const word = result.trim().toLowerCase();
    return NO_WORD.test(word) || classOfText(word) !== null ? result : undefined;
  }
  const fields = asFields(result);
  if (fields === null) return undefined;
  const status = typeof fields.status === 'string' ? fields.status.trim().toLowerCase() : '';
  const isNo =
    NO_WORD.test(status) ||
    fields.status === false ||
    FLAGS.some(
      (name) =>
        fields[name] === false || (typeof fields[name] === 'string' && NO_WORD.test(fields[name].toLowerCase())),
    ) ||
    !saysNothing(fields.error);
  if (!isNo) return undefined;
  // A status of one word is no reason where the pool gives another.
  const { status: _status, ...others } = fields;
  return saysNothing(collectable(others)) ? status : others;
}

function collectable(fields: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(WORDS.filter((name) => name in fields).map((name) => [name, fields[name]]));
}

function refusal(message: Readonly<Record<string, unknown>>, phase: RequestKind): Refusal | null {
  if (!saysNothing(message.error)) return refusalFrom(message.error, phase);
  const no = noIn(message.result);
  return no === undefined ? null : refusalFrom(no, phase);
}

/** Null when `message` answers none of our requests, whose ids are small numbers. */
export function parseAnswer(message: Readonly<Record<string, unknown>>): Answer | null {
  if (message.result === undefined && message.error === undefined) return null;
  const id = asCounter(message.id);
  if (id === null) return null;
  const encoding = typeof message.type === 'string' ? showable(message.type) : null;
  return { id, refusal: (phase) => refusal(message, phase), encoding };
}

/** What a pool says without having been asked: an error under the id null, or under none. */
export function parseUnasked(message: Readonly<Record<string, unknown>>): Refusal | null {
  if (message.id !== null && message.id !== undefined) return null;
  return saysNothing(message.error) ? null : refusalFrom(message.error, 'submit');
}

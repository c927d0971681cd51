// The class of a refusal: by its code where that is one of the known and the text does not say otherwise, by whole phrases
// else (protocol section 10, Verdict). Pure.
import { BAN_THREAT, formHint, INVALID_SHARE, normalised, PHRASES, type RefusalClass } from './phrases.ts';

export interface Refusal {
  readonly class: RefusalClass;
  /** The pool's words, made safe to show, or ours where it has none. */
  readonly reason: string;
  /** The pool's number for it, where it gave one. */
  readonly code: number | null;
  /** Of a login's answer: the form of the login is at fault, not the account. */
  readonly form: 'another' | 'subscribe' | null;
}

/** What was asked: the same words mean something else in the answer to a login. */
export type RequestKind = 'login' | 'submit';

const BY_CODE = new Map<number, RefusalClass>([
  [21, 'stale'],
  [22, 'duplicate'],
  [23, 'low-difficulty'],
  [24, 'login'],
  [25, 'login'],
  [26, 'invalid'],
  [27, 'login'],
]);

/** Text from the wire, without control characters and cut to a length that fits a log line. */
export function showable(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}

/** The class that the words alone say, or null where they say none of it. */
export function classOfText(text: string): RefusalClass | null {
  const plain = normalised(text.slice(0, 1000));
  for (const [name, patterns] of PHRASES) {
    if (name === 'banned' && BAN_THREAT.test(plain)) continue;
    if (patterns.some((pattern) => pattern.test(plain))) return name;
  }
  return null;
}

function classOf(text: string, code: number | null): RefusalClass {
  const said = classOfText(text);
  const numbered = code === null ? null : (BY_CODE.get(code) ?? null);
  if (said === null || numbered === null) return said ?? numbered ?? 'other';
  // A share that came late or twice may well be called an invalid one: the number is the more exact of the two.
  const isGeneral = said === 'invalid' && INVALID_SHARE.test(normalised(text));
  return isGeneral && (numbered === 'stale' || numbered === 'duplicate') ? numbered : said;
}

/** Classes a refusal; `text` is what the pool said, whole. */
export function refusalOf(text: string, code: number | null, phase: RequestKind): Refusal {
  const shown = showable(text);
  const reason = shown !== '' ? shown : code === null ? 'no reason given' : `error ${code}`;
  const form = phase === 'login' ? loginForm(text, code) : null;
  const found = classOf(text, code);
  return { class: phase === 'login' ? loginClass(found, form, text, code) : found, reason, code, form };
}

/** A pool that gives no reason at all may not have understood the form. */
function loginForm(text: string, code: number | null): Refusal['form'] {
  if (text.trim() === '') return code === null || !BY_CODE.has(code) ? 'another' : null;
  return formHint(text);
}

/** Of a login only these matter: a ban, a pool that cannot answer now, a form it does not take, and everything else. */
function loginClass(found: RefusalClass, form: Refusal['form'], text: string, code: number | null): RefusalClass {
  if (found === 'banned' || found === 'busy') return found;
  if (form !== null) return text.trim() === '' ? 'login' : 'other';
  return found === 'other' && code === null ? 'other' : 'login';
}

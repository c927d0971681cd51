// A pool's answer to a login or a submit, and the class of a refusal: by its text first, then by its code, because pools
// agree on words more than on numbers (protocol section 10, Verdict).
import { ExactNumber } from '../../protocol/jsonrpc/lossless-json.ts';
import { asCounter, asFields } from './pool-fields.ts';

/** Why a pool said no. */
export type RefusalClass = 'stale' | 'duplicate' | 'low-difficulty' | 'login' | 'invalid' | 'other';

export interface Refusal {
  readonly class: RefusalClass;
  /** The pool's words, made safe to show, or ours where it has none. */
  readonly reason: string;
}

export interface Answer {
  /** The number of our request; the same digits in a string count as well. */
  readonly id: number;
  /** Null for a plain yes. */
  readonly refusal: Refusal | null;
  /** The session's proof encoding, where the pool names one (`plain`, `v2`). */
  readonly encoding: string | null;
}

/** The first pattern that matches decides: "unknown or stale job" is stale before it is anything else. */
const BY_TEXT: readonly (readonly [RegExp, RefusalClass])[] = [
  [
    /stale|outdated|(job|work)\b.*\b(not found|unknown|expired|missing)|(unknown|invalid|expired|old|no such) (job|work)/i,
    'stale',
  ],
  [/duplicate|already (submitted|known|accepted|exists)/i, 'duplicate'],
  [/low.?diff|difficulty|above target|high.?hash|does not meet|jackpot/i, 'low-difficulty'],
  [
    /wallet|unauthori[sz]ed|not (authori[sz]ed|logged in|subscribed)|login|address|unknown (user|worker)|password/i,
    'login',
  ],
  [/invalid|malformed|bad (proof|share)|decode|verif/i, 'invalid'],
];

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

function refusalClass(text: string, code: number | null): RefusalClass {
  for (const [pattern, name] of BY_TEXT) if (pattern.test(text)) return name;
  return (code === null ? undefined : BY_CODE.get(code)) ?? 'other';
}

/** `{"code", "msg" | "message"}`, `[code, "message", …]` or `"text"`, besides forms that only hold one of the two. */
function parseError(error: unknown): Refusal {
  const fields = asFields(error);
  const parts: readonly unknown[] = Array.isArray(error)
    ? error.slice(0, 2)
    : fields === null
      ? [error]
      : [fields.code, fields.msg ?? fields.message ?? fields.reason];
  const code = parts
    .map((part) => (part instanceof ExactNumber ? asCounter(part) : null))
    .find((part) => part !== null);
  const text = showable(parts.find((part) => typeof part === 'string') ?? '');
  const reason = text !== '' ? text : code === undefined ? 'no reason given' : `error ${code}`;
  return { class: refusalClass(text, code ?? null), reason };
}

/** Null when `message` answers none of our requests, whose ids are small numbers. */
export function parseAnswer(message: Readonly<Record<string, unknown>>): Answer | null {
  if (message.result === undefined && message.error === undefined) return null;
  const id = asCounter(message.id);
  if (id === null) return null;
  const encoding = typeof message.type === 'string' ? showable(message.type) : null;
  if (message.error !== undefined && message.error !== null)
    return { id, refusal: parseError(message.error), encoding };
  if (message.result === true) return { id, refusal: null, encoding };
  return { id, refusal: { class: 'other', reason: 'no reason given' }, encoding };
}

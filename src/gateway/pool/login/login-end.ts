// What an answer to the login, or a pool's unasked word, means for the connection. Pure.
import type { SessionEnd } from '../connection/pool-session.ts';
import type { Answer } from '../verdicts/answer.ts';
import { banMs } from '../verdicts/ban-time.ts';
import type { Refusal } from '../verdicts/refusal.ts';

/** A session in which proofs go gzipped, as the pool's answer to the login asks. */
export type ProofEncoding = 'plain' | 'gzip';

/** Protocol section 10, Not spoken: `v2` wants gzip before base64. */
const ENCODINGS: Readonly<Record<string, ProofEncoding>> = { plain: 'plain', v2: 'gzip' };

export function endOfLogin(refusal: Refusal): SessionEnd {
  const { reason, form } = refusal;
  switch (refusal.class) {
    case 'banned':
      return endByBan(refusal);
    case 'busy':
      return { kind: 'fault', reason };
    default:
      return form === null ? { kind: 'refused', reason } : { kind: 'form', failure: form, reason };
  }
}

export function endByBan({ reason }: Refusal): SessionEnd {
  return { kind: 'banned', reason, waitMs: banMs(reason) };
}

/** How proofs are to be sent, or why they cannot be. */
export function encodingOf({ encoding }: Answer): ProofEncoding | SessionEnd {
  if (encoding === null) return 'plain';
  return (
    ENCODINGS[encoding.toLowerCase()] ?? {
      kind: 'refused',
      reason: `the pool wants proofs encoded as "${encoding}", which needs a newer pearlctl`,
    }
  );
}

// What became of a proof, in one word, the same on every path: the gateway's verdict, the ledger, the counts in `status`.

/** `dropped`: never sent, with the reason; `unknown`: sent, without an answer. */
export const VERDICTS = ['accepted', 'rejected', 'stale', 'dropped', 'unknown'] as const;
export type VerdictResult = (typeof VERDICTS)[number];

// What became of a proof, in one word, the same on every path: the gateway's verdict, the ledger, the counts in `status`.

/** `dropped`: never sent, with the reason; `unknown`: sent, without an answer. */
export const VERDICTS = ['accepted', 'rejected', 'stale', 'dropped', 'unknown'] as const;
export type VerdictResult = (typeof VERDICTS)[number];

/** A number for each of them. */
export function countResults(count: (result: VerdictResult) => number): Record<VerdictResult, number> {
  return Object.fromEntries(VERDICTS.map((result) => [result, count(result)])) as Record<VerdictResult, number>;
}

/** Why a find is dropped that comes after another for the same block: everyday life where blocks are easy. */
export const JOB_SOLVED = 'its job is solved';

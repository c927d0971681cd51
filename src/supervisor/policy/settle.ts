// Hysteresis: a reason holds once it was seen for a while, and is over once it was not seen for a while. Pure.

export interface Settled {
  readonly holds: boolean;
  /** Since when what is seen differs from what holds, in monotonic milliseconds; null while they agree. */
  readonly differsSinceMs: number | null;
}

export interface Patience {
  readonly beginMs: number;
  readonly endMs: number;
}

export const UNSETTLED: Settled = { holds: false, differsSinceMs: null };

export function settle(before: Settled, seen: boolean, nowMs: number, { beginMs, endMs }: Patience): Settled {
  if (seen === before.holds) return { holds: seen, differsSinceMs: null };
  const differsSinceMs = before.differsSinceMs ?? nowMs;
  if (nowMs - differsSinceMs >= (seen ? beginMs : endMs)) return { holds: seen, differsSinceMs: null };
  return { holds: before.holds, differsSinceMs };
}

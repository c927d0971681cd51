// The rate before the watch began: the running supervisor remembers it for its page, and may be asked over loopback.
// Where there is no page, or no answer in time, there is no past, and no message.
import * as v from 'valibot';
import { parseJson } from '../../base/json-fields.ts';
import { checkListenable, parseEndpoint } from '../../protocol/jsonrpc/endpoint.ts';
import { readAnswerBody } from '../../protocol/jsonrpc/http-answer.ts';

/** A quarter of an hour is some 20 kB. */
const MOST_BYTES = 1024 * 1024;
/** The supervisor answers at once; nothing waits for this. */
const PATIENCE_MS = 3000;

const count = v.pipe(v.number(), v.minValue(0));
/** Of `/api/history` (docs/json-reference.md) what is needed here. */
const answer = v.object({
  schemaVersion: v.literal(1),
  at: v.pipe(v.string(), v.isoTimestamp()),
  stepSeconds: v.pipe(v.number(), v.minValue(1)),
  points: v.array(v.looseTuple([count, count])),
});

/** As the supervisor's clock has it. */
export interface RememberedRate {
  /** Unix seconds: when it was told. */
  readonly atSeconds: number;
  /** How close points are. */
  readonly stepSeconds: number;
  /** Unix seconds and mean MAC/s from then on, oldest first. */
  readonly points: readonly (readonly [atSeconds: number, macsPerSecond: number, ...rest: unknown[]])[];
}

/** Null for anything but such an answer. */
export function parsePast(text: string): RememberedRate | null {
  const { success, output } = v.safeParse(answer, parseJson(text));
  if (!success) return null;
  const { at, stepSeconds, points } = output;
  return { atSeconds: Date.parse(at) / 1000, stepSeconds, points };
}

/** Asks the supervisor whose page is at `dashboardUrl`; null when it does not answer, or with something else. */
export async function askForPast(dashboardUrl: string, signal: AbortSignal): Promise<RememberedRate | null> {
  try {
    // What is not a page of ours is not asked.
    checkListenable(parseEndpoint(dashboardUrl));
    const response = await fetch(new URL('api/history?range=15m', dashboardUrl), {
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    return response.ok ? parsePast(await readAnswerBody(response.body, MOST_BYTES)) : null;
  } catch {
    return null;
  }
}

/**
 * The rate of each second, the last of them `ageSeconds` before the past was told, at most `count` of them; null for one that
 * had no measurement. The first is a measured one.
 */
export function secondsUntil({ atSeconds, stepSeconds, points }: RememberedRate, ageSeconds: number, count: number) {
  const newest = atSeconds - ageSeconds;
  const rates: (number | null)[] = [];
  let index = points.length - 1;
  for (let second = newest; second > newest - count; second -= 1) {
    while (index >= 0 && (points[index]?.[0] ?? 0) > second) index -= 1;
    const point = points[index];
    // Not older than the next point would be by a tick that came late.
    rates.push(point !== undefined && second - point[0] < 2 * stepSeconds ? point[1] : null);
  }
  const first = rates.findLastIndex((rate) => rate !== null);
  return rates.slice(0, first + 1).reverse();
}

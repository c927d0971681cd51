// What a gateway does after it did not run for a while: the upstream is told, so that nothing is mined for a connection that died
// in its sleep.
import type { Absence } from '../base/absence.ts';
import type { Upstream } from './upstream.ts';

/** Shorter ones a connection survives: the other side has not even sent a keep-alive in vain. */
export const LONG_ABSENCE_MS = 30_000;

/** @returns whether it was long enough to wake the upstream. */
export function wakeAfter({ sleptMs, stoodStillMs }: Absence, upstream: Pick<Upstream, 'wake'>): boolean {
  if (sleptMs + stoodStillMs < LONG_ABSENCE_MS || upstream.wake === undefined) return false;
  upstream.wake();
  return true;
}

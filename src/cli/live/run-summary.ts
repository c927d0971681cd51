// A status in one line, for logs and for terminals that cannot redraw. Pure.
import { formatRate } from '../../state/status/format.ts';
import type { StatusModel } from '../../state/status/gather.ts';

/** `running, 512 GMAC/s, 14 accepted, 1 rejected, 1 stale, height 1234`, or the state and why. */
export function summaryOf(model: StatusModel): string {
  const { state, stateReason, rate, shares, job, health } = model;
  const parts = [stateReason === null ? state : `${state} (${stateReason})`];
  if (rate !== null) parts.push(formatRate(rate.macsPerSecond10s));
  if (shares !== null)
    parts.push(`${shares.accepted} accepted`, `${shares.rejected} rejected`, `${shares.stale} stale`);
  if (job?.height != null) parts.push(`height ${job.height}`);
  if (health.length > 0) parts.push(`health: ${health.map(({ id }) => id).join(' ')}`);
  return parts.join(', ').replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

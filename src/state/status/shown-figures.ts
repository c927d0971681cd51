// The figures of the shown state, out of `stats.json`. Pure.
import type { Stats } from '../sidecar/sidecar-record.ts';
import type { StatusModel } from './status-model.ts';

type Figures = Pick<StatusModel, 'miner' | 'rate' | 'macs' | 'impliedRate' | 'shares' | 'blocks' | 'job'>;

/** Shares and blocks stay true after the end; the rest is of a supervisor that lives (`fresh`). */
export function figuresOf(stats: Stats, nowMs: number, fresh: boolean): Figures {
  return {
    miner: fresh ? minerOf(stats) : null,
    rate: fresh ? rateOf(stats) : null,
    macs: fresh ? stats.macs : null,
    impliedRate: fresh ? impliedRateOf(stats) : null,
    shares: sharesOf(stats, nowMs, fresh),
    blocks: { accepted: stats.blocks.accepted },
    job: fresh ? jobOf(stats) : null,
  };
}

function minerOf({ miner: { activity, kernel, threads } }: Stats): StatusModel['miner'] {
  return { activity, kernel, threads };
}

function rateOf({ rate }: Stats): StatusModel['rate'] {
  return {
    macsPerSecond10s: rate.macs_per_second_10s,
    macsPerSecond60s: rate.macs_per_second_60s,
    macsPerSecond15m: rate.macs_per_second_15m,
  };
}

function impliedRateOf({ implied_rate: implied }: Stats): StatusModel['impliedRate'] {
  if (implied === null) return null;
  return {
    macsPerSecond: implied.macs_per_second,
    lowMacsPerSecond: implied.low_macs_per_second,
    highMacsPerSecond: implied.high_macs_per_second,
    measuredMacsPerSecond: implied.measured_macs_per_second,
    shares: implied.shares,
    windowSeconds: implied.window_seconds,
  };
}

function sharesOf({ shares }: Stats, nowMs: number, fresh: boolean): StatusModel['shares'] {
  const { submitted, accepted, rejected, stale, unknown, last_at, dropped, expected_seconds } = shares;
  const expectedSeconds = fresh ? expected_seconds : null;
  const lastMs = Date.parse(last_at ?? '');
  const lastAgeSeconds = Number.isFinite(lastMs) ? Math.max(0, Math.round((nowMs - lastMs) / 1000)) : null;
  return { submitted, accepted, rejected, stale, unknown, lastAt: last_at, lastAgeSeconds, dropped, expectedSeconds };
}

function jobOf({ job }: Stats): StatusModel['job'] {
  return job === null ? null : { height: job.height, ageSeconds: job.age_seconds, certVersion: job.cert_version };
}

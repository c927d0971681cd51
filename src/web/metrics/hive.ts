// The stats that HiveOS asks a miner for: a rate in thousands, and an object whose keys its `h-stats.sh` hands on. Pure.
import type { StatusModel } from '../../state/status/status-table.ts';

/** One multiply-accumulate counts as a hash. */
const THOUSAND = 1000;

export interface HiveStats {
  /** Thousands of multiply-accumulates per second, all together: the variable `khs`. */
  khs: number;
  /** The variable `stats`, as an object. */
  stats: {
    /** One figure for each device; the processor is one. */
    hs: number[];
    hs_units: 'khs';
    /** Degrees Celsius, where the machine tells. */
    temp: number[];
    fan: number[];
    /** Seconds. */
    uptime: number;
    ver: string;
    /** Accepted, and not accepted. */
    ar: [number, number];
    algo: 'pearl';
  };
}

export function hiveStats(model: StatusModel, celsius: number | null): HiveStats {
  const { rate, shares, uptimeSeconds, version } = model;
  const khs = Math.round((rate?.macsPerSecond60s ?? 0) / THOUSAND);
  return {
    khs,
    stats: {
      hs: [khs],
      hs_units: 'khs',
      temp: celsius === null ? [] : [celsius],
      fan: [],
      uptime: uptimeSeconds ?? 0,
      ver: version ?? '',
      ar: [shares?.accepted ?? 0, (shares?.rejected ?? 0) + (shares?.stale ?? 0)],
      algo: 'pearl',
    },
  };
}

// The stats that HiveOS asks a miner for: a rate in thousands, and an object whose keys its `h-stats.sh` hands on. Pure.
import type { StatusModel } from '../../state/status/status-table.ts';

/** One multiply-accumulate counts as a hash. */
const THOUSAND = 1000;

/** What `pearlctl metrics --hive` writes. */
export interface HiveStats {
  /** Thousands of multiply-accumulates per second, all together: the variable `khs`. */
  readonly khs: number;
  /** The variable `stats`, as an object. One figure for each device: the processor is one. */
  readonly stats: {
    readonly hs: readonly [khs: number];
    readonly hs_units: 'khs';
    /** Degrees Celsius, where the machine tells. */
    readonly temp: readonly number[];
    readonly fan: readonly [];
    /** Seconds. */
    readonly uptime: number;
    readonly ver: string;
    readonly ar: readonly [accepted: number, notAccepted: number];
    readonly algo: 'pearl';
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
      temp: celsius === null ? [] : [Math.round(celsius)],
      fan: [],
      uptime: uptimeSeconds ?? 0,
      ver: version ?? '',
      ar: [shares?.accepted ?? 0, (shares?.rejected ?? 0) + (shares?.stale ?? 0)],
      algo: 'pearl',
    },
  };
}

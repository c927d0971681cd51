// The stats that HiveOS asks a miner for: a rate in thousands, and an object whose keys its `h-stats.sh` hands on. Pure.
import type { StatusModel } from '../../state/status/status-table.ts';

/** One multiply-accumulate counts as a hash. */
const THOUSAND = 1000;

export function hiveStats(model: StatusModel, celsius: number | null) {
  const { rate, shares, uptimeSeconds, version } = model;
  const khs = Math.round((rate?.macsPerSecond60s ?? 0) / THOUSAND);
  return {
    /** Thousands of multiply-accumulates per second, all together: the variable `khs`. */
    khs,
    /** The variable `stats`, as an object. */
    stats: {
      /** One figure for each device; the processor is one. */
      hs: [khs],
      hs_units: 'khs',
      /** Degrees Celsius, where the machine tells. */
      temp: celsius === null ? [] : [Math.round(celsius)],
      fan: [],
      /** Seconds. */
      uptime: uptimeSeconds ?? 0,
      ver: version ?? '',
      /** Accepted, and not accepted. */
      ar: [shares?.accepted ?? 0, (shares?.rejected ?? 0) + (shares?.stale ?? 0)],
      algo: 'pearl',
    },
  };
}

// Is the processor near its limit, or was it slowed down for it?
import { fix, pearlctl } from '../../base/fix.ts';
import type { Look } from '../check.ts';
import { ok, skipped, warning } from '../finding.ts';
import type { Machine } from '../machine.ts';

const ZONES = '/sys/class/thermal';
const CPUS = '/sys/devices/system/cpu';
/** Degrees below a trip point at which it counts as near. */
const NEAR = 5;
const FIX = fix`Clean or cool the machine, or: ${pearlctl('config', 'set', 'miner.threads', '50%')}`;

export const heat: Look = {
  id: 'heat',
  question: 'Is the processor cool enough',
  async run({ machine }) {
    if (machine.platform !== 'linux') return skipped('only Linux tells temperatures to every account');
    const zones = readZones(machine);
    const hot = zones.find(({ celsius, limit }) => limit !== null && celsius > limit - NEAR);
    if (hot !== undefined) return warning(`${hot.name} has ${hot.celsius} °C, its limit is ${hot.limit} °C`, FIX);
    const throttled = countThrottles(machine);
    if (throttled > 0) return warning(`slowed down for heat ${throttled} times since boot`, FIX);
    if (zones.length === 0) return skipped('no temperature can be read here');
    return ok(`at most ${Math.max(...zones.map(({ celsius }) => celsius))} °C`);
  },
};

interface Zone {
  name: string;
  celsius: number;
  /** The lowest trip point at which the kernel acts, or null where none is told. */
  limit: number | null;
}

/** Kernel documentation, thermal/sysfs-api: thousandths of a degree. */
function readZones({ list, readText }: Machine): Zone[] {
  return list(ZONES)
    .filter((name) => name.startsWith('thermal_zone'))
    .flatMap((name) => {
      const folder = `${ZONES}/${name}`;
      const celsius = degrees(readText(`${folder}/temp`));
      if (celsius === null || celsius < 1 || celsius > 200) return [];
      const limits = list(folder)
        .filter((file) => /^trip_point_\d+_type$/.test(file))
        .filter((file) => ['passive', 'hot', 'critical'].includes(readText(`${folder}/${file}`)?.trim() ?? ''))
        .map((file) => degrees(readText(`${folder}/${file.replace('_type', '_temp')}`)))
        .filter((limit) => limit !== null && limit > 0);
      const type = readText(`${folder}/type`)?.trim() ?? name;
      return [{ name: type, celsius, limit: limits.length === 0 ? null : Math.min(...(limits as number[])) }];
    });
}

function degrees(text: string | null): number | null {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isFinite(value) ? Math.round(value / 1000) : null;
}

/** Of the first processor: every core of a package counts the same events. */
function countThrottles({ readText }: Machine): number {
  const text = readText(`${CPUS}/cpu0/thermal_throttle/package_throttle_count`);
  return Number(text?.trim() ?? 0) || 0;
}

// How hot the processor is, where Linux tells every account: its hottest thermal zone.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orNull } from '../../base/errors.ts';

/** Kernel documentation, thermal/sysfs-api: thousandths of a degree. */
const ZONES = '/sys/class/thermal';

/** Degrees Celsius, or null where it cannot be told. */
export function processorCelsius(folder = ZONES): number | null {
  const zones = (orNull(() => readdirSync(folder)) ?? []).filter((name) => name.startsWith('thermal_zone'));
  const degrees = zones
    .map((zone) => degreesIn(join(folder, zone, 'temp')))
    .filter((value) => value > 0 && value < 200);
  return degrees.length === 0 ? null : Math.max(...degrees);
}

function degreesIn(file: string): number {
  return Math.round(Number(orNull(() => readFileSync(file, 'latin1')) ?? Number.NaN) / 1000);
}

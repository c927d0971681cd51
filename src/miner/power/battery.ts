// What a machine on its battery takes out of it: the draw of everything, screen included.
import { readWholeNumber, type SystemFiles } from '../system-files.ts';

const SUPPLIES = '/sys/class/power_supply';

/** The batteries of the machine itself: that of a mouse says `Device`. */
function batteries(files: SystemFiles): string[] {
  const about = (name: string, file: string) => files.read(`${SUPPLIES}/${name}/${file}`);
  return files.list(SUPPLIES).filter((name) => about(name, 'type') === 'Battery' && about(name, 'scope') !== 'Device');
}

export function hasBattery(files: SystemFiles): boolean {
  return batteries(files).length > 0;
}

/**
 * Watts out of all batteries that discharge, or null: on mains power they tell how fast they charge, which is something
 * else. Kernel documentation, ABI/testing/sysfs-class-power: microwatts, or microamperes and microvolts.
 */
export function batteryWatts(files: SystemFiles): number | null {
  const draws = batteries(files)
    .filter((name) => files.read(`${SUPPLIES}/${name}/status`) === 'Discharging')
    .map((name) => wattsOf(files, `${SUPPLIES}/${name}`))
    .filter((watts) => watts !== null);
  return draws.length === 0 ? null : draws.reduce((sum, watts) => sum + watts, 0);
}

function wattsOf(files: SystemFiles, folder: string): number | null {
  const of = (file: string) => readWholeNumber(files.read(`${folder}/${file}`));
  const microwatts = of('power_now');
  if (microwatts !== null && microwatts !== 0n) return magnitude(microwatts) / 1e6;
  const microamperes = of('current_now');
  const microvolts = of('voltage_now');
  if (microamperes === null || microvolts === null || microamperes === 0n) return null;
  return (magnitude(microamperes) / 1e6) * (magnitude(microvolts) / 1e6);
}

/** Some drivers count what flows out as negative. */
function magnitude(value: bigint): number {
  return Math.abs(Number(value));
}

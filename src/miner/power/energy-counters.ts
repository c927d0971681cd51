// Energy counters of the processor: RAPL zones of the kernel's powercap class (Intel, and AMD since Linux 5.8), and the
// older amd_energy sensor. Both count microjoules; both have been for root alone since Linux 5.10.
import { readWholeNumber, type SystemFiles } from '../system-files.ts';

const POWERCAP = '/sys/class/powercap';
const HWMON = '/sys/class/hwmon';

/** One counter, and where it begins again. */
export interface Counter {
  readonly name: string;
  /** The file with the count, in microjoules. */
  readonly file: string;
  /** Where the count wraps to 0; null for one that does not within any measurement. */
  readonly rangeMicrojoules: bigint | null;
}

/** Every counter that together makes the draw of processors and memory; empty where the machine has none. */
export function findCounters(files: SystemFiles): Counter[] {
  const zones = raplZones(files);
  return zones.length > 0 ? zones : amdSockets(files);
}

/**
 * Kernel documentation, power/powercap: `intel-rapl:0` is a zone, `intel-rapl:0:1` a part of it. Parts are counted in
 * their package already, except memory (`dram`). `intel-rapl-mmio:0` counts the same package a second time.
 */
function raplZones(files: SystemFiles): Counter[] {
  return files
    .list(POWERCAP)
    .filter((zone) => /^intel-rapl:\d+(:\d+)?$/.test(zone))
    .flatMap((zone) => {
      const folder = `${POWERCAP}/${zone}`;
      const name = files.read(`${folder}/name`) ?? '';
      const counts = zone.split(':').length === 2 ? name.startsWith('package') : name === 'dram';
      const range = readWholeNumber(files.read(`${folder}/max_energy_range_uj`));
      return counts ? [{ name, file: `${folder}/energy_uj`, rangeMicrojoules: range }] : [];
    });
}

/** Kernel documentation, hwmon/amd_energy: one input a core and one a socket, whose labels begin with `Esocket`. */
function amdSockets(files: SystemFiles): Counter[] {
  const sensor = files.list(HWMON).find((name) => files.read(`${HWMON}/${name}/name`) === 'amd_energy');
  if (sensor === undefined) return [];
  const folder = `${HWMON}/${sensor}`;
  return files
    .list(folder)
    .filter((file) => /^energy\d+_label$/.test(file))
    .flatMap((file) => {
      const name = files.read(`${folder}/${file}`) ?? '';
      const input = `${folder}/${file.replace('_label', '_input')}`;
      return name.startsWith('Esocket') ? [{ name, file: input, rangeMicrojoules: null }] : [];
    });
}

/** Microjoules from one count to a later one, over at most one wrap; null where the counts do not fit together. */
export function energyBetween(before: bigint, after: bigint, range: bigint | null): bigint | null {
  if (after >= before) return after - before;
  return range === null || before > range ? null : range - before + after;
}

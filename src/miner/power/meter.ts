// What this machine says about its power: a meter to be read at two moments, or the reason why there is none.
import { readWholeNumber, type SystemFiles } from '../system-files.ts';

/** What the watts are of. */
type PowerSource = 'processor' | 'battery';

/** A moment's reading. Energy is in microjoules, one count a counter; a battery tells watts at once. */
export interface PowerReading {
  readonly atMs: number;
  readonly counts: readonly bigint[];
  readonly watts: number | null;
}

export interface Meter {
  readonly source: PowerSource;
  /** Null when it cannot be read now. */
  read(): PowerReading | null;
  /** Mean watts between two readings; null where they say nothing. */
  between(before: PowerReading | null, after: PowerReading | null): number | null;
}

/** No meter, why in words that go on after a colon, and what would give one. */
export interface NoMeter {
  readonly source: null;
  readonly reason: string;
  readonly hint: string | null;
}

/** Shorter than this, and the counter's own steps (about a millisecond) and the reading of it show. */
const SHORTEST_MS = 100;

/** @param nowMs a monotonic clock. */
export function openMeter(files: SystemFiles, nowMs: () => number = () => performance.now()): Meter | NoMeter {
  if (files.platform === 'darwin') {
    return none('macOS tells what it draws to root alone', 'sudo powermetrics --samplers cpu_power, while it mines');
  }
  const counters = findCounters(files);
  if (counters.length > 0 && counters.every(({ file }) => files.readable(file))) return counterMeter(counters);
  if (batteryWatts(files) !== null) return batteryMeter();
  if (counters.length > 0) {
    return none(
      'the processor counts its energy, and the kernel shows that to root alone',
      'sudo pearlctl calibrate --dry-run',
    );
  }
  if (hasBattery(files)) return none('it runs on mains power, and only its battery tells watts', null);
  return none('this machine does not tell what it draws (virtual machines mostly do not)', null);

  function counterMeter(all: readonly Counter[]): Meter {
    return {
      source: 'processor',
      read: () => {
        const atMs = nowMs();
        const counts = all.map(({ file }) => readWholeNumber(files.read(file)));
        return counts.every((count) => count !== null) ? { atMs, counts, watts: null } : null;
      },
      between: (before, after) => meanWatts(all, before, after),
    };
  }

  function batteryMeter(): Meter {
    return {
      source: 'battery',
      read: () => {
        const watts = batteryWatts(files);
        return watts === null ? null : { atMs: nowMs(), counts: [], watts };
      },
      // Its controller averages over seconds: the later reading is the one that saw the load.
      between: (_before, after) => after?.watts ?? null,
    };
  }
}

function none(reason: string, hint: string | null): NoMeter {
  return { source: null, reason, hint };
}

function meanWatts(
  counters: readonly Counter[],
  before: PowerReading | null,
  after: PowerReading | null,
): number | null {
  if (before === null || after === null || after.atMs - before.atMs < SHORTEST_MS) return null;
  let microjoules = 0n;
  for (const [index, { rangeMicrojoules }] of counters.entries()) {
    const [from, to] = [before.counts[index], after.counts[index]];
    const used = from === undefined || to === undefined ? null : energyBetween(from, to, rangeMicrojoules);
    if (used === null) return null;
    microjoules += used;
  }
  return Number(microjoules) / 1e6 / ((after.atMs - before.atMs) / 1000);
}

// What a machine on its battery takes out of it: the draw of everything, screen included.
const SUPPLIES = '/sys/class/power_supply';

/** The batteries of the machine itself: that of a mouse says `Device`. */
function batteries(files: SystemFiles): string[] {
  const about = (name: string, file: string) => files.read(`${SUPPLIES}/${name}/${file}`);
  return files.list(SUPPLIES).filter((name) => about(name, 'type') === 'Battery' && about(name, 'scope') !== 'Device');
}

function hasBattery(files: SystemFiles): boolean {
  return batteries(files).length > 0;
}

/**
 * Watts out of all batteries that discharge, or null: on mains power they tell how fast they charge, which is something
 * else. Kernel documentation, ABI/testing/sysfs-class-power: microwatts, or microamperes and microvolts.
 */
function batteryWatts(files: SystemFiles): number | null {
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

// Energy counters of the processor: RAPL zones of the kernel's powercap class (Intel, and AMD since Linux 5.8), and the
// older amd_energy sensor. Both count microjoules; both have been for root alone since Linux 5.10.
const POWERCAP = '/sys/class/powercap';
const HWMON = '/sys/class/hwmon';

/** One counter, and where it begins again. */
interface Counter {
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

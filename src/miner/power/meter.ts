// What this machine says about its power: a meter to be read at two moments, or the reason why there is none.
import type { SystemFiles } from '../system-files.ts';
import { readWholeNumber } from '../system-files.ts';
import { batteryWatts, hasBattery } from './battery.ts';
import { type Counter, energyBetween, findCounters } from './energy-counters.ts';

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

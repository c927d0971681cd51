// What there is to tell of the machine: its name, its processor, how hot it is and what it draws. The readings are made at most
// every ten seconds, since a sensor may take a while.
import { cpus, hostname } from 'node:os';
import { type Meter, type NoMeter, openMeter, type PowerReading } from '../../miner/power/meter.ts';
import { openSystemFiles, type SystemFiles } from '../../miner/system-files.ts';
import type { Stats } from '../../state/stats/stats-record.ts';
import { readHeat } from '../policy/temperature.ts';

const EVERY_MS = 10_000;

export class MachineProbe {
  readonly #files: SystemFiles;
  #meter: Meter | NoMeter;
  readonly #about: Pick<Stats['machine'], 'host' | 'processor'>;
  #reading: PowerReading | null = null;
  #readMs = Number.NEGATIVE_INFINITY;
  #measured: Omit<Stats['machine'], 'worker' | 'host' | 'processor'>;

  constructor(files: SystemFiles = openSystemFiles()) {
    this.#files = files;
    this.#meter = openMeter(files);
    this.#measured = { celsius: null, watts: null, ...sourceOf(this.#meter) };
    this.#about = { host: hostname(), processor: cpus()[0]?.model.replace(/\s+/g, ' ').trim() || null };
  }

  at(nowMs: number): Omit<Stats['machine'], 'worker'> {
    if (nowMs - this.#readMs >= EVERY_MS) this.#read(nowMs);
    return { ...this.#about, ...this.#measured };
  }

  #read(nowMs: number): void {
    this.#readMs = nowMs;
    const { celsius } = readHeat(this.#files);
    const before = this.#reading;
    // The plug is pulled, or put in again.
    if (this.#meter.source !== 'processor') this.#meter = openMeter(this.#files);
    this.#reading = this.#meter.source === null ? null : this.#meter.read();
    const watts = this.#meter.source === null ? null : this.#meter.between(before, this.#reading);
    this.#measured = {
      celsius,
      watts: watts === null ? null : Math.round(watts * 10) / 10,
      ...sourceOf(this.#meter),
    };
  }
}

function sourceOf(meter: Meter | NoMeter): Pick<Stats['machine'], 'wattsOf' | 'noWatts'> {
  return { wattsOf: meter.source, noWatts: meter.source === null ? meter.reason : null };
}

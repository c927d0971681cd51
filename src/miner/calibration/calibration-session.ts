// A whole calibration of this machine: what it draws at rest, the trials, and then the winner three times over as it will
// run, which tells how far the rate is to be trusted and what it costs in watts. Nothing is written here.
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Native } from '../../native/native.ts';
import { PRESETS, type Shape } from '../../protocol/shapes.ts';
import { measure } from '../bench/measure-once.ts';
import { automaticMemory } from '../memory-share.ts';
import { costOf, type PowerCost } from '../power/energy-cost.ts';
import { type NoMeter, openMeter, type PowerReading } from '../power/meter.ts';
import { openSystemFiles } from '../system-files.ts';
import { type Choice, calibrate, candidatesFor, type MeasureTrial, trialCount } from './trials.ts';

/** The same measurement as often as this: the fewest that show how much they differ. */
const REPEATS = 3;
/** Processor time of each. */
const REPEAT_SECONDS = 1;
/** What the machine does anyway is measured for this long. */
const REST_MS = 1000;

export interface Calibrated {
  /** The fastest setting of all, for the record. */
  readonly choice: Choice;
  /** Physical cores that could be used meanwhile. */
  readonly cores: number;
  /** Threads and rate of the mining that is planned; the choice's own, unless fewer threads were asked for. */
  readonly threads: number;
  readonly macsPerSecond: number;
  /** Half the distance between the fastest and the slowest repetition, as a fraction of their mean. */
  readonly spread: number;
  readonly power: PowerCost | NoMeter;
}

/** `done` of `total` measurements are over, and `label` is being measured or was just measured with this rate. */
type OnProgress = (done: number, total: number, label: string, macsPerSecond: number | null) => void;

export interface SessionOptions {
  readonly core: Pick<Native, 'startBench' | 'cpuFeatures' | 'physicalCores'>;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Threads that will mine; without it, as many as are fastest. */
  readonly threads?: number | undefined;
  /** Columns are tried for this shape; `light` without it. */
  readonly shape?: Shape;
}

/** Null when the signal ended it. */
export async function calibrateMachine(options: SessionOptions): Promise<Calibrated | null> {
  const { core, signal, onProgress, shape = PRESETS.light } = options;
  const candidates = candidatesFor(core.cpuFeatures().kernels, core.physicalCores(), availableParallelism());
  const total = trialCount(candidates) + REPEATS;
  const meter = openMeter(openSystemFiles());
  const read = (): PowerReading | null => (meter.source === null ? null : meter.read());
  const memoryBytes = automaticMemory();
  let done = 0;
  const step: MeasureTrial = async (trial, label) => {
    onProgress(done, total, label, null);
    const how = { ...trial, matrices: 'constant', memoryBytes, eliminate: true, scalar: false } as const;
    const result = await measure(core, how, signal);
    if (result !== null) onProgress(++done, total, label, result.macsPerSecond);
    return result;
  };

  const atRest = read();
  if (atRest !== null) await sleep(REST_MS, undefined, { signal }).catch(() => {});
  const beforeTrials = read();
  const choice = await calibrate(shape, candidates, step);
  if (choice === null) return null;
  const threads = options.threads ?? choice.threads;
  const rates: number[] = [];
  const beforeRepeats = read();
  while (rates.length < REPEATS) {
    const { kernel, blockRows, shape: best } = choice;
    const again = { kernel, blockRows, shape: best, threads, seconds: REPEAT_SECONDS };
    const result = await step(again, `once more, ${rates.length + 1} of ${REPEATS}`);
    if (result === null) return null;
    rates.push(result.macsPerSecond);
  }
  const afterRepeats = read();
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / REPEATS;
  const spread = (Math.max(...rates) - Math.min(...rates)) / 2 / mean;
  return { choice, cores: core.physicalCores(), threads, macsPerSecond: mean, spread, power: powerOf() };

  function powerOf(): PowerCost | NoMeter {
    if (meter.source === null) return meter;
    const idle = meter.between(atRest, beforeTrials);
    const mining = meter.between(beforeRepeats, afterRepeats);
    if (idle === null || mining === null) {
      return { source: null, reason: 'What the machine draws could not be read this time.', hint: null };
    }
    return costOf(meter.source, idle, mining);
  }
}

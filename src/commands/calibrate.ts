// `pearlctl calibrate`: finds the fastest setting of this machine and keeps it for the miner.
import { availableParallelism } from 'node:os';
import { measure } from '../bench/measure.ts';
import { type Choice, calibrate, candidatesFor, trialCount } from '../calibration/calibrate.ts';
import { cpuModel, writeCalibration } from '../calibration/record.ts';
import { askForWork, type ExpectedTimes } from '../calibration/work.ts';
import { PRESETS } from '../config/shapes.ts';
import { EXIT, PearlError } from '../errors.ts';
import { automaticMemory } from '../miner/memory.ts';
import { native } from '../native.ts';
import { readSidecar } from '../sidecar/read.ts';
import { formatAge, formatRate } from '../status/format.ts';
import { readStatus } from '../status/status.ts';
import { VERSION } from '../version.ts';
import { defineCommand } from './command.ts';

/** 128 + SIGINT, as a shell has it. */
const INTERRUPTED = 130;

export const command = defineCommand({
  description:
    'Tries kernels, threads, block sizes and shapes for up to half a minute and keeps the fastest in the state folder; ' +
    'the miner uses them from its next start on, where the configuration says auto. With a gateway running it also ' +
    'says how long a share and a block take at that rate. Pause mining first: two miners slow each other down.',
  examples: [
    ['pearlctl calibrate', 'Half a minute, then the miner knows this machine'],
    ['pearlctl calibrate --json', 'What was found, as JSON'],
  ],
  async run(_args, context) {
    const { paths } = context;
    const status = await readStatus(paths);
    if (status.state === 'running') {
      throw new PearlError('ALREADY_RUNNING', 'It is mining now, and two miners would measure each other.', {
        hint: 'Run `pearlctl pause`, then this again, then `pearlctl resume`.',
      });
    }
    const core = native();
    const candidates = candidatesFor(core.cpuFeatures().kernels, core.physicalCores(), availableParallelism());
    const total = trialCount(candidates);
    const signal = context.stopSignal();
    const memoryBytes = automaticMemory();
    let trials = 0;
    const choice = await calibrate(PRESETS.light, candidates, async (trial, label) => {
      trials += 1;
      const result = await measure(
        core,
        { ...trial, matrices: 'constant', memoryBytes, eliminate: true, scalar: false },
        signal,
      );
      if (result !== null) context.say(`${trials}/${total}  ${label}: ${formatRate(result.macsPerSecond)}`);
      return result;
    });
    if (choice === null) return INTERRUPTED;
    writeCalibration(paths.calibrationFile, {
      schema: 1,
      version: VERSION,
      cpu_model: cpuModel(),
      at: new Date().toISOString(),
      kernel: choice.kernel,
      threads: choice.threads,
      block_rows: choice.blockRows,
      shape: { m: choice.shape.m, n: choice.shape.n, k: choice.shape.k, rank: choice.shape.rank },
      macs_per_second: choice.macsPerSecond,
    });
    const sidecar = readSidecar(paths.sidecarFile);
    const url = sidecar.kind === 'valid' ? sidecar.value.gateway_url : null;
    const expected = url === null ? null : await askForWork(core, url, choice);
    context.print(render(choice, expected, paths.calibrationFile), document(choice, expected));
    return EXIT.ok;
  },
});

function document({ kernel, threads, blockRows, shape, macsPerSecond }: Choice, expected: ExpectedTimes | null) {
  const { m, n, k, rank } = shape;
  return { schemaVersion: 1, kernel, threads, blockRows, shape: { m, n, k, rank }, macsPerSecond, expected };
}

function render(choice: Choice, expected: ExpectedTimes | null, file: string): string {
  const { kernel, threads, blockRows, shape, macsPerSecond } = choice;
  const lines = [
    `${formatRate(macsPerSecond)} with ${kernel}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${blockRows} rows a block, ${shape.n} columns.`,
    `Kept in ${file}; the miner uses it from its next start on.`,
  ];
  if (shape.n !== PRESETS.light.n) {
    const { m, n, k, rank } = shape;
    lines.push(`Faster than preset light here: [shape] m = ${m}, n = ${n}, k = ${k}, rank = ${rank}, tile = 16x16.`);
  }
  if (expected !== null) {
    const { shareSeconds, blockSeconds } = expected;
    lines.push(
      `A share takes ${about(shareSeconds)} on average, a block ${about(blockSeconds)}; each time may be a few times longer or shorter.`,
    );
  }
  return lines.join('\n');
}

function about(seconds: number | null): string {
  return seconds === null ? 'for ever' : `about ${formatAge(Math.max(1, seconds))}`;
}

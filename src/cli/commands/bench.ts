// `pearlctl bench`: how fast the miner is, against the processor's own limit and the plain loop, in one run.
import { cpus } from 'node:os';
import { EXIT, PearlError } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import { planRuns } from '../../miner/bench/bench-runs.ts';
import { measure } from '../../miner/bench/measure-once.ts';
import { automaticMemory } from '../../miner/memory-share.ts';
import { native } from '../../native/native.ts';
import { PRESETS } from '../../protocol/shapes.ts';
import { type BenchReport, type NamedShape, renderReports, reportLines, reportOf } from '../bench-report.ts';
import { defineCommand } from '../command.ts';
import { INTERRUPTED } from '../signals.ts';

export const command = defineCommand({
  description:
    'Mines for a few seconds without a job and without a network: whole attempts, noise and hashing included, in turns ' +
    'with a loop that only multiplies in registers, all in processor time. The rate is nominal: m x n x k per attempt.',
  examples: [
    ['pearlctl bench', 'The best kernel of this processor on every core, shape light'],
    ['pearlctl bench --all-kernels --threads 1', 'A table of every kernel that this processor has'],
    ['pearlctl bench --threads 1,2', 'How it scales'],
    ['pearlctl bench --report', 'One line with processor, kernel and rate, to send us yourself'],
    ['pearlctl bench --shape pool --json', 'What GPU miners send to pools, as JSON'],
  ],
  options: {
    kernel: {
      type: 'string',
      describe: 'This kernel instead of the best',
      placeholder: 'NAME',
      suggest: async () => (await import('../../native/native.ts')).native().cpuFeatures().kernels,
    },
    'all-kernels': { type: 'boolean', describe: 'Every kernel that this processor has' },
    threads: { type: 'string', describe: 'How many threads, several numbers for a table', placeholder: 'N,N' },
    shape: { choices: ['light', 'large', 'pool'], describe: 'What is multiplied', default: 'light' },
    matrices: { choices: ['constant', 'random'], describe: 'What the matrices are', default: 'constant' },
    'no-elimination': { type: 'boolean', describe: 'Without cycle elimination' },
    memory: { type: 'string', describe: 'Bound on the buffers', placeholder: 'SIZE' },
    report: { type: 'boolean', describe: 'Print one line for each run that you can send us' },
    seconds: {
      type: 'number',
      describe: 'Processor time of each run',
      default: 5,
      range: { from: 0.1, to: 600 },
    },
  },
  async run(args, context) {
    const core = native();
    const wish = {
      kernel: args.kernel ?? process.env.PEARLCTL_KERNEL ?? null,
      allKernels: args['all-kernels'] ?? false,
      threads: args.threads ?? null,
    };
    const runs = planRuns(wish, core.cpuFeatures().kernels, core.physicalCores());
    const preset = args.shape === 'pool' || args.shape === 'large' ? args.shape : 'light';
    const shape: NamedShape = { preset, ...PRESETS[preset] };
    const memoryBytes = args.memory === undefined ? automaticMemory() : await memoryOf(args.memory);
    const signal = context.stopSignal();
    const reports: BenchReport[] = [];
    for (const [index, { kernel, threads }] of runs.entries()) {
      context.say(`${kernel ?? 'best kernel'}, ${threads} ${threads === 1 ? 'thread' : 'threads'} …`);
      const result = await measure(
        core,
        {
          ...(kernel === null ? {} : { kernel }),
          threads,
          shape,
          matrices: args.matrices === 'random' ? 'random' : 'constant',
          memoryBytes,
          eliminate: args['no-elimination'] !== true,
          seconds: args.seconds,
          // Once is enough: it is the same loop for every kernel.
          scalar: index === 0,
        },
        signal,
      );
      if (result === null) return INTERRUPTED;
      reports.push(reportOf(result, threads, shape));
    }
    const [only] = reports;
    const document = reports.length === 1 ? { schemaVersion: 1, ...only } : { schemaVersion: 1, runs: reports };
    const machine = {
      version: VERSION,
      processor: cpus()[0]?.model ?? '',
      cores: core.physicalCores(),
      platform: `${process.platform} ${process.arch}`,
    };
    context.print(args.report === true ? reportLines(reports, machine) : renderReports(reports), document);
    return EXIT.ok;
  },
});

async function memoryOf(text: string): Promise<number> {
  const { readSize } = await import('../../config/values.ts');
  const bytes = readSize(text);
  if (bytes !== undefined && bytes > 0) return bytes;
  throw new PearlError('USAGE', `--memory takes a size such as 512M or 1G, not "${text}".`);
}

// Proves a version beside the one that mines, before anything is switched: it runs on this machine, loads its addon, its kernels
// agree, it reads the configuration of this service, and it mines a block on a throw-away chain. That takes seconds, in which the
// old version goes on mining.
import { join } from 'node:path';
import { PearlError } from '../../../base/errors.ts';
import type { CommandResult, RunCommand } from '../../run-program.ts';
import { commandLines } from './step-command.ts';
import type { InstallStepKind } from './step-kind.ts';

export interface ProveStep {
  kind: 'prove';
  /** Of the runtime, which an earlier step laid down. */
  folder: string;
  version: string;
  /** The flags that name the service. */
  flags: readonly string[];
}

interface Trial {
  readonly words: readonly string[];
  /** What it shows, as it reads in "… does not …". */
  readonly shows: string;
  readonly limitMs: number;
}

/** Quick ones first: a version that cannot so much as start is told at once. */
function trials({ flags }: ProveStep): readonly Trial[] {
  return [
    { words: ['--version'], shows: 'start', limitMs: 20_000 },
    { words: ['self-test'], shows: 'compute what it should', limitMs: 60_000 },
    {
      words: ['config', 'validate', ...flags],
      shows: 'take the configuration and the state of this service',
      limitMs: 20_000,
    },
    { words: ['demo', '--once', '--json'], shows: 'mine a block on a throw-away chain', limitMs: 120_000 },
  ];
}

function commandOf({ folder }: ProveStep, words: readonly string[]): string[] {
  return [join(folder, 'bin', 'pearlctl'), join(folder, 'pearlctl.mjs'), ...words];
}

export const PROVE: InstallStepKind<ProveStep, never> = {
  describe: (step) => [
    `prove ${step.version} before anything is switched`,
    ...commandLines(trials(step).map(({ words }) => commandOf(step, words))),
  ],
  async apply(step, { run, pace }) {
    const startedMs = performance.now();
    for (const trial of trials(step)) await prove(step, trial, run);
    pace.provedMs = performance.now() - startedMs;
    return {};
  },
};

async function prove(step: ProveStep, { words, shows, limitMs }: Trial, run: RunCommand): Promise<void> {
  const fail = (how: string, said: string): PearlError => {
    const message = `Version ${step.version} does not ${shows} here (${how}), so it was not switched to.`;
    return new PearlError('SERVICE_FAILED', message, { hint: said === '' ? `See: ${words.join(' ')}` : said });
  };
  const result = await run(commandOf(step, words), { timeoutMs: limitMs }).catch((error: unknown): CommandResult => {
    if (!(error instanceof PearlError)) throw error;
    throw fail(error.code === 'SERVICE_FAILED' ? `no end within ${limitMs / 1000} s` : error.message, '');
  });
  const last = lastWords(result);
  if (result.code !== 0) throw fail(`exit code ${result.code}`, last === '' ? '' : `Its last words:\n  ${last}`);
  if (words[0] === '--version' && result.stdout.trim() !== `pearlctl ${step.version}`) {
    throw fail(`it calls itself ${result.stdout.trim().slice(0, 80)}`, '');
  }
}

function lastWords({ stdout, stderr }: CommandResult): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n');
  // A trace of Node's says what happened in its middle.
  const told = lines.find((line) => /^\w*Error\b/.test(line));
  return (told === undefined ? lines.slice(-5) : [told]).map((line) => line.slice(0, 300)).join('\n  ');
}

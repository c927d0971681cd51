// `npm run fuzz -- [--minutes N] [TARGET …]`: coverage-guided fuzzing of the native core under the address sanitizer, one
// target after the other at the lowest priority. Needs a nightly compiler and cargo-fuzz; without them it says so (exit 69).
// What crashes is kept in dist/fuzz/artifacts, what was learnt in dist/fuzz/corpus; neither belongs to the sources.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** A target that needs more is wrong: nothing allocates more than a small multiple of its input. */
const RSS_LIMIT_MB = 1024;
/** One input, on a loaded machine; a hang is longer. */
const TIMEOUT_SECONDS = 60;
const FUZZ = resolve('native/fuzz');
const KEPT = resolve('dist/fuzz');

const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const seconds = Math.round(Number(values.minutes) * 60);
if (!(seconds >= 1)) fail(2, `--minutes is a number above 0, not ${values.minutes}.`);

const known = readdirSync(join(FUZZ, 'targets')).map((file) => file.replace(/\.rs$/, ''));
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) fail(2, `no target is called ${unknown.join(', ')}; there are ${known.join(', ')}.`);
const targets = positionals.length > 0 ? positionals : known;

const TOOLS: readonly [tool: string, args: readonly string[], how: string][] = [
  ['cargo', ['+nightly', '--version'], 'rustup toolchain install nightly'],
  ['cargo', ['fuzz', '--version'], 'cargo install cargo-fuzz'],
];
for (const [tool, args, how] of TOOLS) {
  const { status } = spawnSync(tool, args, { stdio: 'ignore' });
  if (status !== 0) fail(69, `skipped: \`${tool} ${args.join(' ')}\` does not work here. Type: ${how}`);
}

function fail(status: number, text: string): never {
  process.stderr.write(`fuzz: ${text}\n`);
  process.exit(status);
}

function must(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: resolve('native'), stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) fail(1, `\`${command} ${args.join(' ')}\` failed.`);
}

must('nice', ['-n', '19', 'cargo', '+nightly', 'fuzz', 'build']);
const host = spawnSync('rustc', ['+nightly', '-vV'], { encoding: 'utf8' }).stdout.match(/^host: (.+)$/m)?.[1] ?? '';
const built = join(FUZZ, 'target', host, 'release');
must(join(built, 'seeds'), [join(KEPT, 'seeds')]);

/** The status of a target, and its figures: NaN where libFuzzer did not print one. */
interface Outcome {
  readonly status: number | null;
  readonly said: string;
  readonly executions: number;
  readonly peakMb: number;
  readonly edges: number;
  readonly inputs: number;
}

/** Runs one target; its figures as libFuzzer prints them at the end. */
async function run(target: string): Promise<Outcome> {
  const corpus = join(KEPT, 'corpus', target);
  const artifacts = join(KEPT, 'artifacts', target);
  for (const folder of [corpus, artifacts]) mkdirSync(folder, { recursive: true });
  const args = [
    corpus,
    join(KEPT, 'seeds', target),
    `-artifact_prefix=${artifacts}/`,
    `-max_total_time=${seconds}`,
    `-rss_limit_mb=${RSS_LIMIT_MB}`,
    `-timeout=${TIMEOUT_SECONDS}`,
    '-print_final_stats=1',
  ];
  const child = spawn('nice', ['-n', '19', join(built, target), ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-20_000);
  });
  const status = await new Promise<number | null>((done) => child.once('close', done));
  const figure = (pattern: RegExp) => Number(said.match(pattern)?.at(-1) ?? Number.NaN);
  return {
    status,
    said,
    executions: figure(/stat::number_of_executed_units: (\d+)/),
    peakMb: figure(/stat::peak_rss_mb: +(\d+)/),
    edges: Number([...said.matchAll(/cov: (\d+)/g)].at(-1)?.[1]),
    inputs: Number([...said.matchAll(/corp: (\d+)/g)].at(-1)?.[1]),
  };
}

let failed = 0;
process.stdout.write(
  '| target | seconds | executions | edges covered | inputs kept | peak RSS | found |\n|---|---|---|---|---|---|---|\n',
);
for (const target of targets) {
  const { status, said, executions, peakMb, edges, inputs } = await run(target);
  const found = status === 0 ? 'nothing' : `**exit ${status}**`;
  process.stdout.write(
    `| \`${target}\` | ${seconds} | ${executions} | ${edges} | ${inputs} | ${peakMb} MB | ${found} |\n`,
  );
  if (status !== 0) {
    failed += 1;
    process.stdout.write(`\n${said.slice(-6000)}\n`);
  }
}
process.exit(failed === 0 ? 0 : 1);

// `npm run soak -- --minutes N`: a supervisor on the devnet for N minutes, with a line of figures every so often. Linux only.
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, every: { type: 'string' } } });
const seconds = Number(values.minutes) * 60;
if (!(seconds > 0) || process.platform !== 'linux') {
  process.stderr.write('Type: npm run soak -- --minutes 60 (on Linux, whose /proc has the figures).\n');
  process.exit(2);
}
const everySeconds = Number(values.every ?? Math.max(1, seconds / 30));

// Beside the addon, which is found relative to the program.
const outfile = 'dist/faults/soak.mjs';
await build({
  entryPoints: ['test/faults/soak.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const { soak, growth, renderSample, SOAK_HEADING } = await import(new URL(`../${outfile}`, import.meta.url));

const say = (line) => process.stdout.write(`${line}\n`);
say(SOAK_HEADING);
const { samples, end, orphans, filesLeft, unaccounted } = await soak({
  seconds,
  everySeconds,
  onSample: (sample) => say(renderSample(sample)),
});
for (const name of ['supervisor', 'gateway', 'miner']) {
  const memory = growth(samples, ({ processes }) => processes[name].pssMebibytes);
  const descriptors = growth(samples, ({ processes }) => processes[name].descriptors);
  say(
    `${name}: ${memory.toFixed(1)} MiB and ${descriptors} descriptors more in the later half than in the earlier one`,
  );
}
const { restarts } = samples.at(-1);
say(
  `stop: ${end}; ${restarts} restarts, ${unaccounted} shares unaccounted for, ${orphans} orphans, ${filesLeft.length} files left`,
);
process.exit(end === 'exit 0' && restarts + unaccounted + orphans + filesLeft.length === 0 ? 0 : 1);

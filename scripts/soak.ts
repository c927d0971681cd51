// `npm run soak -- --minutes N`: a supervisor on the devnet for N minutes, with a line of figures every so often, the figures
// of start, middle and end, and a verdict on what grew; `--record` keeps them for the docs. Exit 1 when something is wrong. Linux only.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { renderSample, renderVerdict, SOAK_HEADING, soak, verdictOf } from '../test/faults/soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    every: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
/** The section of docs/faults.md; `npm run faults` puts it there. */
const RECORD = 'test/faults/over-time.md';
const seconds = Number(values.minutes) * 60;
if (!(seconds > 0) || process.platform !== 'linux') {
  process.stderr.write('Type: npm run soak -- --minutes 60 (on Linux, whose /proc has the figures).\n');
  process.exit(2);
}
const everySeconds = Number(values.every ?? Math.max(1, seconds / 30));

const say = (line: string) => process.stdout.write(`${line}\n`);
say(SOAK_HEADING);
let nextLine = 0;
const { samples, end, orphans, filesLeft, unaccounted } = await soak({
  seconds,
  everySeconds: Math.min(everySeconds, 10),
  onSample: (sample) => {
    if (sample.seconds < nextLine && sample.seconds < seconds) return;
    nextLine += everySeconds;
    say(renderSample(sample));
  },
});
const verdict = verdictOf(samples);
const counts = `${unaccounted} shares unaccounted for, ${orphans} orphans, ${filesLeft.length} files left`;
const text = `${renderVerdict(samples, verdict)} Stop: ${end}; ${counts}.\n`;
say(`\n${text}`);
if (values.record) writeFileSync(RECORD, `${preface()}\n${text}`);
const isClean = end === 'exit 0' && unaccounted + orphans + filesLeft.length === 0;
process.exit(isClean && verdict.troubles.length === 0 ? 0 : 1);

function preface(): string {
  return [
    '## Over time',
    '',
    '`npm run soak -- --minutes N` samples memory, descriptors, shares and restarts while it mines on the devnet, and ends with these',
    'figures and a verdict; a minute of it is part of `npm test`. Figures of three are supervisor / gateway / miner. The run of',
    `${new Date().toISOString().slice(0, 10)}: ${values.minutes} minutes with one mining thread, beside whatever else the machine did.`,
    '',
  ].join('\n');
}

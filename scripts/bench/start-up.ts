// What a start of the program costs, as processor time against `node -e 0` in turns: other programs on the machine do not count.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** As it is shipped. */
const PROGRAM = resolve('dist/bundle/pearlctl.cjs');
const RUNS = 41;
const LINES = ['--version', 'status', 'status --json', 'pause', 'resume', 'verify --help'];
/** The kernel tells a parent what a child took, and Node does not ask: bash does. It prints milliseconds, user and system. */
const MEASURE = 'TIMEFORMAT="%3U %3S"; { time "$@" >/dev/null 2>&1; } 2>&1; true';

/** Each command with its median in milliseconds, and that against Node's own start. In an empty home, or in that of PEARLCTL_HOME. */
export function measureStarts(): { name: string; milliseconds: number; ratio: number }[] {
  const home = process.env.PEARLCTL_HOME ?? mkdtempSync(join(tmpdir(), 'pearlctl-bench-'));
  const commands = [['-e', '0'], ...LINES.map((line) => [PROGRAM, ...line.split(' ')])];
  const times = commands.map((): number[] => []);
  // Certificates that the environment names would be read at each start, also by `node -e 0`.
  const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home };
  for (let run = 0; run < RUNS; run += 1) {
    for (const [index, args] of commands.entries()) {
      const { stdout } = spawnSync('bash', ['-c', MEASURE, 'bash', process.execPath, ...args], {
        encoding: 'utf8',
        env,
      });
      const [user = Number.NaN, system = Number.NaN] = stdout.trim().split(' ').map(Number);
      times[index]?.push((user + system) * 1000);
    }
  }
  if (process.env.PEARLCTL_HOME === undefined) rmSync(home, { recursive: true });
  const medians = times.map((values) => values.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN);
  return ['node -e 0', ...LINES.map((line) => `pearlctl ${line}`)].map((name, index) => {
    const milliseconds = medians[index] ?? Number.NaN;
    return { name, milliseconds, ratio: milliseconds / (medians[0] ?? Number.NaN) };
  });
}

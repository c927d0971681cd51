// What the hot commands load: of Node's own modules none that costs more than its use, of ours a known number of files.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';

/** As a checkout has it, and as it is shipped. */
const PROGRAMS = ['dist/js/cli.js', 'dist/bundle/pearlctl.cjs'];
/** Each takes one to five milliseconds to load, of the 60 in which Node itself starts. */
const DEAR = [
  'net',
  'perf_hooks',
  'crypto',
  'http',
  'https',
  'tls',
  'child_process',
  'worker_threads',
  'readline',
  'stream/web',
  'dns',
];
/** Written to the third descriptor when the process ends, since standard output is the command's. */
const TELL = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs';
  const before = new Set(process.moduleLoadList);
  process.on('exit', () => {
    const modules = process.moduleLoadList.filter((name) => !before.has(name));
    writeSync(3, JSON.stringify(modules.map((name) => name.replace('NativeModule ', ''))));
  });`,
)}`;

/** What one command loads in an empty home, beyond what Node loads by itself. */
function loadedBy(program: string, line: string, home: string): string[] {
  const result = spawnSync(
    process.execPath,
    ['--import', TELL, join(import.meta.dirname, '../..', program), ...line.split(' ')],
    {
      env: { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    },
  );
  return JSON.parse(result.output[3] ?? '');
}

for (const line of ['--version', 'status', 'status --json', 'status --field state', 'pause', 'resume']) {
  t.test(`${line} loads no module that it can do without`, async (t) => {
    for (const program of PROGRAMS) {
      const loaded = loadedBy(program, line, t.testdir());
      t.same(
        loaded.filter((name) => DEAR.includes(name)),
        [],
        program,
      );
    }
  });
}

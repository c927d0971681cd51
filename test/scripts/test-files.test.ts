// Files that end in every way: what fails is counted, also where no assertion says it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import t from 'tap';
import { packTests, withSourceLines } from '../../scripts/test/pack-tests.ts';
import { type FileEnd, lanesOf, runTestFiles } from '../../scripts/test/test-files.ts';

const TAP = "console.log('TAP version 14');";
/** The limit that a file names comes to the runner as a message. */
const LIMIT = "process.send({ setTimeout: 100, key: '1', child: '1' });";

const PROGRAMS: Readonly<Record<string, readonly [program: string, expected: object]>> = {
  passes: [`${TAP} console.log('ok 1\\n1..1')`, { results: { passed: 1, failed: 0 } }],
  fails: [`${TAP} console.log('not ok 1 - it\\n1..1'); process.exit(1)`, { results: { passed: 0, failed: 1 } }],
  'crashes after a pass': [
    `${TAP} console.log('ok 1\\n1..1'); throw new Error('boom')`,
    { results: { passed: 1, failed: 1, failures: [{ diagnostics: { exitCode: 1 } }] }, stderr: /boom/ },
  ],
  'is killed after a failure': [
    `${TAP} console.log('not ok 1 - it'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100)`,
    { results: { failed: 2, failures: [{}, { diagnostics: { signal: 'SIGKILL' } }] } },
  ],
  'stops in the middle': [`${TAP} console.log('1..2\\nok 1')`, { results: { passed: 1, failed: 1 } }],
  'says nothing': ['', { results: { failed: 1, failures: [{ diagnostics: { tests: 0 } }] } }],
  'is not there for this machine': [
    `${TAP} console.log('1..0 # no clock here')`,
    { results: { failed: 0, skipped: 1, skips: [/: no clock here$/] } },
  ],
  'leaves a process that holds its output open': [
    `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs'; ${TAP} console.log('ok 1'); ${LIMIT}
    const { pid } = spawn('sleep', ['100'], { stdio: 'inherit', detached: true });
    writeFileSync(process.argv[1] + '.pid', String(pid)); process.exit()`,
    { results: { passed: 1, failed: 1, failures: [{ diagnostics: { signal: 'SIGKILL' } }] } },
  ],
  'computes for ever': [
    `${TAP} console.log('ok 1'); ${LIMIT} setTimeout(() => { for (;;); }, 50)`,
    { results: { passed: 1, failed: 1, failures: [{ diagnostics: { signal: 'SIGKILL' } }] } },
  ],
};

t.test('what waits runs beside what computes, and nothing is left', async (t) => {
  const files = [
    'test/a.test.ts',
    'test/b.test.ts',
    'test/c.test.ts',
    'test/systemd/a.test.ts',
    'test/faults/a.test.ts',
  ];
  const [second, first] = lanesOf(files, 2);
  t.same([first?.(), second?.(), second?.()], ['test/a.test.ts', 'test/systemd/a.test.ts', 'test/faults/a.test.ts']);
  t.same([second?.(), first?.(), second?.(), first?.()], ['test/b.test.ts', 'test/c.test.ts', undefined, undefined]);
});

t.test('a long file is not the last that begins', async (t) => {
  const [waiting] = lanesOf(['test/faults/a.test.ts', 'test/systemd/upgrade.test.ts', 'test/systemd/a.test.ts'], 2);
  t.same(
    [waiting?.(), waiting?.(), waiting?.()],
    ['test/systemd/upgrade.test.ts', 'test/faults/a.test.ts', 'test/systemd/a.test.ts'],
  );
  const [, computing] = lanesOf(['test/a.test.ts', 'test/web/page/page-pictures.test.ts'], 2);
  t.same([computing?.(), computing?.()], ['test/web/page/page-pictures.test.ts', 'test/a.test.ts']);
});

t.test('each end of a file is counted as what it is', async (t) => {
  const folder = t.testdir();
  const files = Object.entries(PROGRAMS).map(([name, [program]]) => {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, program);
    return file;
  });
  t.teardown(() =>
    process.kill(Number(readFileSync(join(folder, 'leaves a process that holds its output open.mjs.pid')))),
  );
  const ends: FileEnd[] = [];
  const nodeArgs = (file: string) => [file];
  await runTestFiles(files, { jobs: 4, graceMs: 1000, nodeArgs, onEnd: (end) => ends.push(end) });
  t.equal(ends.length, files.length, 'each file was run once');
  for (const [index, [name, [, expected]]] of Object.entries(PROGRAMS).entries()) {
    t.match(
      ends.find(({ file }) => file === files[index]),
      expected,
      name,
    );
  }
});

t.test('a packed file knows its own place, and its lines are told as those of the source', async (t) => {
  const folder = t.testdir();
  const file = join(folder, 'own.test.ts');
  // Put together here, or it would be this file's own place once this file is packed.
  const place = ['import', 'meta', 'filename'].join('.');
  writeFileSync(file, `type Of = string;\nconst place: Of = ${place};\nthrow new Error(place);\n`);
  const packed = await packTests([file], join(folder, 'packed'));
  const ends: FileEnd[] = [];
  await runTestFiles([file], { jobs: 1, nodeArgs: (name) => [packed(name)], onEnd: (end) => ends.push(end) });
  const stderr = withSourceLines(ends[0]?.stderr ?? '');
  t.match(stderr, `Error: ${file}`);
  t.match(stderr, `${relative('.', file)}:3:7`);
});

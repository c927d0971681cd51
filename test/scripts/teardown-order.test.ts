// What a test started may still write into the folder of the test: it is stopped before the folder goes.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { packTests } from '../../scripts/test/pack-tests.ts';
import { type FileEnd, runTestFiles } from '../../scripts/test/test-files.ts';

const seen: boolean[] = [];

t.test('a test that asks for its folder first', async (t) => {
  const folder = t.testdir();
  t.teardown(() => seen.push(existsSync(folder)));
  t.teardown(() => writeFileSync(join(folder, 'late'), ''));
});

t.test('and one within another', async (t) => {
  await t.test('has its folder', async (t) => {
    const folder = t.testdir();
    t.teardown(() => seen.push(existsSync(folder)));
  });
});

t.test('had it until what it started was stopped', async (t) => {
  t.same(seen, [true, true]);
});

t.test('a whole file', async (t) => {
  const folder = t.testdir();
  const file = join(folder, 'a.ts');
  const late = "t.teardown(() => { writeFileSync(join(folder, 'late'), ''); console.error('stopped'); });";
  const imports = "import { writeFileSync } from 'node:fs'; import { join } from 'node:path'; import t from 'tap';";
  writeFileSync(file, `${imports}\nconst folder = t.testdir();\n${late}\nt.pass();\n`);
  const packed = await packTests([file], folder);
  const ends: FileEnd[] = [];
  await runTestFiles([file], { jobs: 1, nodeArgs: (name) => [packed(name)], onEnd: (end) => ends.push(end) });
  t.match(ends, [{ results: { passed: 1, failed: 0 }, stderr: 'stopped' }]);
});

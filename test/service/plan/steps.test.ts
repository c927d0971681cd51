// Single steps on real files: what one does, how the run takes it back, and what an uninstall makes of its record.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import {
  applyRemoval,
  applyStep,
  describeStep,
  type InstallStep,
  recordStep,
  stepModel,
} from '../../../src/service/plan/steps/all-steps.ts';
import { contentHash, FILE } from '../../../src/service/plan/steps/file-step.ts';
import { FOLDER } from '../../../src/service/plan/steps/folder-step.ts';
import type { StepContext } from '../../../src/service/plan/steps/step-kind.ts';
import { ADA, uninstallFacts } from './facts.ts';

/** Steps on files need no manager and run no program. */
const context = { caller: ADA, managedFolders: [] } as unknown as StepContext;

/** Everything below a folder: mode, and text or target. */
function picture(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
      const path = join(folder, name);
      const facts = lstatSync(path);
      const content = facts.isSymbolicLink() ? readlinkSync(path) : facts.isFile() ? readFileSync(path, 'utf8') : '';
      return [name, `${facts.mode.toString(8)} ${content}`];
    }),
  );
}

function ground(t: Test): string {
  const folder = t.testdir({ there: 'old\n', versions: {} });
  chmodSync(join(folder, 'there'), 0o640);
  symlinkSync('versions', join(folder, 'current'));
  return folder;
}

const STEPS: [title: string, step: (folder: string) => InstallStep][] = [
  ['a folder', (folder) => ({ kind: 'folder', path: join(folder, 'new'), mode: 0o700, owner: null })],
  ['a new file', (folder) => file(join(folder, 'unit'), null)],
  ['a changed file', (folder) => file(join(folder, 'there'), 'old\n')],
  [
    'a secret',
    (folder) => ({ kind: 'secret', path: join(folder, 's'), owner: null, title: 's', value: async () => 'hunter2' }),
  ],
  ['a new link', (folder) => ({ kind: 'link', path: join(folder, 'link'), target: 'versions', before: null })],
  [
    'a changed link',
    (folder) => ({ kind: 'link', path: join(folder, 'current'), target: 'there', before: 'versions' }),
  ],
];

function file(path: string, before: string | null): InstallStep {
  return { kind: 'file', path, mode: 0o644, owner: null, content: 'new\n', before, title: 'a text' };
}

for (const [title, make] of STEPS) {
  t.test(`${title} is made, and taken back without a trace`, async (t) => {
    const folder = ground(t);
    const before = picture(folder);
    const { now } = await applyStep(make(folder), context);
    t.not(JSON.stringify(picture(folder)), JSON.stringify(before), 'something was done');
    await now?.();
    t.same(picture(folder), before);
  });
}

t.test('a record says whether the thing was there before, and an uninstall removes only what was not', async (t) => {
  const folder = ground(t);
  const facts = uninstallFacts('user', { hashOf: () => contentHash('new\n') });
  for (const [name, existed] of [
    ['unit', false],
    ['there', true],
  ] as const) {
    const entry = await recordStep(file(join(folder, name), null), context);
    if (entry?.kind !== 'file') throw new Error('A file is recorded as a file.');
    t.match(entry, { existed, sha256: contentHash('new\n') });
    t.equal(FILE.undo(entry, facts).length, existed ? 0 : 1, name);
  }
  const path = join(folder, 'new');
  const entry = await recordStep({ kind: 'folder', path, mode: 0o700, owner: null }, context);
  if (entry?.kind !== 'folder') throw new Error('A folder is recorded as a folder.');
  mkdirSync(path);
  const [removal] = FOLDER.undo(entry, facts);
  if (removal === undefined) throw new Error('A folder of ours is removed.');
  writeFileSync(join(path, 'note'), '');
  await applyRemoval(removal, context);
  t.same(readdirSync(path), ['note'], 'a folder with something in it stays');
});

t.test('a secret is described, recorded and printed without its value', async (t) => {
  const step: InstallStep = {
    kind: 'secret',
    path: join(ground(t), 'pool-password'),
    owner: null,
    title: 'the pool password',
    value: async () => 'hunter2',
  };
  const shown = [describeStep(step), stepModel(step), await recordStep(step, context)];
  t.notMatch(JSON.stringify(shown), /hunter2/);
  t.notMatch(JSON.stringify(shown), contentHash('hunter2'), 'nor its hash');
});

t.test('what a service that did not come up has left goes with its own folder, and with no other', async (t) => {
  const home = t.testdir({});
  const [logs, shared] = [join(home, 'Logs'), join(home, 'shared')];
  const undos = [];
  for (const path of [logs, shared]) {
    const step: InstallStep = { kind: 'folder', path, mode: 0o700, owner: null };
    undos.push(await applyStep(step, { ...context, managedFolders: [logs] }));
    writeFileSync(join(path, 'crash.log'), 'dyld: Library not loaded\n');
  }
  for (const { now } of undos) await now?.();
  t.same(readdirSync(home), ['shared'], 'a folder that another program uses by now is left, without an error');
});

// What an uninstall plans to remove, as values, and what it never touches; and a real removal of folders, since whether a
// folder is empty only the disk knows.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import { findCredentials } from '../../../src/service/look.ts';
import { noteFile, parseManifest, readManifest } from '../../../src/service/manifest.ts';
import { removeAll } from '../../../src/service/plan/remove-files.ts';
import { renderRemovals } from '../../../src/service/plan/show-plan.ts';
import type { UninstallStep } from '../../../src/service/plan/steps/all-steps.ts';
import { planUninstall, type UninstallFacts } from '../../../src/service/plan/uninstall-plan.ts';
import { ABSENT, manifestOf, RUNNING, uninstallFacts } from './facts.ts';

/** Each removal in a word, with its path where it has one. */
function outline(facts: UninstallFacts): string[] {
  return planUninstall(facts).map((step) => ('path' in step ? `${step.kind} ${step.path}` : step.kind));
}

t.test('from the manifest: stop, forget, program, account; configuration and state stay', async (t) => {
  t.same(outline(uninstallFacts('system')), [
    'stop',
    'disable',
    'file /etc/systemd/system/pearlctl.service',
    'forget',
    'tree /usr/local/lib/pearlctl',
    'tree /run/pearlctl',
    'account',
    'manifest /etc/pearlctl/manifest.json',
    'empty-folder /var/lib/pearlctl',
    'note /etc/pearlctl/uninstalled.json',
  ]);
});

t.test('a purge takes configuration, passwords, state and drop-ins along, and leaves no note', async (t) => {
  const steps = outline(uninstallFacts('system', { purge: true }));
  for (const path of [
    'file /etc/pearlctl/pearlctl.ini',
    'tree /etc/pearlctl/credentials',
    'tree /var/lib/pearlctl',
    'tree /etc/systemd/system/pearlctl.service.d',
    'empty-folder /etc/pearlctl',
  ]) {
    t.ok(steps.includes(path), path);
  }
  t.notOk(steps.some((step) => step.startsWith('note')));
});

t.test('what a repetition has to know goes last: a user’s manifest lies in the state', async (t) => {
  const steps = outline(uninstallFacts('user', { purge: true }));
  t.ok(steps.indexOf('linger') < steps.indexOf('tree /home/ada/.local/state/pearlctl'), 'lingering is off before');
  t.notMatch(steps.join('\n'), /manifest/, 'which takes the manifest along');
});

t.test('in words: the service by its name, folders in one line, nothing twice', async (t) => {
  const facts = uninstallFacts('user');
  const text = renderRemovals('pearlctl.service', planUninstall(facts), ['/home/ada/.config/pearlctl/pearlctl.ini']);
  t.match(text, /^Remove pearlctl\.service\n/);
  t.equal(text.match(/where they are empty/g)?.length, 1);
  t.match(text, /Stays: \/home\/ada\/\.config/);
  const left = uninstallFacts('user', { manifest: null, definitionIsOurs: false, purge: true, state: ABSENT });
  t.match(renderRemovals('pearlctl.service', planUninstall(left), []), /^Remove what is left of pearlctl\.service\n/);
  t.equal(renderRemovals('pearlctl.service', [], []), 'Nothing of pearlctl.service is installed here.\n');
});

t.test('a configuration that lies elsewhere is never removed', async (t) => {
  const facts = uninstallFacts('system', { purge: true });
  const elsewhere = { ...facts, paths: { ...facts.paths, configFile: '/srv/fleet/pearlctl.ini' } };
  t.notMatch(JSON.stringify(planUninstall(elsewhere)), /\/srv\/fleet/);
});

t.test('what was there before us stays: lingering, account, enabled state, folders', async (t) => {
  const entries = manifestOf('user').entries.map((entry) => ('existed' in entry ? { ...entry, existed: true } : entry));
  const steps = outline(uninstallFacts('user', { manifest: manifestOf('user', { entries }) }));
  t.notMatch(steps.join('\n'), /linger|disable|empty-folder|note/);
  const system = manifestOf('system');
  const existed = system.entries.map((entry) => (entry.kind === 'account' ? { ...entry, existed: true } : entry));
  t.notOk(
    outline(uninstallFacts('system', { manifest: { ...system, entries: existed } })).includes('account'),
    'an account of the same name',
  );
  t.notOk(outline(uninstallFacts('system', { accountIsOurs: false })).includes('account'), 'nor one without our words');
});

t.test('a service that does not run is not stopped, one that is not enabled not disabled', async (t) => {
  const quiet = uninstallFacts('system', { state: { ...ABSENT, loaded: true } });
  t.same(outline(quiet).slice(0, 2), ['file /etc/systemd/system/pearlctl.service', 'forget']);
  const failed = uninstallFacts('system', { state: { ...RUNNING, active: 'failed', pid: null } });
  t.notOk(outline(failed).includes('stop'));
});

t.test('without a manifest it goes by looking: what carries our name and words', async (t) => {
  const looking = uninstallFacts('system', { manifest: null });
  t.ok(outline(looking).includes('account'));
  t.ok(outline(looking).includes('file /etc/systemd/system/pearlctl.service'));
  t.notMatch(outline(looking).join('\n'), /manifest|note/);
  const credentials = ['pool-password-first', 'proxy-password', 'rpc-password'].map(
    (name) => `/etc/pearlctl/credentials/${name}`,
  );
  const stored = outline({ ...looking, credentials });
  for (const path of credentials) t.ok(stored.includes(`file ${path}`), path);
  const foreign = uninstallFacts('system', { manifest: null, definitionIsOurs: false, accountIsOurs: false });
  t.notMatch(outline(foreign).join('\n'), /\/etc\/systemd|stop|disable|forget|account/, 'a foreign unit is left alone');
  t.same(outline({ ...foreign, exists: () => false, state: ABSENT }), [], 'nothing at all');
  t.same(
    outline({ ...looking, exists: () => false, state: ABSENT, definitionIsOurs: false, accountIsOurs: false }),
    [],
  );
});

t.test('the passwords that an install stored are known by their names', async (t) => {
  const folder = t.testdir({
    'pool-password': '',
    'pool-password-a_1': '',
    'proxy-password-a': '',
    notes: '',
    'pool-password.bak': '',
  });
  t.same(
    findCredentials(folder).map((path) => basename(path)),
    ['pool-password', 'pool-password-a_1', 'proxy-password-a'],
  );
  t.same(findCredentials(join(folder, 'none')), []);
});

t.test('a file changed by hand is named, a temporary file of a killed install goes', async (t) => {
  const changed = planUninstall(uninstallFacts('system', { hashOf: () => '0'.repeat(64) }));
  t.match(
    changed.find((step) => step.kind === 'file'),
    { note: /changed by hand/ },
  );
  const leftovers = ['/etc/pearlctl/.manifest.json-1-abcdefabcdef'];
  t.ok(outline(uninstallFacts('system', { leftovers })).includes(`file ${leftovers[0]}`));
});

t.test('after an uninstall, a second one has nothing to do, and a purge only what is left', async (t) => {
  const manifest = manifestOf('user', {
    installed: false,
    entries: [{ kind: 'folder', path: '/home/ada/.local/state', existed: false }],
  });
  const after = uninstallFacts('user', { manifest, definitionIsOurs: false, state: ABSENT });
  t.same(planUninstall(after), []);
  const steps = outline({ ...after, purge: true });
  t.ok(steps.includes('empty-folder /home/ada/.local/state'), 'the note knows who made it');
  t.notMatch(steps.join('\n'), /stop|disable|forget|linger/);
  const forgotten = outline({ ...after, manifest: null, purge: true });
  t.notOk(forgotten.includes('empty-folder /home/ada/.local/state'), 'without the note it may be any program’s');
});

t.test('only folders that were made for us go, and only when they are empty', async (t) => {
  for (const existed of [true, false]) {
    const home = t.testdir({ '.local': { state: {} } });
    const state = join(home, '.local', 'state');
    const own = join(state, 'pearlctl');
    mkdirSync(own);
    writeFileSync(join(own, 'shares.jsonl'), '');
    const paths = { ...uninstallFacts('user').paths, stateFolder: own, userHome: home };
    const facts: UninstallFacts = {
      ...uninstallFacts('user', { state: ABSENT, definitionIsOurs: false, exists: existsSync }),
      paths: { ...paths, manifestFile: join(own, 'manifest.json'), credentialsFolder: join(home, 'c', 'credentials') },
      manifest: manifestOf('user', {
        entries: [
          { kind: 'folder', path: state, existed },
          { kind: 'folder', path: own, existed: false },
        ],
      }),
      definitionFile: join(home, 'none'),
      runtimeRoot: join(home, 'none'),
    };
    const manager = { forget: async () => {}, state: async () => ABSENT };
    const context = { manager, run: async () => ({ code: 0, stdout: '', stderr: '' }) };
    const act = async (steps: UninstallStep[], manifest: UninstallFacts['manifest']) =>
      removeAll(steps, { context, manifestFile: facts.paths.manifestFile, manifest } as unknown as Parameters<
        typeof removeAll
      >[1]);
    await act(planUninstall(facts), facts.manifest);
    t.ok(existsSync(join(own, 'shares.jsonl')), 'the state stays');
    t.notOk(existsSync(facts.paths.manifestFile), 'nothing says installed');
    const note = readManifest(noteFile(facts.paths.manifestFile), process.getuid?.() ?? 0);
    t.match(note, { installed: false, complete: true });
    t.same(planUninstall({ ...facts, manifest: note }), []);
    await act(planUninstall({ ...facts, manifest: note, purge: true }), note);
    t.notOk(existsSync(own));
    t.equal(existsSync(state), existed, existed ? 'a folder from before stays' : 'a folder of ours goes');
  }
});

t.test('a record from before there were notes is one of an installed service', async (t) => {
  const { installed: _installed, ...older } = manifestOf('system');
  t.equal(parseManifest(JSON.stringify(older))?.installed, true);
});

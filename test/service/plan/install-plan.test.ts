// Plans as values: from what a machine shows to the steps, in their order, and to what is refused.
import t from 'tap';
import { foldersNeeded, type InstallFacts } from '../../../src/service/plan/install-facts.ts';
import { planInstall } from '../../../src/service/plan/install-plan.ts';
import { contentHash } from '../../../src/service/plan/steps/file-step.ts';
import { linuxSystem, linuxUser } from '../definitions.ts';
import { ABSENT, installedFacts, installFacts, manifestOf, RUNNING, UNIT } from './facts.ts';

/** Each step in a word or two. */
function outline(facts: InstallFacts): string[] {
  return planInstall(facts).steps.map((step) => (step.kind === 'service' ? step.verb : step.kind));
}

t.test('a first install: account, folders, program, definition, and only then the service', async (t) => {
  t.same(outline(installFacts('system')), ['account', 'folder', 'runtime', 'link', 'file', 'load', 'enable', 'start']);
  t.match(planInstall(installFacts('system')).summary, {
    action: 'install',
    from: null,
    version: '1.2.3',
    runsAs: 'pearlctl',
    starts: 'at boot',
    undo: 'sudo pearlctl uninstall',
  });
});

t.test('a user service has no account, and lingers unless told otherwise', async (t) => {
  const steps = ['folder', 'linger', 'runtime', 'link', 'file', 'load', 'enable', 'start'];
  t.same(outline(installFacts('user')), steps);
  t.match(planInstall(installFacts('user')).summary, { runsAs: 'ada', starts: /^at boot/, undo: 'pearlctl uninstall' });
  const without = installFacts('user', { wantLinger: false });
  t.same(
    outline(without),
    steps.filter((step) => step !== 'linger'),
  );
  t.match(planInstall(without).summary, { starts: /^when you log in/ });
  t.notOk(outline(installFacts('user', { lingering: true })).includes('linger'), 'what is on stays on');
});

t.test('an install that is as it should be has no steps', async (t) => {
  for (const scope of ['system', 'user'] as const) {
    t.same(planInstall(installedFacts(scope)).steps, []);
    t.equal(planInstall(installedFacts(scope)).summary.action, 'none');
  }
});

t.test('what a killed upgrade left on trial goes, and the installed version runs again', async (t) => {
  const trial = { path: '/run/systemd/system/pearlctl.service.d/90-pearlctl-trial.conf', there: true };
  t.same(outline(installedFacts('system', { trial })), ['settle', 'restart']);
  t.same(outline(installedFacts('system', { trial, kind: 'launchd' })).slice(-2), ['settle', 'restart']);
  t.same(outline(installedFacts('system', { trial, state: ABSENT })).slice(-2), ['settle', 'start']);
});

t.test('a changed definition is written, loaded and put to work', async (t) => {
  const facts = installedFacts('system', { definitionText: `${UNIT}Nice=1\n` });
  t.same(outline(facts), ['file', 'load', 'restart']);
  t.match(planInstall(facts).steps[0], { before: UNIT, content: `${UNIT}Nice=1\n` });
  t.match(planInstall(facts).summary, { action: 'update', from: '1.2.3', notes: [] });
});

t.test('another version: program, link, definition, restart, and the old one goes last', async (t) => {
  const newer = { definition: { ...linuxSystem, version: '2.0.0' }, definitionText: UNIT.replace('1.2.3', '2.0.0') };
  const upgrade = installedFacts('system', {
    ...newer,
    runtimeFolder: '/usr/local/lib/pearlctl/2.0.0',
    runtimeThere: false,
  });
  t.same(outline(upgrade), ['runtime', 'prove', 'file', 'load', 'trial', 'link', 'settle', 'prune']);
  t.match(
    planInstall(upgrade).steps.find(({ kind }) => kind === 'prune'),
    { keep: '2.0.0', previous: '1.2.3' },
    'the old one is kept',
  );
  t.match(planInstall(upgrade).summary, { action: 'upgrade', from: '1.2.3', version: '2.0.0' });
  const older = installedFacts('system', {
    manifest: manifestOf('system', { version: '3.0.0' }),
    currentTarget: '3.0.0',
  });
  t.match(planInstall(older).summary, { action: 'downgrade', notes: [/older than the installed 3\.0\.0/] });
});

t.test('what is not right about the service itself is put right, and nothing else', async (t) => {
  const state = (changes: object) => installedFacts('system', { state: { ...RUNNING, ...changes } });
  t.same(outline(state({ enabled: false })), ['enable']);
  t.same(outline(state({ active: 'inactive', pid: null })), ['start']);
  t.same(outline(state({ active: 'failed', pid: null })), ['start']);
  t.same(outline(state({ active: 'activating' })), []);
  t.same(outline(installedFacts('system', { state: ABSENT })), ['load', 'enable', 'start']);
  t.same(outline(installedFacts('system', { runtimeLeftovers: true })), ['prune']);
});

t.test('a new secret restarts what runs; its value is in no plan', async (t) => {
  const source = { title: 'the pool password', credential: 'pool-password', env: 'P', file: null };
  const secrets = [{ source, file: '/etc/pearlctl/credentials/pool-password', value: async () => 'hunter2' }];
  const facts = installedFacts('system', { secrets } as unknown as Partial<InstallFacts>);
  t.same(outline(facts), ['secret', 'restart']);
  t.notMatch(JSON.stringify(planInstall(facts)), /hunter2/);
});

t.test('access is given before the program needs it', async (t) => {
  const owner = { user: 'root', group: 'pearlctl' };
  const neededAccess = [{ path: '/etc/pearlctl/pearlctl.ini', mode: 0o640, owner, why: 'readable for pearlctl' }];
  t.same(outline(installFacts('system', { neededAccess })).slice(0, 4), ['account', 'folder', 'access', 'runtime']);
});

t.test('an interrupted install is finished, one that was uninstalled is a first one again', async (t) => {
  const half = installedFacts('system', { manifest: manifestOf('system', { complete: false }), state: ABSENT });
  t.match(planInstall(half).summary.notes, [/was interrupted; this finishes it/]);
  const note = manifestOf('user', { installed: false, entries: [] });
  t.match(planInstall(installFacts('user', { note })).summary, { action: 'install', from: null, notes: [] });
});

t.test('a definition changed by hand is named before the change is lost', async (t) => {
  const edited = installedFacts('system', { definitionThere: { text: `${UNIT}# mine\n`, link: null } });
  t.match(planInstall(edited).summary.notes, [/changed by hand/]);
  const ours = `${UNIT}# older\n`;
  const entries = [{ kind: 'file', path: edited.definitionFile, existed: false, sha256: contentHash(ours) } as const];
  const older = installedFacts('system', {
    definitionThere: { text: ours, link: null },
    manifest: manifestOf('system', { entries }),
  });
  t.same(planInstall(older).summary.notes, [], 'a text of ours from an older version is no change by hand');
});

t.test('what belongs to another program is refused, with a way out', async (t) => {
  for (const [there, message, hint] of [
    [{ text: '[Service]\nExecStart=/bin/true\n', link: null }, /did not write it/, /--instance/],
    [{ text: null, link: '/usr/lib/systemd/system/x.service' }, /is a link to/, /--instance/],
    [{ text: null, link: '/dev/null' }, /is masked/, /systemctl unmask pearlctl\.service/],
  ] as const) {
    t.throws(() => planInstall(installFacts('system', { definitionThere: there })), {
      code: 'SERVICE_CONFLICT',
      message,
      hint,
    });
  }
  const fragment = '/usr/lib/systemd/system/pearlctl.service';
  t.throws(() => planInstall(installFacts('system', { state: { ...ABSENT, loaded: true, fragment } })), {
    code: 'SERVICE_CONFLICT',
    message: /same name, which this one would hide/,
    hint: /--instance/,
  });
  const masked = installFacts('user', { state: { ...ABSENT, blocked: true } });
  t.throws(() => planInstall(masked), { code: 'SERVICE_CONFLICT', hint: /systemctl --user unmask/ });
});

t.test('launchd loads a definition by starting it, and a disabled mark is told', async (t) => {
  const manager = { commands: (verb: string) => (verb === 'load' ? [] : [['launchctl', verb]]) };
  const blocked = { ...ABSENT, blocked: true };
  const facts = installFacts('user', { kind: 'launchd', manager, state: blocked, lingering: null });
  t.same(outline(facts), ['folder', 'runtime', 'link', 'file', 'enable', 'start']);
  t.match(planInstall(facts).summary, { starts: 'when you log in', notes: [/it is enabled again/] });
});

t.test('which folders a service needs depends on what its manager makes', async (t) => {
  const folders = (scope: 'system' | 'user') => {
    const { paths, definitionFile, runtimeRoot } = installFacts(scope);
    const definition = scope === 'system' ? linuxSystem : linuxUser;
    return foldersNeeded(definition, paths, 'systemd', definitionFile, runtimeRoot).map(
      ({ path, mode }) => `${path} ${mode.toString(8)}`,
    );
  };
  t.same(folders('system'), ['/etc/pearlctl 755', '/usr/local/lib/pearlctl 755', '/etc/systemd/system 755']);
  t.same(folders('user'), [
    '/home/ada/.local/state/pearlctl 700',
    '/home/ada/.local/share/pearlctl 755',
    '/home/ada/.config/systemd/user 755',
  ]);
});

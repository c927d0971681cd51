// Where launchd writes what a service says before it can log, and how install makes the place for a daemon's: root opens that one.
import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { crashLogFile } from '../../../src/service/launchd/plist.ts';
import { planInstall } from '../../../src/service/plan/install-plan.ts';
import { applyStep, describeStep, recordStep } from '../../../src/service/plan/steps/all-steps.ts';
import { contentHash, FILE } from '../../../src/service/plan/steps/file-step.ts';
import { installFacts, uninstallFacts } from '../plan/facts.ts';

const paths = (scope: 'system' | 'user', env: NodeJS.ProcessEnv = { HOME: '/Users/ada' }, instance?: string) =>
  resolvePaths({ scope, env, instance, platform: 'darwin', uid: 501, folderExists: () => true });

t.test('a daemon’s lies in a folder of root’s, any other with the log', async (t) => {
  t.equal(crashLogFile(paths('system')), '/Library/Logs/pearlctl.crash.log');
  t.equal(crashLogFile(paths('system', {}, 'garage')), '/Library/Logs/pearlctl-garage.crash.log');
  t.equal(crashLogFile(paths('user')), '/Users/ada/Library/Logs/pearlctl/crash.log');
  const portable = paths('system', { PEARLCTL_HOME: '/srv/pearl' });
  t.ok(crashLogFile(portable).startsWith('/srv/pearl/'), crashLogFile(portable));
});

t.test('install makes it for the account, once; uninstall takes it away, whatever was written', async (t) => {
  const path = join(t.testdir({}), 'pearlctl.crash.log');
  const facts = installFacts('system', { crashLog: path });
  const step = planInstall(facts).steps.find((one) => one.kind === 'file' && one.path === path);
  t.match(step, { kind: 'file', mode: 0o600, owner: facts.definition.account });
  t.same(
    planInstall(installFacts('system')).steps.filter((one) => one.kind === 'file' && one.path === path),
    [],
  );
  if (step?.kind !== 'file') return;
  t.match(describeStep(step).join('\n'), 'what launchd hears of the service');
  const bare = { ...step, owner: null };
  const context = { manager: { commands: () => [] }, managedFolders: [] } as unknown as Parameters<typeof applyStep>[1];
  const entry = await recordStep(bare, context);
  await applyStep(bare, context);
  t.equal(statSync(path).mode & 0o777, 0o600);
  appendFileSync(path, 'dyld: Library not loaded\n');
  if (entry?.kind !== 'file') throw new Error('a file was recorded');
  // As a plan of an uninstall sees it, with the log at its usual place.
  const log = crashLogFile(paths('system'));
  const seen = uninstallFacts('system', { paths: paths('system'), hashOf: () => contentHash('dyld') });
  t.same(FILE.undo({ ...entry, path: log }, seen), [
    { kind: 'file', path: log, title: 'what launchd hears of the service', note: null },
  ]);
});

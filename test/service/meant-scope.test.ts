// The one rule for the scope that a command means.
import t from 'tap';
import { meantScope, ownScope } from '../../src/service/meant-scope.ts';

const UNIT = {
  system: '/etc/systemd/system/pearlctl.service',
  user: '/home/ada/.config/systemd/user/pearlctl.service',
};
const INI = { system: '/etc/pearlctl/pearlctl.ini', user: '/home/ada/.config/pearlctl/pearlctl.ini' };

function asking(uid: number, files: readonly string[], env: NodeJS.ProcessEnv = {}, text = '') {
  const exists = (file: string) => files.includes(file);
  return { uid, platform: 'linux' as const, env: { HOME: '/home/ada', ...env }, exists, read: () => text };
}

t.test('the installed one, else the configured one, else the caller’s own', async (t) => {
  const cases: [uid: number, files: string[], scope: string, both: string | null][] = [
    [1000, [], 'user', null],
    [0, [], 'system', null],
    [1000, [UNIT.system], 'system', null],
    [0, [UNIT.user], 'user', null],
    [1000, [INI.user, UNIT.system, INI.system], 'system', null],
    [1000, [INI.system], 'system', null],
    [1000, [UNIT.user, UNIT.system], 'user', 'installed'],
    [0, [UNIT.user, UNIT.system], 'system', 'installed'],
    [1000, [INI.user, INI.system], 'user', 'configured'],
  ];
  for (const [uid, files, scope, both] of cases) {
    t.same(meantScope({}, asking(uid, files)), { scope, both }, `${uid}: ${files.join(', ')}`);
    t.same(meantScope({ scope: 'user' }, asking(uid, files)), { scope: 'user', both: null }, 'what was asked for');
  }
  t.equal(ownScope(asking(1000, [])), 'user');
});

t.test('another instance, sudo, --config and PEARLCTL_HOME', async (t) => {
  t.match(meantScope({ instance: 'b' }, asking(1000, [UNIT.system])), { scope: 'user' });
  const sudo = { SUDO_UID: '1000', SUDO_USER: 'ada' };
  t.match(meantScope({}, asking(0, [UNIT.user, INI.user], sudo)), { scope: 'system', both: null });
  t.match(meantScope({ config: '/x.ini' }, asking(1000, [INI.system])), { scope: 'user' }, 'it names no scope');
  const home = { PEARLCTL_HOME: '/srv/pearl' };
  const written = 'for the wallet in /srv/pearl/pearlctl.ini';
  t.match(meantScope({}, asking(1000, [UNIT.system], home, written)), { scope: 'system' });
  t.match(meantScope({}, asking(1000, [UNIT.system, INI.system], home, 'another')), { scope: 'user' });
});

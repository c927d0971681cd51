import t from 'tap';
import { type Caller, chooseScope, requireRights, sessionEnvironment } from '../../src/service/caller.ts';

const ada: Caller = { platform: 'linux', uid: 1000, user: 'ada', home: '/home/ada', env: {}, sudo: null };
const root: Caller = { ...ada, uid: 0, user: 'root', home: '/root' };
const sudo: Caller = { ...root, sudo: { uid: 1000, user: 'ada' } };

t.test('without a scope, root means the system and any other account its own', async (t) => {
  t.equal(chooseScope(undefined, ada), 'user');
  t.equal(chooseScope(undefined, root), 'system');
  t.equal(chooseScope(undefined, sudo), 'system');
  t.equal(chooseScope('user', root), 'user', 'root may have a service of its own');
});

t.test('a user service under sudo is refused: it would become root’s', async (t) => {
  t.throws(() => chooseScope('user', sudo), { code: 'USAGE', message: /ada/ });
});

t.test('the system service needs root, and the line to type is told', async (t) => {
  t.throws(() => requireRights('system', ada, ['stop']), {
    code: 'NO_PERMISSION',
    hint: 'Type: sudo pearlctl stop',
  });
  t.doesNotThrow(() => requireRights('system', root, []));
  t.doesNotThrow(() => requireRights('user', ada, []));
});

t.test('a missing XDG_RUNTIME_DIR is made up for where the folder is there', async (t) => {
  t.same(
    sessionEnvironment(ada, () => true),
    { XDG_RUNTIME_DIR: '/run/user/1000' },
  );
  t.same(
    sessionEnvironment(ada, () => false),
    {},
  );
  t.same(
    sessionEnvironment({ ...ada, env: { XDG_RUNTIME_DIR: '/x' } }, () => true),
    {},
    'the shell’s own stays',
  );
});

// What of the sandbox a manager refuses, by its answers to transient units, and the unit without that.
import t from 'tap';
import { refusedByKernel, refusedDirectives, refusedIn } from '../../../src/service/systemd/sandbox.ts';
import { renderUnit } from '../../../src/service/systemd/unit.ts';
import { linuxSystem, linuxUser } from '../definitions.ts';

const ALL = 'PrivateUsers CapabilityBoundingSet PrivateDevices ProtectKernelModules ProtectKernelLogs ProtectClock';

/** A manager that ends with `code` each unit that has one of these lines. */
function managerThatRefuses(refused: readonly string[], code = 217) {
  const asked: string[] = [];
  const run = async (words: readonly string[]) => {
    asked.push(words.join(' '));
    const bad = words.some((word) => refused.some((name) => word.startsWith(`--property=${name}=`)));
    return { code: bad ? code : 0, stdout: '', stderr: '' };
  };
  return { run, asked };
}

t.test('a manager that refuses nothing is asked once; another about each line', async (t) => {
  const kind = managerThatRefuses([]);
  t.same(await refusedDirectives(kind.run, 'user'), []);
  t.equal(kind.asked.length, 1);
  t.match(kind.asked[0], /^systemd-run --user .*--wait --collect .*--property=CapabilityBoundingSet= .* true$/);
  const strict = managerThatRefuses(ALL.split(' '));
  t.same(await refusedDirectives(strict.run, 'user'), ALL.split(' '));
  t.same(await refusedDirectives(managerThatRefuses(['ProtectClock'], 218).run, 'user'), ['ProtectClock']);
  t.same(
    await refusedDirectives(strict.run, 'system'),
    ['PrivateUsers'],
    'the system’s needs a namespace for that alone',
  );
});

t.test('a manager that cannot be asked refuses nothing', async (t) => {
  t.same(await refusedDirectives(managerThatRefuses(ALL.split(' '), 1).run, 'user'), []);
  const gone = async () => {
    throw new Error('no systemd-run');
  };
  t.same(await refusedDirectives(gone, 'user'), []);
});

t.test('one that does not run yet has the kernel’s switches speak for it', async (t) => {
  t.same(
    refusedByKernel(() => null),
    [],
  );
  t.same(
    refusedByKernel((path) => (path.endsWith('max_user_namespaces') ? '63000\n' : null)),
    [],
  );
  for (const [name, value] of [
    ['max_user_namespaces', '0\n'],
    ['unprivileged_userns_clone', '0\n'],
    ['apparmor_restrict_unprivileged_userns', '1\n'],
  ] as const) {
    t.same(refusedByKernel((path) => (path.endsWith(name) ? value : null)).join(' '), ALL, name);
  }
});

t.test('the unit lacks just these lines, and says so to the next install', async (t) => {
  for (const definition of [linuxUser, linuxSystem]) {
    const whole = renderUnit(definition);
    t.same(refusedIn(whole), []);
    const refused = ['PrivateUsers', 'CapabilityBoundingSet'];
    const less = renderUnit({ ...definition, refused });
    t.same(refusedIn(less), refused);
    t.same(
      whole.split('\n').filter((line) => !less.split('\n').includes(line)),
      definition === linuxUser
        ? ['PrivateUsers=yes', 'CapabilityBoundingSet=']
        : ['CapabilityBoundingSet=', 'PrivateUsers=yes'],
    );
    t.match(less, /^# Left out, .*: PrivateUsers, CapabilityBoundingSet\.\n# What it cannot do\./m);
  }
});

import { join } from 'node:path';
import t from 'tap';
import { isSelinuxEnforcing, startFailure } from '../../../src/service/systemd/start-failure.ts';

const base = {
  unit: 'pearlctl.service',
  state: { failure: 'exit-code', lastExit: { code: 78, signal: null } },
  lines: [] as string[],
  said: 'Job for pearlctl.service failed.',
  selinux: false,
};

t.test('a failed start is told in the words of the program, else of systemctl', async (t) => {
  t.match(startFailure({ ...base, lines: ['no wallet'] }), {
    code: 'SERVICE_FAILED',
    message: 'pearlctl.service did not start (exit-code, exit code 78).',
    hint: 'Its last words:\n  no wallet',
  });
  t.equal(startFailure(base).hint, base.said);
  t.match(startFailure({ ...base, state: { failure: 'signal', lastExit: { code: null, signal: 'SIGKILL' } } }), {
    message: 'pearlctl.service did not start (signal, SIGKILL).',
  });
  t.equal(
    startFailure({ ...base, state: { failure: null, lastExit: null } }).message,
    'pearlctl.service did not start.',
  );
});

t.test('a program that cannot be executed: SELinux is named where it enforces', async (t) => {
  const unexecutable = { ...base, state: { failure: 'exit-code', lastExit: { code: 203, signal: null } } };
  t.match(startFailure(unexecutable).hint, /missing/);
  t.match(startFailure({ ...unexecutable, selinux: true }).hint, /sudo restorecon -RF/);
});

t.test('a code by which systemd says that it never ran the program is explained', async (t) => {
  for (const [code, words] of [
    [217, /user namespaces are restricted/],
    [218, /may not drop capabilities/],
    [226, /mount namespace/],
    [228, /system calls/],
  ] as const) {
    const { hint, fix } = startFailure({ ...base, state: { failure: 'exit-code', lastExit: { code, signal: null } } });
    t.match(hint, words);
    t.match(fix?.commands, [{ verb: 'install' }]);
  }
});

t.test('whether SELinux enforces stands in its own file', async (t) => {
  const folder = t.testdir({ on: '1', off: '0\n' });
  t.equal(isSelinuxEnforcing(join(folder, 'on')), true);
  t.equal(isSelinuxEnforcing(join(folder, 'off')), false);
  t.equal(isSelinuxEnforcing(join(folder, 'missing')), false);
});

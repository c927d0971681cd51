// Presence as an installed service sees it: by a real logind, with a desktop that is opened, idle, in use, locked and closed. How long
// the service takes from the word of logind to the pause is read from the journal.
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { CONFIG, PRODUCT, pearlctl, statusOf } from './product.ts';

const LOGIND = 'org.freedesktop.login1';

t.test('an installed service rests while a desktop is in use', { skip: whyNoBox(), timeout: 200_000 }, async (t) => {
  const box = await Box.create(PRODUCT);
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['mkdir', '/etc/pearlctl']);
  const config = `${CONFIG()}[rest]\npresence = off\n`;
  await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: config });
  const installed = await pearlctl(box, 'install', '--yes', '--json');
  t.equal(installed.exitCode, 0, installed.stderr);
  const state = (wanted: string, reason: string | null) =>
    until(`${wanted}, ${reason}`, async () => {
      const now = await statusOf((command) => box.exec(command));
      return now.state === wanted && now.stateReason === reason ? now : null;
    });
  await state('running', null);

  await box.run(['useradd', '--create-home', '--uid', '4720', 'bob']);
  const session = ['systemd-run', '--quiet', '--unit=desktop', '-p', 'PAMName=login', '-p', 'User=bob'];
  await box.run([...session, '--setenv=XDG_SESSION_TYPE=wayland', '--setenv=XDG_SESSION_CLASS=user', 'sleep', '900']);
  await state('paused', 'a desktop is open that does not tell logind when it is idle');
  const path = await until('the session of the desktop', async () => {
    const { stdout } = await box.exec(['busctl', '--json=short', 'call', LOGIND, ...manager('ListSessions')]);
    const sessions: { data: [unknown[][]] } = JSON.parse(stdout);
    return sessions.data[0].find((one) => one[2] === 'bob')?.[4];
  });
  /** The moment before it is told, in microseconds. */
  const tell = async (method: string, value: string): Promise<number> => {
    const before = Date.now() * 1000;
    await box.run(['busctl', 'call', LOGIND, String(path), `${LOGIND}.Session`, method, 'b', value]);
    return before;
  };
  /** Milliseconds from a moment in microseconds to the newest line of the journal that says this. */
  const since = async (fromUs: number, pattern: RegExp): Promise<number> => {
    const journal = await box.run(['journalctl', '-u', 'pearlctl', '-o', 'json', '--no-pager', '-n', '200']);
    const lines: { MESSAGE: unknown; __REALTIME_TIMESTAMP: string }[] = journal
      .split('\n')
      .map((one) => JSON.parse(one));
    const said = lines.findLast(({ MESSAGE }) => pattern.test(String(MESSAGE).replace(/^supervisor: /, '')));
    return (Number(said?.__REALTIME_TIMESTAMP) - fromUs) / 1000;
  };
  const left = await tell('SetIdleHint', 'true');
  await state('running', null);
  t.comment(
    `from the word of logind to mining: at most ${(await since(left, /^the pause is over$/)).toFixed(0)} ms, with the start of busctl`,
  );
  const told = await tell('SetIdleHint', 'false');
  await state('paused', 'the desktop is in use');
  const tookMs = await since(told, /mining is paused: the desktop is in use/);
  t.comment(`from the word of logind to the pause: at most ${tookMs.toFixed(0)} ms, with the start of busctl`);
  t.ok(tookMs < 2000, `${tookMs} ms`);
  await tell('SetLockedHint', 'true');
  await state('running', null);
  await tell('SetLockedHint', 'false');
  await state('paused', 'the desktop is in use');
  await box.run(['systemctl', 'stop', 'desktop']);
  await state('running', null);
  await box.run(['systemctl', 'restart', 'systemd-logind']);
  t.equal((await pearlctl(box, 'status')).exitCode, 0, 'a logind that begins again ends nothing');
});

function manager(method: string): string[] {
  return ['/org/freedesktop/login1', `${LOGIND}.Manager`, method];
}

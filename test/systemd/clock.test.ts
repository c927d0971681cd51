// The doctor's check of the clock, over systemd's real timedated and timesyncd, a real time server and a real date(1). The
// clock alone is the box's own: the kernel has one for all, so that setting and disciplining it ends in a library that
// every program of the box has preloaded (test/fixtures/clock/shift.c). Whatever gets past that has no right to set it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { expectShown } from '../doctor/shown.ts';
import { missing } from '../faults/needs.ts';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { examineIn } from './examine.ts';
import { CONFIG, PEARLCTL, PRODUCT, pearlctl, type Status, statusOf } from './product.ts';

t.setTimeout(400_000);

const CLOCK = join(import.meta.dirname, '..', 'fixtures', 'clock');
const LIBRARY = '/usr/local/lib/pearlctl-clock.so';
const FILE = '/dev/shm/pearlctl-clock';
const YEAR_SECONDS = 365 * 24 * 3600;
/** The account that sets the clock here has no right to set the machine's. */
const UNPRIVILEGED = ['setpriv', '--bounding-set', '-sys_time'];

/** timesyncd leaves itself out of containers, and asks for a right that it does not need here, and must not have. */
const TIMESYNCD = `[Unit]
ConditionVirtualization=
ConditionCapability=
[Service]
AmbientCapabilities=
CapabilityBoundingSet=
`;

function whyNot(): string | false {
  if (!existsSync('/lib/systemd/systemd-timesyncd')) return 'the package systemd-timesyncd is not installed';
  return missing(['compiler']) === null ? whyNoBox() : 'needs a C compiler';
}

/** A box whose programs have a clock of their own, which was never set right. */
async function boxWithClock(t: Test): Promise<Box> {
  const library = join(t.testdir(), 'clock.so');
  const built = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, join(CLOCK, 'shift.c'), '-ldl']);
  if (built.status !== 0) throw new Error(`cc: ${built.stderr}`);
  const box = await Box.create({ ...PRODUCT, [LIBRARY]: library });
  t.teardown(() => box.down());
  await box.boot();
  // Status 64 is STA_UNSYNC, and 16 s are the kernel's "unknown".
  const numbers = [0n, 0n, 64n, 16_000_000n].map((number) => `${number}`).join(', ');
  const write = `open('${FILE}', 'wb').write(__import__('struct').pack('4q', ${numbers}))`;
  await box.run(['python3', '-c', write]);
  await box.run(['chmod', '666', FILE]);
  await box.run(['mkdir', '-p', '/etc/systemd/system/systemd-timesyncd.service.d', '/etc/systemd/timesyncd.conf.d']);
  await box.run(['tee', '/etc/systemd/system/systemd-timesyncd.service.d/box.conf'], { input: TIMESYNCD });
  await box.run(['tee', '/etc/systemd/timesyncd.conf.d/box.conf'], { input: '[Time]\nNTP=127.0.0.1\nFallbackNTP=\n' });
  await box.run(['tee', '/etc/ld.so.preload'], { input: `${LIBRARY}\n` });
  await box.run(['systemctl', 'daemon-reload']);
  return box;
}

/** In the network of the box, and else outside it: its clock is the true one. */
async function startTimeServer(t: Test, box: Box): Promise<void> {
  const place = ['nsenter', '-t', box.enter[1] ?? '', '--net', '--'];
  const server = spawn('setpriv', ['--pdeathsig', 'KILL', ...place, process.execPath, join(CLOCK, 'time-server.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => server.kill('SIGKILL'));
  await once(server.stdout, 'data');
}

/** Seconds by which the box's clock is ahead of the true one. */
async function ahead(box: Box): Promise<number> {
  return Number(await box.run(['date', '+%s'])) - Date.now() / 1000;
}

async function synchronised(box: Box): Promise<void> {
  await until('the clock to be synchronised', async () =>
    (await box.run(['timedatectl', 'show', '--property=NTPSynchronized', '--value'])).startsWith('yes'),
  );
}

async function mining(box: Box): Promise<void> {
  await until<Status | null>('work', async () => {
    const now = await statusOf((command) => box.exec(command));
    return now.state === 'running' && now.job !== null ? now : null;
  });
}

t.test('a clock that is wrong, unguarded or moved, and what sets it right', { skip: whyNot() }, async (t) => {
  const outer = t;
  const box = await boxWithClock(t);
  const examine = examineIn(box, '/root/miner');
  await box.run(['mkdir', '-p', '/root/miner', '/etc/pearlctl']);
  // Asked again, since it leaves when it is not asked for a while, and comes back with what it has preloaded.
  await box.exec(['systemctl', 'stop', 'systemd-timedated']);

  await t.test('nothing keeps it right, and nothing is there that could', async (t) => {
    // As apt-get would remove it: its unit, and the note that it is one which keeps the time.
    const installed = ['/lib/systemd/system/systemd-timesyncd.service', '/lib/systemd/ntp-units.d'];
    for (const path of installed) await box.run(['mv', path, `${path}.away`]);
    await box.run(['systemctl', 'unmask', 'systemd-timesyncd']);
    await box.exec(['systemctl', 'stop', 'systemd-timedated']);
    const fix = 'Install systemd-timesyncd or chrony, then: sudo timedatectl set-ntp true';
    await examine(t, 'clock', { status: 'warning', fact: /no program for it is installed/, fix });
    t.not((await box.exec(['timedatectl', 'set-ntp', 'true'])).exitCode, 0, 'the second half alone would not do');
    for (const path of installed) await box.run(['mv', `${path}.away`, path]);
    await box.run(['systemctl', 'daemon-reload']);
    await box.exec(['systemctl', 'stop', 'systemd-timedated']);
    await examine(t, 'clock', {
      status: 'warning',
      fact: 'not synchronised over the network',
      fix: 'sudo timedatectl set-ntp true',
    });
  });

  await t.test('it is years behind', async (t) => {
    const { exitCode, stderr } = await box.exec([...UNPRIVILEGED, 'date', '--set', '2020-02-02T02:02:02Z']);
    t.equal(exitCode, 0, stderr);
    t.ok((await ahead(box)) < -4 * YEAR_SECONDS, 'the box believes it');
    t.ok(Date.now() > Date.parse('2025-01-01'), 'and nothing else does');
    await examine(t, 'clock', {
      status: 'problem',
      fact: /^the clock says 2020-02-02T02:0/,
      fix: 'sudo timedatectl set-ntp true',
    });
  });

  await t.test('what it says to type sets it right, once a time server answers', async (t) => {
    await box.run(['timedatectl', 'set-ntp', 'true']);
    // It begins at the time when it was last seen right, or was built: no earlier is possible.
    await until('timesyncd to begin', async () => (await ahead(box)) > -4 * YEAR_SECONDS);
    await examine(t, 'clock', {
      status: 'warning',
      fact: 'not synchronised yet',
      fix: 'timedatectl timesync-status',
    });
    await startTimeServer(outer, box);
    // It would ask again in half a minute.
    await box.run(['systemctl', 'restart', 'systemd-timesyncd']);
    await synchronised(box);
    await examine(t, 'clock', { status: 'ok', fact: 'synchronised over the network', fix: null });
    t.ok(Math.abs(await ahead(box)) < 60, 'the time is the true one');
  });

  await t.test('it is set by hand while the service mines', async (t) => {
    await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG() });
    await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);
    t.equal((await pearlctl(box, 'install', '--yes', '--json')).exitCode, 0);
    await mining(box);
    const service = examineIn(box, null);
    await service(t, 'clock', { status: 'ok' });
    await box.run(['timedatectl', 'set-ntp', 'false']);
    t.equal((await box.exec([...UNPRIVILEGED, 'date', '--set', '+1 hour'])).exitCode, 0);
    await until('the supervisor to notice', async () =>
      (await box.exec([...PEARLCTL, 'doctor', 'clock'])).stdout.includes('moved'),
    );
    await service(t, 'clock', { status: 'warning', fact: /the clock moved by 3[56]\d\d s/, fix: /^pearlctl restart/ });
    t.equal((await pearlctl(box, 'restart')).exitCode, 0);
    await mining(box);
    const fix = 'sudo timedatectl set-ntp true';
    await service(t, 'clock', { status: 'warning', fact: 'not synchronised over the network', fix });
    await box.run(['timedatectl', 'set-ntp', 'true']);
    await synchronised(box);
    t.ok(Math.abs(await ahead(box)) < 60, 'the hour is taken back');
    t.equal((await pearlctl(box, 'restart')).exitCode, 0);
    await mining(box);
    await service(t, 'clock', { status: 'ok' });
  });

  expectShown(t, 'systemd/clock.test.ts');
});

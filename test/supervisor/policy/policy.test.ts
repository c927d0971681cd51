// When the miner rests by itself: which reason wins, how patient each is, that noise makes none of them flap, and the files of
// real layouts below another root.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { parseConfig } from '../../../src/config/configuration.ts';
import { withProfile } from '../../../src/config/profiles.ts';
import { openSystemFiles } from '../../../src/miner/system-files.ts';
import { Policy } from '../../../src/supervisor/policy/policy.ts';
import { readPowerSupply } from '../../../src/supervisor/policy/power-supply.ts';
import { claimsAt, type Memory, REASONS, type Seen } from '../../../src/supervisor/policy/reasons.ts';
import { runningProgram } from '../../../src/supervisor/policy/running-program.ts';
import { settle, UNSETTLED } from '../../../src/supervisor/policy/settle.ts';
import { readHeat } from '../../../src/supervisor/policy/temperature.ts';
import { combine, type Working } from '../../../src/supervisor/policy/working.ts';
import { DEVNET } from '../../doctor/stage.ts';
import { until } from '../../fixtures/until.ts';

const DUTIES = { full: 100, light: 25 };
const NOTHING: Seen = {
  nowMs: 0,
  wallMs: 0,
  wish: null,
  program: null,
  supply: null,
  celsius: null,
  throttledAgoMs: null,
  sight: null,
  load: null,
  metered: null,
  dear: null,
};
const ON_BATTERY = { onBattery: true, percent: 60 };

function configOf(rest: string) {
  return parseConfig(`${DEVNET}[rest]\n${rest}\n`, 'the test');
}

const rulesOf = (rest: string) => withProfile(configOf(rest).rest, 'system');

t.test('the lowest level wins, and of its reasons the strongest is shown', async (t) => {
  const claim = (reason: string, level: 'full' | 'light' | 'off') => ({ reason, level, text: `for ${reason}` });
  const cases: [Parameters<typeof combine>[0], string, string | null, number][] = [
    [[], 'full', null, 100],
    [[claim('heat', 'full')], 'full', null, 100],
    [[claim('heat', 'light')], 'light', 'heat', 25],
    [[claim('user', 'light'), claim('heat', 'off')], 'off', 'heat', 0],
    [[claim('user', 'off'), claim('battery', 'off')], 'off', 'user', 0],
    [[claim('battery', 'light'), claim('heat', 'light')], 'light', 'battery', 25],
  ];
  for (const [claims, level, reason, dutyPercent] of cases) {
    t.match(combine(claims, DUTIES), { level, reason, dutyPercent }, JSON.stringify(claims));
  }
  t.match(
    combine([claim('heat', 'light')], { full: 20, light: 25 }),
    { dutyPercent: 20 },
    'light is never more than full',
  );
  t.same(
    REASONS.map(({ name }) => name),
    ['user', 'schedule', 'programs', 'presence', 'battery', 'heat', 'load', 'metered', 'price'],
    'the strongest first',
  );
});

t.test('a reason holds once it was seen for a while, and never changes sooner, whatever is seen', async (t) => {
  const patience = { beginMs: 3000, endMs: 10_000 };
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (looks) => {
      let settled = UNSETTLED;
      let changedMs = Number.NEGATIVE_INFINITY;
      for (const [second, seen] of looks.entries()) {
        const before = settled.holds;
        settled = settle(settled, seen, second * 1000, patience);
        if (settled.holds === before) continue;
        const needed = settled.holds ? 3 : 10;
        // All looks of the time that it takes agreed, so that two changes are as far apart as that.
        if (!looks.slice(second - needed, second + 1).every((look) => look === settled.holds)) return false;
        if (second * 1000 - changedMs < needed * 1000) return false;
        changedMs = second * 1000;
      }
      return true;
    }),
  );
  t.pass();
});

/** Looks once a second, and gives the levels in a row. */
function watch(rest: string, looks: readonly Partial<Seen>[]): (string | null)[] {
  const rules = rulesOf(rest);
  let memory: Memory | null = null;
  return looks.map((look, second) => {
    const { claims, memory: next } = claimsAt(rules, { ...NOTHING, nowMs: second * 1000, ...look }, memory);
    memory = next;
    return combine(claims, DUTIES).reason;
  });
}

t.test('each reason begins and ends as patiently as it should', async (t) => {
  const supply = (onBattery: boolean, percent: number | null = 60) => ({ supply: { onBattery, percent } });
  const plugged = supply(false);
  t.same(watch('battery = off', [supply(true)]), ['battery'], 'the first look takes what it sees');
  const pulled = watch('battery = off', [plugged, supply(true), supply(true), supply(true)]);
  t.same(pulled, [null, null, null, 'battery'], 'two seconds');
  const back = watch('battery = off', [supply(true), ...Array(32).fill(plugged)]);
  t.equal(back.indexOf(null), 31, 'half a minute of mains before it goes on');
  t.same(watch('battery = full', [supply(true)]), [null], 'a level of full is no reason');
  t.same(watch('', [supply(true)]), [null], 'and a server has none');
  const above = 'battery = off\nbattery_above = 50%';
  t.same(watch(above, [supply(true, 51)]), [null]);
  t.same(watch(above, [supply(true, 50)]), ['battery']);
  t.same(watch(above, [supply(true, null)]), ['battery'], 'a charge that is not told is none');

  const hot = (celsius: number) => ({ celsius });
  const band = 'heat = light\nheat_stop = 85\nheat_resume = 75';
  t.equal(watch(band, [hot(84), ...Array(9).fill(hot(85))]).indexOf('heat'), 5, 'four seconds of heat');
  const between = watch(band, [hot(85), ...Array(60).fill(hot(76))]);
  t.ok(
    between.every((reason) => reason === 'heat'),
    'inside the band it stays',
  );
  t.equal(watch(band, [hot(85), ...Array(40).fill(hot(75))]).indexOf(null), 31);
  t.same(watch(band, [{ celsius: 20, throttledAgoMs: 0 }]), ['heat'], 'it slows itself down');
  t.same(watch(band, [{ celsius: null }]), [null]);

  const wish = { reason: 'backup', untilMs: 5000 };
  t.same(watch('battery = off', [{ wish, wallMs: 4999, supply: ON_BATTERY }]), ['backup'], 'a pause is the strongest');
  t.same(
    watch('', [
      { wish, wallMs: 4999 },
      { wish, wallMs: 5000 },
    ]),
    ['backup', null],
    'and ends to the second',
  );
  const game = { program: 'game' };
  const played = watch('programs[] = game', [game, ...Array(11).fill({ program: null })]);
  t.equal(played.indexOf(null), 11, 'ten seconds after its end');
  t.same(watch('programs[] = game', [{}, game]), [null, 'programs'], 'at once');
  const sunday = Date.parse('2026-11-29T12:00:00Z');
  t.same(watch('schedule = mon\ntime_zone = UTC', [{ wallMs: sunday }, { wallMs: sunday + 86_400_000 }]), [
    'schedule',
    null,
  ]);
});

t.test('presence, load, a metered network and dear power begin and end as patiently as they should', async (t) => {
  const sight = (inUse: boolean) => ({ sight: { inUse, text: 'the desktop is in use' } });
  t.same(watch('presence = off', [{}, sight(true), sight(false)]), [null, 'presence', null], 'at once, both ways');
  t.same(watch('', [sight(true)]), [null], 'a server does not care');
  const load = (usePercent: number, waitPercent: number | null = null) => ({ load: { usePercent, waitPercent } });
  const busy = watch('load = light', [load(0), ...Array(5).fill(load(51))]);
  t.equal(busy.indexOf('load'), 4, 'three seconds');
  const half = watch('load = light', [load(51), ...Array(60).fill(load(26))]);
  t.ok(
    half.every((reason) => reason === 'load'),
    'half of it keeps it',
  );
  t.equal(watch('load = light', [load(51), ...Array(40).fill(load(25))]).indexOf(null), 21, 'twenty seconds');
  t.same(watch('load = light\nload_above = 30%', [load(31)]), ['load']);
  t.same(watch('load = light', [load(0, 11)]), ['load'], 'others that wait, whatever they use');
  t.same(watch('load = light', [load(50, 10)]), [null]);
  const metered = watch('metered = off', [{}, { metered: true }, { metered: true }]);
  t.same(metered, [null, null, 'metered']);
  t.same(watch('', [{ metered: true }]), [null], 'unless it is set it is no reason');
  const sunday = Date.parse('2026-11-29T12:00:00Z');
  const cheap = 'cheap = sun\ntime_zone = UTC';
  t.same(watch(cheap, [{ wallMs: sunday }, { wallMs: sunday + 86_400_000 }]), [null, 'price'], 'to the second');
  const command = 'price_command = /bin/true';
  t.same(watch(command, [{ dear: true }, { dear: false }, { dear: null }]), ['price', null, null]);
  t.same(watch('', [{ dear: true }]), [null]);
});

t.test('no noise makes the level change more often than a reason is patient', async (t) => {
  const look = fc.record({
    supply: fc.record({ onBattery: fc.boolean(), percent: fc.option(fc.integer({ min: 0, max: 100 })) }),
    celsius: fc.option(fc.integer({ min: 60, max: 110 })),
    load: fc.option(fc.record({ usePercent: fc.nat(100), waitPercent: fc.option(fc.nat(100)) })),
    metered: fc.option(fc.boolean()),
  });
  const rest = 'battery = off\nbattery_above = 50%\nheat = light\nload = light\nmetered = light';
  fc.assert(
    fc.property(fc.array(look, { minLength: 120, maxLength: 120 }), (looks) => {
      const reasons = watch(rest, looks);
      const changes = reasons.filter((reason, index) => index > 0 && reason !== reasons[index - 1]).length;
      // Each ends after its patience at the soonest, in two minutes: battery and heat 4 times, load 6, the network 12. Each end
      // and each beginning may show another reason.
      return changes <= 2 * (4 + 4 + 6 + 12);
    }),
    { numRuns: 50 },
  );
  t.pass();
});

/** Files below another root. */
function layout(t: import('tap').Test, files: Record<string, string>) {
  const root = t.testdir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return { root, files: openSystemFiles(root, 'linux') };
}

t.test('power supplies: two batteries, a UPS, a mouse, a charger', async (t) => {
  const at = '/sys/class/power_supply';
  const battery = (name: string, status: string, now = 20, full = 100, type = 'Battery') => ({
    ...{ [`${at}/${name}/type`]: type, [`${at}/${name}/status`]: status },
    ...{ [`${at}/${name}/energy_now`]: String(now), [`${at}/${name}/energy_full`]: String(full) },
  });
  const mouse = { ...battery('hidpp', 'Discharging'), [`${at}/hidpp/scope`]: 'Device' };
  const mains = (online: string) => ({ [`${at}/AC/type`]: 'Mains', [`${at}/AC/online`]: online });
  const read = (title: string, files: Record<string, string>, expected: object | null) =>
    t.test(title, async (t) => t.same(readPowerSupply(layout(t, files).files), expected));
  await read('no battery', mains('1'), null);
  await read('a mouse', mouse, null);
  await read('a laptop on mains', { ...battery('BAT0', 'Charging'), ...mains('1') }, { onBattery: false, percent: 20 });
  await read('unplugged', { ...battery('CMB1', 'Discharging'), ...mains('0') }, { onBattery: true, percent: 20 });
  const two = { ...battery('BAT0', 'Not charging', 10, 100), ...battery('BAT1', 'Discharging', 290, 300) };
  await read('two batteries, weighed', { ...two, ...mains('0') }, { onBattery: true, percent: 75 });
  await read(
    'a status that the driver does not know',
    { ...battery('BAT0', 'Unknown'), ...mains('0') },
    { onBattery: true, percent: 20 },
  );
  await read('a UPS', battery('ups', 'Discharging', 50, 100, 'UPS'), { onBattery: true, percent: 50 });
  const plain = { [`${at}/BAT0/type`]: 'Battery', [`${at}/BAT0/status`]: 'Full', [`${at}/BAT0/capacity`]: '98' };
  await read('a capacity alone', plain, { onBattery: false, percent: 98 });
});

t.test('temperatures: the sensors of the processor before the zones, and how often it slowed down', async (t) => {
  const monitors = { '/sys/class/hwmon/hwmon0/name': 'nvme', '/sys/class/hwmon/hwmon0/temp1_input': '99000' };
  const core = { '/sys/class/hwmon/hwmon1/name': 'coretemp', '/sys/class/hwmon/hwmon1/temp2_input': '71500' };
  const zone = {
    '/sys/class/thermal/thermal_zone0/type': 'x86_pkg_temp',
    '/sys/class/thermal/thermal_zone0/temp': '65000',
  };
  const count = { '/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count': '7' };
  t.same(readHeat(layout(t, { ...monitors, ...core, ...zone, ...count }).files), { celsius: 71.5, throttled: 7 });
  await t.test('zones', async (t) =>
    t.same(readHeat(layout(t, { ...monitors, ...zone }).files), { celsius: 65, throttled: null }),
  );
  await t.test('nothing', async (t) => t.same(readHeat(layout(t, monitors).files), { celsius: null, throttled: null }));
});

t.test('programs are known by the names that top shows, and a zombie runs no more', async (t) => {
  const { files } = layout(t, {
    '/proc/1/stat': '1 (systemd) S 0',
    '/proc/77/stat': '77 (my (game)) R 1',
    '/proc/78/stat': '78 (a-name-of-fifteen) Z 1',
    '/proc/version': 'Linux',
  });
  t.equal(runningProgram(files, ['steam', 'my (game)']), 'my (game)');
  t.equal(runningProgram(files, ['a-name-of-fifteen']), null);
  t.equal(runningProgram(openSystemFiles(), ['no-such-program', 'node']), 'node', 'this test');
  t.equal(runningProgram(openSystemFiles(), []), null);
});

t.test('a policy tells each change once, at the second of the clock', async (t) => {
  const { root, files } = layout(t, {
    '/sys/class/power_supply/BAT0/type': 'Battery',
    '/sys/class/power_supply/BAT0/status': 'Discharging',
  });
  const told: Working[] = [];
  let over = 0;
  const policy = new Policy({
    // Whoever uses the machine of this test is no part of it.
    config: configOf('profile = laptop\npresence = full'),
    scope: 'system',
    files,
    env: {},
    pids: () => [],
    wish: { reason: 'user', untilMs: Date.now() + 1000 },
    onChange: (working) => told.push(working),
    onWishOver: () => {
      over += 1;
    },
  });
  t.match(policy.working, { level: 'off', reason: 'user', text: /^paused on request until .* UTC$/ });
  policy.start();
  t.teardown(() => policy.stop());
  await until('the end of the pause', () => told[0]);
  t.match(told, [{ level: 'off', reason: 'battery', text: 'on battery' }]);
  t.equal(over, 1);
  policy.configure(configOf('profile = server'));
  t.match(told[1], { level: 'full', dutyPercent: 100, reason: null });
  writeFileSync(join(root, '/sys/class/power_supply/BAT0/status'), 'Full\n');
  policy.wish({ reason: 'user', untilMs: null });
  t.match(told[2], { level: 'off', reason: 'user', text: 'paused on request' });
  policy.wish({ reason: 'user', untilMs: null });
  t.equal(told.length, 3, 'the same again is no news');
  t.same(policy.troubles(), []);
  policy.configure(configOf('programs[] = steam'));
  t.match(policy.troubles(), [{ id: 'programs-unseen' }], 'a /proc without process 1');
});

/** The ends take half a minute, in which nothing is done: they are waited for with PEARLCTL_TEST_REST=all. */
const ENDS = process.env.PEARLCTL_TEST_REST === 'all';
t.setTimeout(180_000);

t.test('how long real files take to become a reason', async (t) => {
  const { root, files } = layout(t, {
    '/sys/class/power_supply/BAT0/type': 'Battery',
    '/sys/class/thermal/thermal_zone0/type': 'x86_pkg_temp',
    '/proc/1/stat': '1 (systemd) S 0',
  });
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  };
  // The kernel counts on: 20 of 100 ticks a second are of others, or 90.
  let share = 20;
  const ticks = { busy: 0, idle: 0 };
  const counting = setInterval(() => {
    ticks.busy += share;
    ticks.idle += 100 - share;
    put('/proc/stat', `cpu  ${ticks.busy} 0 0 ${ticks.idle} 0 0 0 0 0 0`);
  }, 100);
  /** Of each reason: its keys, what makes it so or not, and for how many seconds that has to last to begin and to end. */
  const rows: Record<string, readonly [string, (is: boolean) => void, number, number]> = {
    battery: [
      'battery = light',
      (is: boolean) => put('/sys/class/power_supply/BAT0/status', is ? 'Discharging' : 'Full'),
      2,
      30,
    ],
    programs: ['programs[] = game', (is: boolean) => put('/proc/77/stat', `77 (${is ? 'game' : 'editor'}) S 1`), 0, 10],
    heat: [
      'heat = light',
      (is: boolean) => put('/sys/class/thermal/thermal_zone0/temp', is ? '95000' : '60000'),
      4,
      30,
    ],
    load: [
      'load = light',
      (is: boolean) => {
        share = is ? 90 : 20;
      },
      3,
      20,
    ],
  };
  for (const [, set] of Object.values(rows)) set(false);
  const timesOf = async ([reason, [keys, set, begins, ends]]: [string, (typeof rows)[string]]) => {
    let told: Working | null = null;
    const policy = new Policy({
      ...{ config: configOf(`profile = server\n${keys}`), scope: 'system', files, env: {}, wish: null },
      pids: () => [],
      onChange: (working) => {
        told = working;
      },
      onWishOver: () => undefined,
    });
    policy.start();
    t.teardown(() => policy.stop());
    const took = async (is: boolean) => {
      const began = performance.now();
      set(is);
      await until(`${reason} ${is}`, () => (told?.reason ?? null) === (is ? reason : null));
      return (performance.now() - began) / 1000;
    };
    const begun = await took(true);
    t.ok(begun >= begins - 0.1, `${reason} begins after ${begun.toFixed(2)} s`);
    if (!ENDS) return;
    const ended = await took(false);
    t.ok(ended >= ends - 0.1, `${reason} ends after ${ended.toFixed(2)} s`);
  };
  // Before the folder goes, into which it writes.
  await Promise.all(Object.entries(rows).map(timesOf)).finally(() => clearInterval(counting));
});

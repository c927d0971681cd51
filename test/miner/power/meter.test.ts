// What a machine tells of its power, over /sys trees laid out as real machines have them.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { costOf, describeCost } from '../../../src/miner/power/energy-cost.ts';
import { energyBetween, findCounters } from '../../../src/miner/power/energy-counters.ts';
import { type Meter, openMeter } from '../../../src/miner/power/meter.ts';
import { openSystemFiles } from '../../../src/miner/system-files.ts';
import { OTHER_UID, openFolder, openNode } from '../../fixtures/other-account.ts';

type Tree = Record<string, string>;

/** A root with these files below /sys/class. */
function machine(t: Test, tree: Tree, platform: NodeJS.Platform = 'linux') {
  const root = t.testdir();
  const set = (files: Tree) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(root, 'sys/class', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${text}\n`);
    }
  };
  set(tree);
  return { root, set, files: openSystemFiles(root, platform) };
}

/** As Linux 6.1 shows a two-socket server: packages, their memory, the cores within, and a second view of the first. */
const SERVER: Tree = {
  'powercap/intel-rapl/enabled': '1',
  'powercap/intel-rapl:0/name': 'package-0',
  'powercap/intel-rapl:0/energy_uj': '1000000',
  'powercap/intel-rapl:0/max_energy_range_uj': '262143328850',
  'powercap/intel-rapl:0:0/name': 'core',
  'powercap/intel-rapl:0:0/energy_uj': '900000',
  'powercap/intel-rapl:0:0/max_energy_range_uj': '262143328850',
  'powercap/intel-rapl:0:1/name': 'dram',
  'powercap/intel-rapl:0:1/energy_uj': '500000',
  'powercap/intel-rapl:0:1/max_energy_range_uj': '65712999613',
  'powercap/intel-rapl:1/name': 'package-1',
  'powercap/intel-rapl:1/energy_uj': '262143328000',
  'powercap/intel-rapl:1/max_energy_range_uj': '262143328850',
  'powercap/intel-rapl-mmio:0/name': 'package-0',
  'powercap/intel-rapl-mmio:0/energy_uj': '1000000',
};

/** A laptop's whole platform is counted once more, as `psys`. */
const LAPTOP: Tree = {
  'powercap/intel-rapl:0/name': 'package-0',
  'powercap/intel-rapl:0/energy_uj': '5000000',
  'powercap/intel-rapl:0/max_energy_range_uj': '262143328850',
  'powercap/intel-rapl:1/name': 'psys',
  'powercap/intel-rapl:1/energy_uj': '9000000',
  'powercap/intel-rapl:1/max_energy_range_uj': '262143328850',
};

const OLD_AMD: Tree = {
  'hwmon/hwmon0/name': 'nvme',
  'hwmon/hwmon1/name': 'amd_energy',
  'hwmon/hwmon1/energy1_label': 'Ecore000',
  'hwmon/hwmon1/energy1_input': '1',
  'hwmon/hwmon1/energy9_label': 'Esocket0',
  'hwmon/hwmon1/energy9_input': '7000000',
};

function meterOf(files: ReturnType<typeof openSystemFiles>, nowMs: () => number): Meter {
  const meter = openMeter(files, nowMs);
  if (meter.source === null) throw new Error(meter.reason);
  return meter;
}

t.test('packages and memory are counted once each, whatever else counts them too', async (t) => {
  const names = (tree: Tree) => findCounters(machine(t, tree).files).map(({ name }) => name);
  t.same(names(SERVER), ['package-0', 'dram', 'package-1']);
  t.same(names(LAPTOP), ['package-0']);
  t.same(names(OLD_AMD), ['Esocket0']);
  t.same(names({}), []);
});

t.test('watts are the energy of all counters over the time, also when one has wrapped', async (t) => {
  const { files, set } = machine(t, SERVER);
  let now = 0;
  const meter = meterOf(files, () => now);
  const before = meter.read();
  now = 2000;
  set({
    'powercap/intel-rapl:0/energy_uj': '81000000',
    'powercap/intel-rapl:0:1/energy_uj': '10500000',
    // 850 µJ to the end of its range, then from 0.
    'powercap/intel-rapl:1/energy_uj': '29999150',
  });
  t.equal(meter.between(before, meter.read()), (80 + 10 + 30) / 2);
  t.equal(meter.source, 'processor');
  now = 2050;
  t.equal(meter.between(before, null), null);
  t.equal(meter.between({ atMs: 2000, counts: before?.counts ?? [], watts: null }, meter.read()), null, 'too short');
});

t.test('a count that went backwards without a range says nothing', async (t) => {
  t.equal(energyBetween(5n, 3n, null), null);
  t.equal(energyBetween(5n, 3n, 4n), null, 'and one beyond its own range');
  t.equal(energyBetween(5n, 3n, 10n), 8n);
  t.equal(energyBetween(5n, 9n, null), 4n);
});

t.test('a counter for root alone is said to be one, with what shows it', async (t) => {
  const home = openFolder(t);
  // The checkout need not be open to the other user.
  for (const part of ['base', 'miner']) {
    cpSync(join(import.meta.dirname, '../../../dist/js', part), join(home, part), { recursive: true });
  }
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
  for (const [path, text] of Object.entries(LAPTOP)) {
    const file = join(home, 'sys/class', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: path.endsWith('energy_uj') ? 0o400 : 0o444 });
  }
  const ask = (user: { uid?: number }) => {
    const [files, meter] = ['system-files', 'power/meter'].map((name) =>
      pathToFileURL(join(home, 'miner', `${name}.js`)),
    );
    const script = `import { openSystemFiles } from '${files}'; import { openMeter } from '${meter}';
      console.log(JSON.stringify(openMeter(openSystemFiles(process.argv[1], 'linux'))));`;
    const run = spawnSync(openNode(home), ['--input-type=module', '-e', script, '--', home], { ...user, cwd: '/' });
    return JSON.parse(run.stdout.toString());
  };
  if (process.getuid?.() !== 0) {
    for (const path of Object.keys(LAPTOP)) chmodSync(join(home, 'sys/class', path), 0o000);
    t.match(ask({}), { source: null, reason: /this machine/i });
    return;
  }
  t.match(ask({}), { source: 'processor' }, 'root may');
  t.match(ask({ uid: OTHER_UID }), { source: null, reason: /root alone/, hint: 'sudo pearlctl calibrate --dry-run' });
});

t.test('a battery tells watts while it discharges, in either way of writing them down', async (t) => {
  const battery = (facts: Tree) =>
    machine(t, Object.fromEntries(Object.entries(facts).map(([key, value]) => [`power_supply/${key}`, value]))).files;
  const at = () => 0;
  const one = { 'BAT0/type': 'Battery', 'BAT0/status': 'Discharging' };
  const watts = (facts: Tree) => {
    const meter = meterOf(battery({ ...one, ...facts }), at);
    return meter.between(null, meter.read());
  };
  t.equal(watts({ 'BAT0/power_now': '12500000' }), 12.5);
  t.equal(watts({ 'BAT0/current_now': '-2000000', 'BAT0/voltage_now': '12000000' }), 24, 'outwards is negative');
  const two = { 'BAT1/type': 'Battery', 'BAT1/status': 'Discharging', 'BAT1/power_now': '1000000' };
  t.equal(watts({ 'BAT0/power_now': '12500000', ...two }), 13.5);
  const mains = battery({ ...one, 'BAT0/status': 'Charging', 'BAT0/power_now': '30000000' });
  t.match(openMeter(mains, at), { source: null, reason: /mains power/ });
  const mouse = battery({ ...one, 'BAT0/scope': 'Device', 'BAT0/power_now': '1' });
  t.match(openMeter(mouse, at), { source: null, reason: /does not tell/ });
});

t.test('a machine that tells nothing says so, and a Mac what would tell', async (t) => {
  t.match(openMeter(machine(t, {}).files), { source: null, reason: /does not tell/, hint: null });
  t.match(openMeter(machine(t, SERVER, 'darwin').files), { source: null, reason: /macOS/, hint: /powermetrics/ });
  t.equal(machine(t, { 'powercap/x': 'y' }).files.read('/sys/class/powercap'), null, 'a folder is no number');
});

t.test('the cost is what mining adds, in watts and in kilowatt-hours a day', async (t) => {
  t.same(costOf('processor', 18, 62), {
    source: 'processor',
    idleWatts: 18,
    miningWatts: 62,
    addedWatts: 44,
    kilowattHoursPerDay: 1.056,
  });
  t.equal(
    describeCost(costOf('processor', 18, 62)),
    'The processor draws 62 W while mining, 18 W before: 44 W more, 1.06 kWh in a day of it.',
  );
  t.match(costOf('battery', 9, 8), { addedWatts: 0, kilowattHoursPerDay: 0 }, 'never a gain');
});

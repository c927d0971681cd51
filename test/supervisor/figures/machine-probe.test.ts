// What a supervisor tells of the draw of its machine, over /sys trees of a processor that counts and of a notebook whose plug is pulled.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { openSystemFiles } from '../../../src/miner/system-files.ts';
import { MachineProbe } from '../../../src/supervisor/figures/machine-probe.ts';
import { lasting } from '../../fixtures/until.ts';

function machine(t: Test): { set: (files: Record<string, string>) => void; probe: () => MachineProbe } {
  const root = t.testdir();
  const set = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(root, 'sys/class', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${text}\n`);
    }
  };
  return { set, probe: () => new MachineProbe(openSystemFiles(root, 'linux')) };
}

t.test('a processor that counts its energy', async (t) => {
  const { set, probe } = machine(t);
  const zone = 'powercap/intel-rapl:0';
  set({ [`${zone}/name`]: 'package-0', [`${zone}/energy_uj`]: '0', [`${zone}/max_energy_range_uj`]: '262143328850' });
  const probed = probe();
  const began = performance.now();
  t.match(probed.at(0), { watts: null, wattsOf: 'processor', noWatts: null }, 'one reading says nothing yet');
  await lasting(200);
  set({ [`${zone}/energy_uj`]: '10000000' });
  const { watts } = probed.at(10_000);
  const seconds = (performance.now() - began) / 1000;
  t.ok(watts !== null && watts >= 10 / seconds - 0.1 && watts <= 51, `10 J in ${seconds} s: ${watts} W`);
  t.equal(probed.at(15_000).watts, watts, 'read every ten seconds');
});

t.test('a notebook tells what its battery gives, and nothing while it is plugged in', async (t) => {
  const { set, probe } = machine(t);
  const battery = 'power_supply/BAT0';
  set({ [`${battery}/type`]: 'Battery', [`${battery}/status`]: 'Charging', [`${battery}/power_now`]: '9000000' });
  const probed = probe();
  t.match(probed.at(0), { watts: null, wattsOf: null, noWatts: /runs on mains power/ });
  set({ [`${battery}/status`]: 'Discharging', [`${battery}/power_now`]: '23400000' });
  t.match(probed.at(10_000), { watts: 23.4, wattsOf: 'battery', noWatts: null });
  set({ [`${battery}/status`]: 'Charging' });
  t.match(probed.at(20_000), { watts: null, wattsOf: null, noWatts: /runs on mains power/ });
});

// What goes wrong between a service and launchd. SIMULATED, by knobs of the stand-in that no real Mac has.
import { readdirSync } from 'node:fs';
import t from 'tap';
import { LaunchdManager } from '../../src/service/launchd/launchd-manager.ts';
import { prepare } from './mac.ts';
import { PROFILES } from './profiles.ts';
import { simulateMac, UID, whyNoMac } from './simulated.ts';

const skip = whyNoMac();
t.setTimeout(600_000);
const LABEL = 'org.pearlctl.supervisor';

for (const profile of PROFILES) {
  t.test(`simulated ${profile.name}: trouble is named, nothing is half done`, { skip, timeout: 300_000 }, async (t) => {
    const mac = simulateMac(t, profile, { scope: 'user' });
    const list = () => readdirSync(mac.folder, { recursive: true }).sort();
    const before = list();
    mac.sim.faults.removesAtOnce = true;
    await t.rejects((await prepare(mac)).act({}), { code: 'SERVICE_FAILED', hint: /Login Items/ });
    t.same(list(), before, 'everything was put back');
    mac.sim.faults.removesAtOnce = false;

    mac.sim.faults.transientFailures = 2;
    const prepared = await prepare(mac);
    await prepared.act({});
    t.ok((await prepared.verify(120_000)).work, 'an input/output error that passes is waited out');

    const { paths, caller, definitionFile, run } = mac.open();
    const options = { scope: 'user' as const, instance: null, run, caller, paths, definitionFile };
    const manager = new LaunchdManager({ ...options, spawnLimitMs: 1000 });
    await manager.stop();
    mac.sim.faults.neverSpawns = true;
    await t.rejects(manager.start(), { code: 'SERVICE_FAILED', message: /does not start it/, hint: /Login Items/ });
    t.ok(
      mac.sim.events.some((event) => event.startsWith('kickstart ')),
      'after one kick',
    );
    mac.sim.faults.neverSpawns = false;
    await manager.start();
    t.ok((await prepared.verify(120_000)).work, 'the next start finds the label taken by a job that never ran');
  });
}

t.test('simulated: without a graphical login it loads into the user domain, over ssh', { skip }, async (t) => {
  for (const profile of PROFILES) {
    const mac = simulateMac(t, profile, { scope: 'user', gui: false });
    await (await prepare(mac)).act({});
    t.same(mac.sim.loaded, [`user/${UID}/${LABEL}`]);
    t.same(mac.sim.job(`user/${UID}/${LABEL}`)?.plist.LimitLoadToSessionType, ['Aqua', 'Background']);
    await mac.sim.shutDown();
  }
});

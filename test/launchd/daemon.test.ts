// A daemon's life, under every profile of the stand-in. SIMULATED: see `agent.test.ts`. With an instance's name, which the
// agent does without.
import t from 'tap';
import { liveALife } from './life.ts';
import { PROFILES } from './profiles.ts';
import { simulateMac, whyNoMac } from './simulated.ts';

// Starts and stops are waited for in earnest, and other tests run beside these.
t.setTimeout(900_000);

for (const profile of PROFILES) {
  t.test(`simulated ${profile.name}: a daemon’s life`, { skip: whyNoMac(), timeout: 600_000 }, async (t) => {
    const mac = simulateMac(t, profile, { scope: 'system', gui: false, instance: 'garage' });
    await liveALife(t, mac);
    t.same(mac.sim.loaded, []);
  });
}

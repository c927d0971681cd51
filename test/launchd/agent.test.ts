// An agent's life, under every profile of the stand-in. SIMULATED: the stand-in answers as launchctl is documented and
// reported to answer; only a real Mac can say how it does (`real.test.ts`).
import t from 'tap';
import { liveALife } from './life.ts';
import { PROFILES } from './profiles.ts';
import { simulateMac, whyNoMac } from './simulated.ts';

// Starts and stops are waited for in earnest, and other tests run beside these.
t.setTimeout(900_000);

for (const profile of PROFILES) {
  t.test(`simulated ${profile.name}: an agent’s life`, { skip: whyNoMac(), timeout: 600_000 }, async (t) => {
    const mac = simulateMac(t, profile, { scope: 'user' });
    await liveALife(t, mac);
    t.same(mac.sim.loaded, []);
  });
}

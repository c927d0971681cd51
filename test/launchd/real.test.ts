// The same life as in `agent.test.ts` and `daemon.test.ts`, on the launchd of this Mac: an agent's, or through sudo a daemon's.
import t from 'tap';
import { liveALife } from './life.ts';
import { realMac, whyNotReal } from './real.ts';

t.setTimeout(900_000);

t.test('the real launchd: a service’s life', { skip: whyNotReal(), timeout: 900_000 }, async (t) => {
  await liveALife(t, realMac());
});

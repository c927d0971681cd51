// What health says of a miner that hardly gets to work, and what to type.
import t from 'tap';
import { fixText } from '../../../src/base/fix.ts';
import type { MinerHeartbeat } from '../../../src/protocol/channel/messages.ts';
import { healthOf } from '../../../src/supervisor/publish/health.ts';
import type { Situation } from '../../../src/supervisor/publish/situation.ts';

/** Of a supervisor whose children are well. */
function situation(miner: Partial<MinerHeartbeat>): Situation {
  const ready = { state: 'ready', reason: null, recycledFor: null };
  const heartbeat = { activity: 'mining', rejectedKernels: [], priorityGap: null, setUpBurden: null, ...miner };
  return {
    machine: { children: { gateway: ready, miner: ready } },
    lastExits: { gateway: null, miner: null },
    heard: { gateway: null, miner: { heartbeat, atMs: 0 } },
    facts: { gatewayKind: 'pool' },
    work: { rate: { macsPerSecond60s: 0 } },
    troubles: [],
  } as unknown as Situation;
}

t.test('set-ups that take much of the time are told with a smaller shape as the fix', async (t) => {
  t.same(healthOf(situation({})), []);
  const [item] = healthOf(situation({ setUpBurden: 'setting jobs up takes 60 % of the time' }));
  t.match(item, { id: 'set-ups', text: 'The miner hardly gets to work: setting jobs up takes 60 % of the time.' });
  t.match(item && fixText(item.fix, {}), /pearlctl config set shape\.preset light, then: pearlctl reload/);
});

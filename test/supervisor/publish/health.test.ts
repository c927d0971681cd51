// What health says of a miner that hardly gets to work, and what to type.
import t from 'tap';
import { fix, fixText } from '../../../src/base/fix.ts';
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

t.test('a fix that the gateway tells stands for the usual one', async (t) => {
  const own = fix`Give POOL_SECRET the password`;
  const upstream = { phase: 'ready', url: 'a:1', reason: null, troubles: [{ id: 'pool-refuses', text: 'b: no.' }] };
  const health = (change: object) =>
    healthOf({
      ...situation({}),
      heard: { gateway: { heartbeat: { upstream: { ...upstream, ...change } } }, miner: null },
    } as never);
  t.match(fixText(health({})[0]?.fix ?? own), /config edit/);
  t.same(health({ troubles: [{ ...upstream.troubles[0], fix: own }] }), [
    { id: 'pool-refuses', text: 'b: no.', fix: own },
  ]);
  t.match(health({ phase: 'refused', troubles: [], fix: own }), [{ id: 'upstream-refused', fix: own }]);
});

t.test('set-ups that take much of the time are told with a smaller shape as the fix', async (t) => {
  t.same(healthOf(situation({})), []);
  const [item] = healthOf(situation({ setUpBurden: 'setting jobs up takes 60 % of the time' }));
  t.match(item, { id: 'set-ups', text: 'The miner hardly gets to work: setting jobs up takes 60 % of the time.' });
  t.match(item && fixText(item.fix, {}), /pearlctl config set shape\.preset light, then: pearlctl reload/);
});

t.test('a miner without the memory for its shape is told with fewer threads and more memory as the fix', async (t) => {
  const [item] = healthOf(situation({ activity: 'no-memory', reason: 'this shape needs at least 836 MiB of memory' }));
  t.match(item, { id: 'no-memory', text: 'Nothing is mined: this shape needs at least 836 MiB of memory.' });
  t.match(
    item && fixText(item.fix, {}),
    /config set miner\.threads auto or .*config set miner\.memory 1G, then: pearlctl reload/,
  );
});

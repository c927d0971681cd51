// Pools that take no shares: told where there is no other, left where there is, and asked again with patience.
import t from 'tap';
import { until } from '../../fixtures/until.ts';
import { type PoolClient, type PoolRequest, TestPool } from '../../pool/test-pool.ts';
import { jobNamed, SHORT, testJob, upstreamTo } from '../../pool/upstream.ts';

const times = { ...SHORT, probeMs: 200, provenMs: 100, backoffInitialMs: 50 };
const rejectAll = (client: PoolClient, { id }: PoolRequest) => client.refuse(id, 26, 'invalid proof');

let proofs = 0;

t.test('a pool that rejects everything is told with its words, and mined on while there is no other', async (t) => {
  const pool = await TestPool.start({ onSubmit: rejectAll });
  pool.job = testJob('a');
  const { upstream, seen, said } = upstreamTo([pool.url()], { times });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const job = await jobNamed(seen, 'a');
  for (let share = 0; share < 24; share += 1) await upstream.submit(`proof ${proofs++}`, job);
  t.equal(pool.submits.length, 24);
  t.match(upstream.state(), {
    phase: 'ready',
    troubles: [{ id: 'pool-rejects', text: /rejected 24 shares in a row: invalid proof/ }],
  });
  t.equal(said.filter((text) => text.includes('no other pool')).length, 1, 'said once');
  pool.options = {};
  for (let share = 0; share < 60; share += 1) await upstream.submit(`proof ${proofs++}`, job);
  t.same(upstream.state().troubles, [], 'and forgotten once it takes shares again');
});

t.test('with a second pool it is left after five shares, and taken back by a probe', async (t) => {
  const [first, second] = await Promise.all([TestPool.start({ onSubmit: rejectAll }), TestPool.start()]);
  first.job = testJob('first');
  second.job = testJob('second');
  const { upstream, seen, said } = upstreamTo([first.url(), second.url()], { times });
  t.teardown(() => Promise.all([upstream.close(), first.stop(), second.stop()]));
  const job = await jobNamed(seen, 'first');
  for (let share = 0; share < 5; share += 1) await upstream.submit(`proof ${proofs++}`, job);
  const other = await jobNamed(seen, 'second');
  t.match(await upstream.submit(`proof ${proofs++}`, other), { result: 'accepted' });
  t.match(upstream.state(), {
    url: second.url(),
    troubles: [{ id: 'pool-rejects', text: /rejected 5 shares in a row: invalid proof\. Another pool is mined at/ }],
  });
  t.ok(said.some((text) => /^Mining at .*, job second at height 101\.$/.test(text)));
  first.options = {};
  const back = await jobNamed(seen, 'first');
  t.match(await upstream.submit(`proof ${proofs++}`, back), { result: 'accepted' });
  t.same(upstream.state().troubles, []);
});

t.test('each time that it rejects again it is asked later', async (t) => {
  const [first, second] = await Promise.all([TestPool.start({ onSubmit: rejectAll }), TestPool.start()]);
  first.job = testJob('first');
  second.job = testJob('second');
  const { upstream, seen } = upstreamTo([first.url(), second.url()], { times: { ...times, probeMs: 100 } });
  t.teardown(() => Promise.all([upstream.close(), first.stop(), second.stop()]));
  const away: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const job = await jobNamed(seen, 'first');
    for (let share = 0; share < 5; share += 1) await upstream.submit(`proof ${proofs++}`, job);
    const left = performance.now();
    await jobNamed(seen, 'second');
    await until('the first again', () => upstream.state().url === first.url());
    away.push(performance.now() - left);
  }
  t.ok((away[2] ?? 0) >= 400, `${away.map(Math.round)}: 100, 200, 400 ms and more`);
});

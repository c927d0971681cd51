import t from 'tap';
import { UnsentShares } from '../../../../src/gateway/pool/verdicts/unsent-shares.ts';
import { TestPool } from '../../../pool/test-pool.ts';
import { jobNamed, SHORT, testJob, upstreamTo } from '../../../pool/upstream.ts';

t.test('more than two of a hundred are worth a word, with the last reason', async (t) => {
  const shares = new UnsentShares();
  for (let share = 0; share < 98; share += 1) shares.add(null);
  shares.add('held back by max_in_flight');
  shares.add('held back by max_submits_per_minute');
  t.same(shares.troubles(), []);
  shares.add('held back by max_submits_per_minute until the chain has moved on');
  t.match(shares.troubles(), [
    { id: 'pool-drops', text: /^3 of the last 101 shares were not sent: held back by max_submits_per_minute/ },
  ]);
  shares.add('its job is gone');
  t.match(shares.troubles(), [{ id: 'pool-late', text: /^4 of .*: its job is gone\.$/ }]);
  for (let share = 0; share < 200; share += 1) shares.add(null);
  t.same(shares.troubles(), [], 'and forgotten once they all go');
});

t.test('a limit that holds shares back is told, and each of them has its verdict', async (t) => {
  const pool = await TestPool.start();
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()], {
    limits: { maxInFlight: 4, maxSubmitsPerMinute: 30 },
    times: SHORT,
  });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const job = await jobNamed(seen, 'a');
  const verdicts = Array.from({ length: 80 }, (_, share) => upstream.submit(`proof ${share}`, job));
  await Promise.all(verdicts.slice(0, 1));
  while (pool.submits.length < 30) await new Promise((resolve) => setTimeout(resolve, 5));
  pool.announce(testJob('b', 2));
  const all = await Promise.all(verdicts);
  t.equal(all.filter(({ result }) => result === 'accepted').length, 30);
  const dropped = all.filter(({ result }) => result === 'dropped');
  t.equal(dropped.length, 50);
  t.ok(dropped.every(({ reason }) => reason?.startsWith('held back by max_')));
  t.match(upstream.state().troubles, [{ id: 'pool-drops', text: /50 of the last 80 shares were not sent/ }]);
});

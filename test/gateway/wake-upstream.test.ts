import t from 'tap';
import { LONG_ABSENCE_MS, wakeAfter } from '../../src/gateway/wake-upstream.ts';
import { until } from '../fixtures/until.ts';
import { TestPool } from '../pool/test-pool.ts';
import { jobNamed, SHORT, testJob, upstreamTo } from '../pool/upstream.ts';

t.test('after a sleep the pool is connected to again, and gives a fresh job', async (t) => {
  const pool = await TestPool.start();
  pool.job = testJob('before');
  const { upstream, seen } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const old = await jobNamed(seen, 'before');
  pool.job = testJob('after');
  upstream.wake();
  await jobNamed(seen, 'after');
  t.equal(pool.logins.length, 2);
  t.ok(
    seen.some((event) => event.type === 'paused' && /after a sleep/.test(event.reason)),
    'meanwhile nothing is mined',
  );
  await until('the old connection to be gone', () => pool.clients.size === 1);
  t.match(await upstream.submit('1111', old), { result: 'dropped' });
  t.equal(upstream.state().phase, 'ready');
});

t.test('a back-off that was begun before a sleep is over after it', async (t) => {
  const pool = await TestPool.start();
  const { port } = pool;
  await pool.stop();
  const times = { ...SHORT, backoffInitialMs: 3_600_000, backoffMaxMs: 3_600_000 };
  const { upstream, seen } = upstreamTo([`stratum+tcp://127.0.0.1:${port}`], { times });
  t.teardown(() => upstream.close());
  await until('a back-off', () => upstream.state().phase === 'backing-off');
  const back = await TestPool.start();
  t.teardown(() => back.stop());
  await back.stop();
  await back.listen(port);
  back.job = testJob('awake');
  upstream.wake();
  await jobNamed(seen, 'awake');
});

t.test('only a long absence wakes an upstream, asleep or stopped', async (t) => {
  let woken = 0;
  const upstream = {
    wake: () => {
      woken += 1;
    },
  };
  t.notOk(wakeAfter({ sleptMs: 0, stoodStillMs: LONG_ABSENCE_MS - 1 }, upstream));
  t.ok(wakeAfter({ sleptMs: 0, stoodStillMs: LONG_ABSENCE_MS }, upstream));
  t.ok(wakeAfter({ sleptMs: LONG_ABSENCE_MS / 2, stoodStillMs: LONG_ABSENCE_MS / 2 }, upstream));
  t.equal(woken, 2);
  t.notOk(wakeAfter({ sleptMs: LONG_ABSENCE_MS, stoodStillMs: 0 }, {}), 'a devnet has nothing to wake');
});

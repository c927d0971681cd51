// A pool that drops every connection, a thousand times: the pool counts, and nothing of a connection is left behind.
import t from 'tap';
import { PoolUpstream } from '../../../src/gateway/pool/pool.ts';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { ACCOUNT, poolUrl, SHORT, settings, testJob, trusting, WINDOW_LIMITS } from '../../pool/upstream.ts';

t.setTimeout(300_000);

const RECONNECTS = 1000;
/** Short waits, which have to be kept all the same. */
const TIMES = { ...SHORT, backoffInitialMs: 8, backoffMaxMs: 8 };

/** What is open in this process: a socket that was forgotten would show. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /^TCPSocketWrap|TLSWrap/.test(name)).length;
}

t.test('a thousand dropped connections leave no socket behind, and no wait is cut short', async (t) => {
  const arrivals: number[] = [];
  const pool = await TestPool.start({
    onConnect: () => arrivals.push(performance.now()),
    // Every other one is dropped before the login is answered, the rest right behind their first job.
    onLogin: (client, request) => {
      if (arrivals.length % 2 === 0) pool.letIn(client, request);
      client.socket.end();
    },
  });
  pool.job = testJob('1');
  t.teardown(() => pool.stop());
  const upstream = new PoolUpstream({
    entries: [{ url: poolUrl(pool.url()), account: ACCOUNT, keepalive: 'auto', proxy: null }],
    windowLimits: WINDOW_LIMITS,
    settings: settings({ times: TIMES }),
    examine: trusting,
    random: () => 0.5,
  });
  let events = 0;
  const following = (async () => {
    for await (const _ of upstream.events()) events += 1;
  })();
  const before = sockets();
  t.ok(await until(`${RECONNECTS} connections`, () => arrivals.length > RECONNECTS, 240_000));
  t.ok(events > RECONNECTS / 2, 'each login was told, and each loss');
  // Timers of Node may be a millisecond early; the wait begins when the connection has ended, which is after it began.
  const waits = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
  t.ok(Math.min(...waits.slice(2)) >= TIMES.backoffMaxMs - 2, `the shortest wait was ${Math.min(...waits)} ms`);
  t.ok(sockets() <= before + 4, `${sockets()} sockets, ${before} before`);
  await upstream.close();
  await following;
  t.equal(pool.logins.length > RECONNECTS * 0.9, true, 'it logged in each time');
});

// Pools that hang up on silent clients, that say nothing new, and machines without a network.
import t from 'tap';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { jobNamed, pauseSaying, SHORT, testJob, upstreamTo } from '../../pool/upstream.ts';

const times = { ...SHORT, idleMs: 150, pingMs: 80 };

/** Hangs up on clients that said nothing for this long; what the pool itself says does not count. */
const IDLE_MS = 250;

async function impatientPool(onPing: 'pong' | 'close') {
  const pings: number[] = [];
  const pool = await TestPool.start({
    onConnect: ({ socket }) => {
      const expect = () =>
        setTimeout(() => {
          // After a stall of this process that both live in, what the client said in time is still to be read.
          const read = socket.bytesRead;
          setImmediate(() => socket.bytesRead === read && socket.end());
        }, IDLE_MS);
      let timer = expect();
      socket.on('data', () => {
        clearTimeout(timer);
        timer = expect();
      });
      socket.on('close', () => clearTimeout(timer));
    },
    onLine: (client, line) => {
      const { id, method } = JSON.parse(line);
      if (method !== 'mining.ping') return false;
      pings.push(id);
      if (onPing === 'close') client.socket.end();
      else if (pings.length === 1) client.send({ id, result: 'pong', error: null });
      else if (pings.length === 2) client.refuse(id, 20, 'method not supported');
      return true;
    },
  });
  pool.job = testJob('a');
  return { pool, pings };
}

t.test('a pool that closed two idle sessions gets pings from then on, and its answers are no verdicts', async (t) => {
  const { pool, pings } = await impatientPool('pong');
  const { upstream, seen, said } = upstreamTo([pool.url()], { times });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await until('four pings', () => pings.length >= 4);
  t.equal(pool.connections, 3, 'two were closed, and the third lives');
  t.ok(said.some((text) => text.includes('hangs up on silent clients')));
  t.match(await upstream.submit('cHJvb2Y=', await jobNamed(seen, 'a')), { result: 'accepted' });
  t.equal(new Set(pool.logins.map(({ id }) => id)).size > 0, true);
  t.equal(pool.logins.length, 3, 'a login is never a sign of life');
});

t.test('a pool that closes over a ping gets none any more', async (t) => {
  const { pool, pings } = await impatientPool('close');
  const { upstream } = upstreamTo([pool.url()], { times });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await until('seven connections', () => pool.connections >= 7);
  t.equal(pings.length, 1);
});

t.test('keepalive = seconds pings from the first session on, off never', async (t) => {
  const always = await impatientPool('pong');
  const never = await impatientPool('pong');
  const one = upstreamTo([always.pool.url()], { times, keepalive: 60 });
  const two = upstreamTo([never.pool.url()], { times, keepalive: 'off' });
  t.teardown(() => Promise.all([one.upstream.close(), two.upstream.close(), always.pool.stop(), never.pool.stop()]));
  await until('five connections', () => never.pool.connections >= 5);
  t.equal(never.pings.length, 0);
  t.equal(always.pool.connections, 1);
});

t.test('a pool that is hung up on by its idle timer is back after the first back-off each time', async (t) => {
  const { pool } = await impatientPool('pong');
  const { upstream } = upstreamTo([pool.url()], {
    times: { ...times, backoffInitialMs: 20, backoffMaxMs: 60_000 },
    keepalive: 'off',
  });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await until('fourteen connections, where doubling would take 160 s', () => pool.connections >= 14);
});

t.test('a pool that pings and sends no new job is left', async (t) => {
  const pool = await TestPool.start();
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()], { times: { ...times, newJobMs: 400 } });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await jobNamed(seen, 'a');
  const chatter = setInterval(() => pool.broadcast('{"id":1,"method":"mining.ping"}\n'), 30);
  t.teardown(() => clearInterval(chatter));
  await pauseSaying(seen, /no new job for too long/);
});

t.test(
  'without a way out the wait does not grow, and the pool is asked no more often than every five seconds',
  async (t) => {
    const { upstream, said } = upstreamTo(['stratum+tcp://pool.example.com:1'], {
      times: { ...times, offlineMs: 50, backoffInitialMs: 50, backoffMaxMs: 600_000 },
      resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'EAI_AGAIN' })),
    });
    t.teardown(() => upstream.close());
    await until('eight tries', () => said.length >= 8);
    t.match(upstream.state(), { phase: 'backing-off', reason: /cannot be looked up now/ });
  },
);

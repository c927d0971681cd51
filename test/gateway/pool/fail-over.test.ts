import t from 'tap';
import { stays, until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { jobNamed, SHORT, testJob, upstreamTo } from '../../pool/upstream.ts';

const times = { ...SHORT, probeMs: 100, provenMs: 150, backoffInitialMs: 50 };

async function twoPools() {
  const [first, second] = await Promise.all([TestPool.start(), TestPool.start()]);
  first.job = testJob('first');
  second.job = testJob('second');
  return { first, second, urls: [first.url(), second.url()] };
}

t.test('goes to the next pool when the first fails, and back once that has proved itself', async (t) => {
  const { first, second, urls } = await twoPools();
  const { upstream, seen } = upstreamTo(urls, { times });
  t.teardown(() => Promise.all([upstream.close(), first.stop(), second.stop()]));
  await jobNamed(seen, 'first');
  t.equal(second.connections, 0, 'one pool is enough');
  t.match(upstream.state().pools, [
    { name: urls[0], state: 'ready', isUsed: true, reason: null, latencyMs: null, accepted: 0 },
    { name: urls[1], state: 'standby', isUsed: false, reason: null, difficulty: null },
  ]);

  const { port } = first;
  await first.stop();
  const job = await jobNamed(seen, 'second');
  t.equal(upstream.state().url, second.url());
  t.match(await upstream.submit('a proof for the second', job), { result: 'accepted' });
  t.match(upstream.state().pools, [
    { isUsed: false, state: /resting|connecting/, reason: /closed|refused/, accepted: 0 },
    { isUsed: true, state: 'ready', accepted: 1, rejected: 0, stale: 0, latencyMs: Number, difficulty: Number },
  ]);
  // Two probes of the dead pool and more.
  await stays('mining at the second pool', () => upstream.state().url === second.url(), 250);

  const began = performance.now();
  await first.listen(port);
  await jobNamed(seen, 'first');
  t.ok(performance.now() - began >= times.provenMs, 'not before it has served for long enough');
  t.equal(upstream.state().url, first.url());
  await until('the second pool to be left', () => second.clients.size === 0);
});

t.test('a pool that is back but does not serve jobs is not taken back', async (t) => {
  const { first, second, urls } = await twoPools();
  first.options = { onLogin: (client, { id }) => client.refuse(id, 25, 'unauthorized worker') };
  const { upstream, seen } = upstreamTo(urls, { times: { ...times, refusedMs: 120 } });
  t.teardown(() => Promise.all([upstream.close(), first.stop(), second.stop()]));
  await jobNamed(seen, 'second');
  await until('two probes', () => first.logins.length >= 3);
  t.equal(upstream.state().url, second.url());
  first.options = {};
  await jobNamed(seen, 'first');
});

t.test('a proof under way at the pool that is left still gets its verdict', async (t) => {
  const { first, second, urls } = await twoPools();
  first.options = { onConnect: ({ socket }) => socket.destroy() };
  let accept = () => {};
  second.options = {
    onSubmit: (client, { id }) => {
      accept = () => client.accept(id);
    },
  };
  const { upstream, seen } = upstreamTo(urls, { times });
  t.teardown(() => Promise.all([upstream.close(), first.stop(), second.stop()]));
  const job = await jobNamed(seen, 'second');
  first.options = {};
  await until('the probe to be let in', () => [...first.clients].some(({ loggedIn }) => loggedIn));
  const verdict = upstream.submit('1111', job);
  await jobNamed(seen, 'first');
  accept();
  t.match(await verdict, { result: 'accepted' });
});

t.test('with every pool down it waits, doubling up to the limit, and says so', async (t) => {
  const { first, second, urls } = await twoPools();
  await Promise.all([first.stop(), second.stop()]);
  const { upstream, seen, said } = upstreamTo(urls, { times });
  t.teardown(() => upstream.close());
  await until('a back-off', () => upstream.state().phase === 'backing-off');
  t.match(upstream.state().reason, /refused/);
  await until('six attempts', () => said.length >= 6);
  t.ok(seen.every(({ type }) => type === 'paused'));
});

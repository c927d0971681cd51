import t from 'tap';
import { stays, until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { jobNamed, pauseSaying, SHORT, testJob, upstreamTo, WALLET } from '../../pool/upstream.ts';

t.test('logs in with wallet, worker, password and agent, hands out the job and brings the verdict home', async (t) => {
  const pool = await TestPool.start();
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const job = await jobNamed(seen, 'a');
  t.match(pool.logins[0], {
    method: 'mining.authorize',
    params: { wallet: WALLET, worker: 'rig1', pass: 'x', agent: 'pearlctl/test' },
  });
  t.equal(job.header.toString('hex'), testJob('a').header);
  t.equal(job.certVersion, 3);
  t.equal(job.height, 101);
  t.match(upstream.state(), { phase: 'ready', url: pool.url() });
  t.match(await upstream.submit('cHJvb2Y=', job), { result: 'accepted', reason: null, block: false });
  t.match(pool.submits[0], { params: { job_id: 'a', plain_proof: 'cHJvb2Y=' } });
});

t.test('never sends the same proof twice, also not after a reconnect', async (t) => {
  const pool = await TestPool.start();
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const job = await jobNamed(seen, 'a');
  await upstream.submit('cHJvb2Y=', job);
  t.match(await upstream.submit('cHJvb2Y=', job), { result: 'dropped', reason: /handed in before/ });
  pool.hangUp();
  await pauseSaying(seen, /closed the connection/);
  t.match(await upstream.submit('cHJvb2Y=', await jobNamed(seen, 'a')), { result: 'dropped' });
  t.equal(pool.submits.length, 1);
});

t.test('a job number of any length goes back as it came', async (t) => {
  const pool = await TestPool.start({
    onLogin: (client, { id }) => {
      client.accept(id);
      const { header, target } = testJob(0);
      const params = `{"job_id":123456789012345678901234567890,"header":"${header}","target":"${target}","cert_version":3}`;
      client.raw(`{"method":"mining.notify","params":${params}}\n`);
    },
    onLine: (client, line) => {
      if (!line.includes('mining.submit')) return false;
      t.match(line, '"job_id":123456789012345678901234567890,');
      client.accept(JSON.parse(line).id);
      return true;
    },
  });
  const { upstream, seen } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const event = await until('a job', () => seen.find((event) => event.type === 'job'));
  if (event.type === 'job') t.match(await upstream.submit('cHJvb2Y=', event.job), { result: 'accepted' });
});

t.test('takes jobs that come before the login is answered, and hands them out once it is', async (t) => {
  let answer = () => {};
  const pool = await TestPool.start({
    onLogin: (client, { id }) => {
      client.notify(testJob('early'));
      answer = () => client.send({ id: String(id), result: true });
    },
  });
  const { upstream, seen } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await until('a login', () => pool.logins.length === 1);
  t.equal(upstream.state().phase, 'authorizing');
  t.notOk(seen.some((event) => event.type === 'job'));
  answer();
  await jobNamed(seen, 'early');
});

t.test('a refused login pauses with the pool’s words and waits long before it is tried again', async (t) => {
  const pool = await TestPool.start({ onLogin: (client, { id }) => client.refuse(id, 24, 'Invalid wallet address') });
  const { upstream, seen } = upstreamTo([pool.url()], { times: { ...SHORT, refusedMs: 2000 } });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await pauseSaying(seen, /Invalid wallet address/);
  t.equal(upstream.state().phase, 'refused');
  // Several ordinary back-offs.
  await stays('no other login', () => pool.logins.length === 1, 150);
  await until('the second login', () => pool.logins.length === 2);
});

t.test('a pool that is silent to the object form is asked in the array form, on a new connection', async (t) => {
  const pool = await TestPool.start({
    onLogin: (client, request) => {
      if (Array.isArray(request.params)) pool.letIn(client, request);
    },
  });
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()], { times: { ...SHORT, loginSilenceMs: 50 } });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await jobNamed(seen, 'a');
  t.same(
    pool.logins.map(({ params }) => Array.isArray(params)),
    [false, true],
  );
  t.same(pool.logins[1]?.params, [`${WALLET}.rig1`, 'x']);
  t.equal(pool.connections, 2);
  pool.hangUp();
  await until('the third login', () => pool.logins.length === 3);
  t.ok(Array.isArray(pool.logins[2]?.params), 'what worked is what the next connection begins with');
});

t.test('a pool that never answers a login is tried in the array form only once', async (t) => {
  const pool = await TestPool.start({ onLogin: () => {} });
  const { upstream } = upstreamTo([pool.url()], { times: { ...SHORT, loginSilenceMs: 30, loginMs: 80 } });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await until('four logins', () => pool.logins.length >= 4);
  t.same(
    pool.logins.slice(0, 4).map(({ params }) => Array.isArray(params)),
    [false, true, false, false],
  );
});

t.test('the challenge dialect is refused with the way out', async (t) => {
  const pool = await TestPool.start({
    onConnect: (client) => client.send({ id: null, method: 'pearl.challenge', params: { seed: 'ab', difficulty: 32 } }),
    onLogin: () => {},
  });
  const { upstream, seen } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await pauseSaying(seen, /plain port/);
  t.equal(upstream.state().phase, 'refused');
});

t.test('proofs wait for their turn, and are dropped when their job dies meanwhile', async (t) => {
  const held: (() => void)[] = [];
  const pool = await TestPool.start({ onSubmit: (client, { id }) => held.push(() => client.accept(id)) });
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()], { limits: { maxInFlight: 2, maxSubmitsPerMinute: null } });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const job = await jobNamed(seen, 'a');
  const verdicts = ['1111', '2222', '3333', '4444'].map((proof) => upstream.submit(proof, job));
  await until('two submits', () => held.length === 2);
  held[0]?.();
  await until('a third submit', () => held.length === 3);
  pool.announce(testJob('b', 2));
  await jobNamed(seen, 'b');
  for (const answer of held.slice(1)) answer();
  t.same(
    (await Promise.all(verdicts)).map(({ result }) => result),
    ['accepted', 'accepted', 'dropped', 'accepted'],
    'the proof that was found last went first',
  );
  t.match(await verdicts[2], { reason: /held back by max_in_flight until the chain has moved on/ });
  t.equal(pool.submits.length, 3);
});

t.test('the limit a minute holds, and what exceeds it goes when the minute is over', async (t) => {
  const pool = await TestPool.start();
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()], {
    limits: { maxInFlight: 4, maxSubmitsPerMinute: 3 },
    times: { ...SHORT, submitWindowMs: 1500 },
  });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const job = await jobNamed(seen, 'a');
  const began = performance.now();
  const verdicts = Array.from({ length: 5 }, (_, index) => upstream.submit(`proof${index}`, job));
  await Promise.all(verdicts.slice(0, 3));
  t.equal(pool.submits.length, 3);
  await Promise.all(verdicts);
  t.ok(performance.now() - began >= 1300, 'the rest waited');
  t.equal(pool.submits.length, 5);
});

t.test('a proof for an earlier job goes while the tip lives, until the pool calls one stale', async (t) => {
  const pool = await TestPool.start({
    onSubmit: (client, { id, params }) =>
      params.job_id === 'a' ? client.refuse(id, 21, 'stale job') : client.accept(id),
  });
  pool.job = testJob('a', 1, 1);
  const { upstream, seen } = upstreamTo([pool.url()]);
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const first = await jobNamed(seen, 'a');
  pool.announce(testJob('b', 1, 2));
  const second = await jobNamed(seen, 'b');
  t.match(await upstream.submit('1111', first), { result: 'stale' });
  t.match(await upstream.submit('2222', first), { result: 'dropped', reason: /newest job only/ });
  t.match(await upstream.submit('3333', second), { result: 'accepted' });
  pool.announce(testJob('c', 2, 1));
  await jobNamed(seen, 'c');
  t.match(await upstream.submit('4444', second), { result: 'dropped', reason: /moved on/ });
  t.equal(pool.submits.length, 2);
});

t.test('a proof that our own core refuses never leaves', async (t) => {
  const pool = await TestPool.start();
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()], {}, async () => ({ refusal: 'above the bound', block: false }));
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const job = await jobNamed(seen, 'a');
  t.match(await upstream.submit('1111', job), { result: 'dropped', reason: /above the bound/ });
  t.match(await upstream.submit('x'.repeat(600_001), job), { result: 'dropped', reason: /longer than pools take/ });
  t.equal(pool.submits.length, 0);
});

t.test('two workers at one pool keep their settings apart', async (t) => {
  const pool = await TestPool.start();
  pool.job = testJob('a');
  const account = { wallet: WALLET, worker: 'rig1', login: null, pass: 'd=1000' };
  const one = upstreamTo([pool.url()], { account });
  const two = upstreamTo([pool.url()], { account: { ...account, worker: 'rig2', login: 'solo:me', pass: 'secret' } });
  t.teardown(() => Promise.all([one.upstream.close(), two.upstream.close(), pool.stop()]));
  await Promise.all([jobNamed(one.seen, 'a'), jobNamed(two.seen, 'a')]);
  const seen = pool.logins.map(({ params }) => [params.wallet, params.worker, params.pass].join(' ')).sort();
  t.same(seen, [`${WALLET} rig1 d=1000`, 'solo:me rig2 secret']);
});

t.test('closing waits for the verdicts under way, drops what waits and ends the events', async (t) => {
  let accept = () => {};
  const pool = await TestPool.start({
    onSubmit: (client, { id }) => {
      accept = () => client.accept(id);
    },
  });
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()], {
    limits: { maxInFlight: 1, maxSubmitsPerMinute: null },
    times: { ...SHORT, closeMs: 10_000 },
  });
  t.teardown(() => pool.stop());
  const job = await jobNamed(seen, 'a');
  const verdicts = [upstream.submit('1111', job), upstream.submit('2222', job)];
  await until('a submit', () => pool.submits.length === 1);
  const closing = upstream.close();
  accept();
  await closing;
  t.match(await Promise.all(verdicts), [{ result: 'accepted' }, { result: 'dropped' }]);
  t.equal(upstream.state().phase, 'closed');
  t.match(await upstream.submit('3333', job), { result: 'dropped' });
});

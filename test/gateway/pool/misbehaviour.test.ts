// Pools that break every rule: each proof still ends in exactly one verdict, and the upstream mines again when they behave.
import t, { type Test } from 'tap';
import type { PoolTimes } from '../../../src/gateway/pool/pool-times.ts';
import type { VerdictResult } from '../../../src/protocol/verdict.ts';
import { stays, until } from '../../fixtures/until.ts';
import { TestPool, type TestPoolOptions } from '../../pool/test-pool.ts';
import { jobNamed, pauseSaying, SHORT, TARGET, testJob, upstreamTo } from '../../pool/upstream.ts';

/** Limits that no test reaches by accident, however busy the machine; each test shortens the one that it is about. */
const times: PoolTimes = { ...SHORT, loginSilenceMs: 60_000 };

/** A pool that serves job `a`, and an upstream that mines there. */
async function mining(t: Test, options: TestPoolOptions = {}, limits: Partial<PoolTimes> = {}) {
  const pool = await TestPool.start(options);
  pool.job = testJob('a');
  const { upstream, seen, said } = upstreamTo([pool.url()], { times: { ...times, ...limits } });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  return { pool, upstream, seen, said, job: await jobNamed(seen, 'a') };
}

let proofs = 0;
/** Hands in `count` proofs and gives their verdicts: one each, or the test times out. */
async function verdictsOf(
  { upstream, job }: Awaited<ReturnType<typeof mining>>,
  count: number,
): Promise<VerdictResult[]> {
  const all = Array.from({ length: count }, () => upstream.submit(`proof ${proofs++}`, job));
  return (await Promise.all(all)).map(({ result }) => result);
}

t.test('half lines and slow drips are put together', async (t) => {
  const at = await mining(t, {
    onSubmit: (client, { id }) => {
      const line = Buffer.from(`${JSON.stringify({ id, result: true, error: null, msg: 'größer' })}\r\n`);
      for (const [index, byte] of line.entries()) setTimeout(() => client.raw(Buffer.from([byte])), index);
    },
  });
  t.same(await verdictsOf(at, 1), ['accepted']);
});

t.test('a line of 10 MB ends the connection; what was under way is unknown', async (t) => {
  const at = await mining(t, { onSubmit: (client) => client.raw(Buffer.alloc(10_000_000, 0x61)) });
  t.same(await verdictsOf(at, 2), ['unknown', 'unknown']);
  await until('another login', () => at.pool.logins.length === 2);
});

t.test('garbage is ignored, and a peer that sends nothing else is left', async (t) => {
  const at = await mining(t, {
    onSubmit: (client, { id }) => {
      client.raw(Buffer.from([0, 255, 254, 10, 13, 10, 91, 10, 34, 10, 123, 125, 10]));
      client.raw('null\n[]\n"x"\n{"id":{"a":1},"result":true}\n{"method":5}\n');
      client.accept(id);
    },
  });
  t.same(await verdictsOf(at, 1), ['accepted']);
  t.equal(at.pool.connections, 1);
  at.pool.broadcast('nonsense\n'.repeat(200));
  await until('another connection', () => at.pool.connections === 2);
});

t.test('answers under wrong ids are no verdicts, and late verdicts come too late', async (t) => {
  const late: (() => void)[] = [];
  const at = await mining(
    t,
    {
      onSubmit: (client, { id }) => {
        client.accept(id + 1000);
        client.accept(null);
        client.accept(`x${id}`);
        late.push(() => client.accept(id));
      },
    },
    { verdictMs: 200 },
  );
  t.same(await verdictsOf(at, 1), ['unknown']);
  for (const accept of late.splice(0)) accept();
  t.same(await verdictsOf(at, 1), ['unknown']);
  t.equal(at.pool.connections, 1, 'a pool that is slow is alive');
});

t.test('three missing verdicts in a row drop the connection', async (t) => {
  const at = await mining(t, { onSubmit: () => {} }, { verdictMs: 80 });
  // Four fit in flight; the first two that are given up make room for the two that were found last.
  t.same((await verdictsOf(at, 8)).sort(), ['dropped', 'dropped', ...Array(6).fill('unknown')]);
  await until('another login', () => at.pool.logins.length === 2);
});

t.test('a duplicate notify is no new job', async (t) => {
  const at = await mining(t);
  for (let count = 0; count < 50; count += 1) at.pool.announce(testJob('a'));
  at.pool.announce(testJob('b', 1, 2));
  await jobNamed(at.seen, 'b');
  t.same(at.seen.filter(({ type }) => type === 'job').length, 2);
});

t.test('an unusable job pauses with its reason, and the next good one mines on', async (t) => {
  const at = await mining(t);
  const littleEndian = Buffer.from(TARGET, 'hex').reverse().toString('hex');
  const cases: [ReturnType<typeof testJob>, RegExp][] = [
    [testJob('zero', 1, 2, '0'.repeat(64)), /target of 0/],
    [testJob('huge', 1, 2, 'f'.repeat(64)), /every tile would win/],
    [{ ...testJob('fp8', 1, 2), certVersion: 4 }, /certificate version 4/],
    [{ ...testJob('none', 1, 2), certVersion: 0 }, /certificate version 0/],
  ];
  for (const [job, reason] of cases) {
    at.pool.announce(job);
    await pauseSaying(at.seen, reason);
    at.pool.announce(testJob('a', 1, 3));
    await jobNamed(at.seen, 'a');
  }
  at.pool.announce(testJob('reversed', 1, 4, littleEndian));
  await jobNamed(at.seen, 'reversed');
  t.ok(
    at.said.some((text) => text.includes('harder than the network')),
    'a target in the wrong byte order earns a warning',
  );
  t.equal(at.pool.connections, 1);
});

t.test('a pool whose jobs all are unusable is left after the time of a first job', async (t) => {
  const pool = await TestPool.start();
  pool.job = { ...testJob('none'), certVersion: 0 };
  const { upstream, seen } = upstreamTo([pool.url()], { times: { ...times, firstJobMs: 300 } });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  await pauseSaying(seen, /certificate version 0/);
  await until('another login', () => pool.logins.length === 2);
});

t.test('a pool that follows the network to rules that are not ours is not left for another', async (t) => {
  const [first, second] = [await TestPool.start(), await TestPool.start()];
  first.job = { ...testJob('fp8'), certVersion: 4 };
  second.job = testJob('a');
  const { upstream, seen } = upstreamTo([first.url(), second.url()], { times: { ...times, firstJobMs: 100 } });
  t.teardown(() => Promise.all([upstream.close(), first.stop(), second.stop()]));
  await pauseSaying(seen, /certificate version 4: FP8/);
  t.match(upstream.state(), { phase: 'outdated-rules', reason: /GPUs/, troubles: [] });
  await stays('at the first pool', () => first.logins.length === 1 && second.logins.length === 0, 400);
  first.announce(testJob('b', 1, 2));
  await jobNamed(seen, 'b');
  t.match(upstream.state(), { phase: 'ready', reason: null });
});

t.test('a job without a certificate version counts as 3, with a warning', async (t) => {
  const at = await mining(t);
  at.pool.announce({ ...testJob('b', 1, 2), certVersion: null });
  t.equal((await jobNamed(at.seen, 'b')).certVersion, 3);
  t.ok(at.said.some((text) => text.includes('certificate version')));
});

t.test('a silent pool is left: before the login, before the first job, and later', async (t) => {
  const stages: [TestPoolOptions, Partial<PoolTimes>, RegExp][] = [
    [{ onLogin: () => {} }, { loginMs: 200 }, /did not answer the login/],
    [{ onLogin: (client, { id }) => client.accept(id) }, { firstJobMs: 200 }, /no job after the login/],
    [{}, { silenceMs: 300 }, /silent for too long/],
  ];
  for (const [options, limit, reason] of stages) {
    const pool = await TestPool.start(options);
    pool.job = testJob('a');
    const { upstream, seen } = upstreamTo([pool.url()], { times: { ...times, ...limit } });
    t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
    await until('another login', () => pool.logins.length === 2);
    t.ok(
      seen.some((event) => event.type === 'paused' && reason.test(event.reason)),
      `${reason}`,
    );
  }
});

t.test('a pool that rejects everything, and one that calls everything stale, are booked so', async (t) => {
  const rejecting = await mining(t, { onSubmit: (client, { id }) => client.refuse(id, 20, 'no') });
  t.same(await verdictsOf(rejecting, 8), Array(8).fill('rejected'));
  const storming = await mining(t, { onSubmit: (client, { id }) => client.refuse(id, 21, 'stale') });
  t.same(await verdictsOf(storming, 8), Array(8).fill('stale'));
});

t.test('a refusal under the login’s own number ends the session like a refused login', async (t) => {
  const at = await mining(t, { onSubmit: (client, { id }) => client.refuse(id, 24, 'Wallet is missing') });
  t.same(await verdictsOf(at, 1), ['rejected']);
  await pauseSaying(at.seen, /Wallet is missing/);
  t.equal(at.upstream.state().phase, 'refused');
});

t.test('words about the login under another number end it at the third share in a row, and not before', async (t) => {
  const at = await mining(t, { onSubmit: (client, { id }) => client.refuse(id, 20, 'Unknown worker rig1') });
  t.same(await verdictsOf(at, 2), ['rejected', 'rejected']);
  t.equal(at.upstream.state().phase, 'ready');
  t.same(await verdictsOf(at, 1), ['rejected']);
  await pauseSaying(at.seen, /Unknown worker/);
});

t.test('no word about one share ends the session', async (t) => {
  const texts = ['Too many requests from this address, slow down', 'Invalid proof for this address', 'banned'];
  const at = await mining(t, { onSubmit: (client, { id }) => client.refuse(id, 20, texts.shift() ?? 'no') });
  for (let share = 0; share < 4; share += 1) t.same(await verdictsOf(at, 1), ['rejected']);
  t.equal(at.pool.connections, 1);
  t.equal(at.upstream.state().phase, 'ready');
});

t.test('a pool that hangs up after each share loses none of them', async (t) => {
  const pool = await TestPool.start({
    onSubmit: (client, { id }) => {
      client.accept(id);
      client.socket.end();
    },
  });
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url()], { times });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  const results: string[] = [];
  for (let share = 0; share < 6; share += 1) {
    const job = await jobNamed(seen, 'a');
    results.push((await upstream.submit(`proof ${proofs++}`, job)).result);
    await until('the end', () => seen.at(-1)?.type === 'paused' || pool.connections > share + 1);
  }
  t.same(results, Array(6).fill('accepted'));
  t.equal(pool.submits.length, 6);
});

t.test('requests of the pool: pings are answered, unknown ones refused, reconnects never obeyed', async (t) => {
  const answers: string[] = [];
  const at = await mining(t, {
    onLine: (_client, line) => line.includes('"method"') === false && answers.push(line) > 0,
  });
  at.pool.broadcast('{"id":99,"method":"mining.ping","params":[]}\n{"id":"q","method":"mining.get_cake"}\n');
  at.pool.broadcast('{"id":null,"method":"client.reconnect","params":["127.0.0.1",1]}\n{"method":"mining.hello"}\n');
  at.pool.broadcast('{"id":null,"method":"mining.set_difficulty","params":{"difficulty":58}}\n');
  await until('two answers', () => answers.length === 2);
  t.same(JSON.parse(answers[0] ?? ''), { id: 99, result: 'pong', error: null });
  t.match(JSON.parse(answers[1] ?? ''), { id: 'q', result: null, error: { code: 20 } });
  t.equal(at.pool.connections, 1);
});

t.test('mining.set_target holds for the jobs that carry no target', async (t) => {
  const at = await mining(t);
  const { header } = testJob('b', 1, 2);
  at.pool.broadcast(`{"method":"mining.set_target","params":["${'0'.repeat(15)}7${'f'.repeat(48)}"]}\n`);
  at.pool.broadcast(`{"method":"mining.notify","params":{"job_id":"b","header":"${header}","cert_version":3}}\n`);
  const job = await jobNamed(at.seen, 'b');
  t.equal(job.target, 0x07ffffn << 176n, 'rounded down to its compact form');
});

t.test('a pool that floods with pings and reads nothing is left', async (t) => {
  const at = await mining(t, { onSubmit: () => {} });
  const [client] = [...at.pool.clients];
  client?.socket.pause();
  // An id that comes back makes the answers as long as the questions.
  const pings = `{"id":"${'x'.repeat(250)}","method":"mining.ping"}\n`.repeat(500);
  const flood = setInterval(() => client?.raw(pings), 1);
  t.teardown(() => clearInterval(flood));
  await until('the end of that connection', () => at.pool.connections === 2);
});

t.test('any line is a sign of life: a pool that has no new job for long is not left', async (t) => {
  const silenceMs = 1500;
  const at = await mining(t, {}, { silenceMs });
  let stalls = 0;
  let saidAt = performance.now();
  const chatter = setInterval(() => {
    at.pool.broadcast('{"method":"mining.set_difficulty","params":[1]}\n');
    if (performance.now() - saidAt >= silenceMs / 2) stalls += 1;
    saidAt = performance.now();
  }, 50);
  t.teardown(() => clearInterval(chatter));
  // The pool lives in this process: where that stalls, it is silent indeed, and the next connection is looked at.
  const staying = async (): Promise<void> => {
    const [{ connections }, before] = [at.pool, stalls];
    const same = () => at.pool.connections === connections;
    await stays('the same connection', same, 2 * silenceMs).catch((error) => {
      if (stalls === before) throw error;
      return staying();
    });
  };
  await staying();
  clearInterval(chatter);
  const { connections } = at.pool;
  await until('the end of the silence', () => at.pool.connections > connections);
});

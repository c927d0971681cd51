// Pools that take one form of the login only, over real TCP: the forms are tried in order, and what worked is kept.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { filePoolMemory } from '../../../../src/gateway/pool/pool-memory.ts';
import { stays, until } from '../../../fixtures/until.ts';
import { type PoolClient, type PoolRequest, TestPool, type TestPoolOptions } from '../../../pool/test-pool.ts';
import { type Change, jobNamed, pauseSaying, SHORT, testJob, upstreamTo } from '../../../pool/upstream.ts';

async function at(t: Test, options: TestPoolOptions, change: Change = {}) {
  const pool = await TestPool.start(options);
  pool.job = testJob('a');
  const methods: string[] = [];
  const { onLine } = options;
  pool.options = {
    ...options,
    onLine: (client, line) => {
      const { method, params } = JSON.parse(line);
      if (method !== 'mining.submit')
        methods.push(`${method}${Array.isArray(params) && method === 'mining.authorize' ? ' array' : ''}`);
      return onLine?.(client, line) ?? false;
    },
  };
  const running = upstreamTo([pool.url()], { times: { ...SHORT, loginSilenceMs: 5000 }, ...change });
  t.teardown(() => Promise.all([running.upstream.close(), pool.stop()]));
  return { pool, methods, ...running };
}

const isArray = ({ params }: PoolRequest) => Array.isArray(params);

t.test('each way to refuse the object form leads to the array form at once', async (t) => {
  const refusals: ((client: PoolClient, request: PoolRequest) => void)[] = [
    (client, { id }) => client.send({ id, result: null, error: [20, 'Invalid params', null] }),
    (client, { id }) => client.send({ id, result: false, error: null }),
    (client, { id }) => client.refuse(id, 20, 'params must be an array'),
    (client) => client.socket.end(),
  ];
  for (const refuse of refusals) {
    const { pool, methods, seen } = await at(t, {
      onLogin: (client, request) => (isArray(request) ? pool.letIn(client, request) : refuse(client, request)),
    });
    await jobNamed(seen, 'a');
    t.same(methods, ['mining.authorize', 'mining.authorize array']);
    pool.hangUp();
    await until('the third login', () => pool.logins.length === 3);
    t.ok(isArray(pool.logins[2] as PoolRequest), 'what worked comes first');
  }
});

t.test('the form is kept as well where the job comes before the answer to the login', async (t) => {
  const { pool, seen } = await at(t, {
    onLogin: (client, request) => {
      if (!isArray(request)) {
        client.refuse(request.id, 20, 'params must be an array');
        return;
      }
      client.notify(testJob('a'));
      client.accept(request.id);
    },
  });
  await jobNamed(seen, 'a');
  pool.hangUp();
  await until('the third login', () => pool.logins.length === 3);
  t.ok(isArray(pool.logins[2] as PoolRequest));
});

t.test('a pool that wants a subscription gets one, and the login right behind it', async (t) => {
  let subscribed = false;
  const { pool, methods, seen } = await at(t, {
    onConnect: () => {
      subscribed = false;
    },
    // Never answered, as some pools do.
    onLine: (_client, line) => {
      if (!line.includes('mining.subscribe')) return false;
      subscribed = true;
      return true;
    },
    onLogin: (client, request) =>
      subscribed ? pool.letIn(client, request) : client.send({ id: request.id, error: [25, 'Not subscribed', null] }),
  });
  await jobNamed(seen, 'a');
  t.same(methods, ['mining.authorize', 'mining.subscribe', 'mining.authorize']);
});

t.test('a wallet that is wrong is wrong in every form: no other is tried', async (t) => {
  const { pool, upstream, seen } = await at(t, {
    onLogin: (client, { id }) => client.refuse(id, 24, 'Invalid Pearl address'),
  });
  await pauseSaying(seen, /Invalid Pearl address/);
  t.equal(upstream.state().phase, 'refused');
  t.equal(pool.connections, 1);
});

t.test('with no form taken the pool is refused, and each attempt is named', async (t) => {
  const { pool, upstream, seen } = await at(t, {
    onLogin: (client, { id }) => client.send({ id, result: null, error: [20, 'Invalid params', null] }),
  });
  await pauseSaying(seen, /object: Invalid params; array: Invalid params/);
  t.equal(upstream.state().phase, 'refused');
  t.equal(pool.connections, 2);
});

t.test('a pool that once took the object form is never asked in another for a hang-up', async (t) => {
  const { pool, methods, seen } = await at(t, {});
  await jobNamed(seen, 'a');
  pool.options = { ...pool.options, onLogin: (client) => client.socket.end() };
  pool.hangUp();
  await until('three more logins', () => pool.logins.length >= 4);
  t.notOk(methods.includes('mining.authorize array'));
});

t.test('the form outlives the process', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pool-memory-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const memory = () => filePoolMemory(join(folder, 'pools.json'), (error) => t.fail(String(error)));
  const { pool, methods, seen, upstream } = await at(
    t,
    {
      onLogin: (client, request) =>
        isArray(request) ? pool.letIn(client, request) : client.send({ id: request.id, result: false }),
    },
    { memory: memory() },
  );
  await jobNamed(seen, 'a');
  await upstream.close();
  const again = upstreamTo([pool.url()], { memory: memory() });
  t.teardown(() => again.upstream.close());
  await jobNamed(again.seen, 'a');
  t.same(methods, ['mining.authorize', 'mining.authorize array', 'mining.authorize array']);
});

t.test('a login answered with an object, a text or a number is a yes', async (t) => {
  for (const result of [{ status: 'OK' }, { id: '0', job: {}, status: 'OK' }, 'ok', 'worker-0000', 1]) {
    const { pool, seen } = await at(t, {
      onLogin: (client, { id }) => {
        client.send({ id, result, error: null });
        client.notify(testJob('a'));
      },
    });
    await jobNamed(seen, 'a');
    t.equal(pool.connections, 1);
  }
});

t.test('a fault of the pool’s own servers is no refused login, whatever its number', async (t) => {
  const { pool, upstream } = await at(t, {
    onLogin: (client, { id }) => client.refuse(id, 24, 'Post "http://127.0.0.1:44111": connection refused'),
  });
  await until('another try after the ordinary back-off', () => pool.logins.length >= 3);
  t.not(upstream.state().phase, 'refused');
});

t.test('a login answered with type v2 gets its proofs gzipped', async (t) => {
  const proof = randomBytes(3000);
  const { pool, upstream, seen } = await at(t, {
    onLogin: (client, { id }) => {
      client.send({ id, result: true, error: null, type: 'v2' });
      client.notify(testJob('a'));
    },
    onSubmit: (client, { id, params }) => {
      const bytes = Buffer.from(params.plain_proof, 'base64');
      const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b && gunzipSync(bytes).equals(proof);
      if (isZipped) client.accept(id);
      else client.refuse(id, 26, 'Invalid share');
    },
  });
  const verdict = await upstream.submit(proof.toString('base64'), await jobNamed(seen, 'a'));
  t.match(verdict, { result: 'accepted' });
  t.equal(pool.submits.length, 1);
});

t.test('an encoding that is not known is refused by its name', async (t) => {
  const { upstream, seen } = await at(t, {
    onLogin: (client, { id }) => client.send({ id, result: true, error: null, type: 'zstd' }),
  });
  await pauseSaying(seen, /encoded as "zstd"/);
  t.equal(upstream.state().phase, 'refused');
});

t.test('a ban at the login, before it or without JSON waits as long as it says', async (t) => {
  const words: TestPoolOptions[] = [
    { onLogin: (client, { id }) => client.refuse(id, -1, 'IP banned for 3600 s') },
    { onConnect: (client) => client.raw('banned\n'), onLogin: () => {} },
    {
      onConnect: (client) =>
        client.send({ id: null, result: null, error: { message: 'You have been blocked for 600 seconds' } }),
      onLogin: () => {},
    },
  ];
  for (const options of words) {
    const { pool, upstream, seen } = await at(t, options);
    await pauseSaying(seen, /banned|blocked/);
    // Several ordinary back-offs.
    await stays('no other connection', () => pool.connections === 1, 150);
    t.equal(upstream.state().phase, 'backing-off');
  }
});

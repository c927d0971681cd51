// Rows about a pool: gone, mute, talking nonsense, slow, lying about jobs or shares, too fast. The pool counts who comes and
// when, and its books are held against the ledger.
import { POOL_TIMES } from '../../src/gateway/pool/pool-times.ts';
import { lasting } from '../fixtures/until.ts';
import type { PoolClient, TestPool } from '../pool/test-pool.ts';
import { UNDISTURBED, undisturbed } from './outcome.ts';
import { poolJob, startPool } from './peers.ts';
import type { Row, Seen } from './row.ts';
import type { FaultStage } from './stage.ts';

const WAITING = 'waiting, then running';

/** Gone and back. */
const GONE: Row[] = [
  {
    fault: 'pool not there, then there',
    moment: 'start',
    expected: WAITING,
    play: async (stage) => {
      const pool = await startPool(stage);
      const { port } = pool;
      await pool.stop();
      stage.start();
      const { state } = await stage.until('a word on the pool', (s) => s.state === 'waiting');
      await pool.listen(port);
      return backTo(stage, pool, state);
    },
  },
  {
    fault: 'pool gone for 5 s',
    moment: 'submitting',
    expected: WAITING,
    quick: true,
    play: async (stage) => {
      const pool = await mining(stage);
      const { port } = pool;
      await pool.stop();
      const { state } = await stage.until('a word on the pool', (s) => s.state !== 'running');
      await lasting(5000);
      await pool.listen(port);
      return backTo(stage, pool, state);
    },
  },
];

/** Bad from some moment on, for a while; then as it should be. */
const BAD: Row[] = [
  bad('hangs up at every login', 20, { onLogin: (client) => client.socket.destroy() }),
  bad('talks nonsense', 3, { onConnect: (client) => client.raw('}}} \u0000 not a pool\n'.repeat(1000)) }),
  bad('is a fountain of bytes without a line', 3, { onConnect: (client) => client.raw(Buffer.alloc(1 << 20, 'x')) }),
  bad('takes the login and never gives a job', 5, { onLogin: (client, { id }) => client.accept(id) }),
  bad('never answers a login', 5, { onLogin: () => undefined }),
  bad('has jobs without a header only', 5, lying({ header: '' })),
  bad('has jobs with a target of 0 only', 5, lying({ target: '0'.repeat(64) })),
  bad('has jobs of certificate version 99 only', 5, lying({ certVersion: 99 }), 'outdated-rules'),
];

/** @param told the state that the pool leads to; on the way to another than `waiting`, this one may come first. */
function bad(
  how: string,
  seconds: number,
  options: TestPool['options'],
  told: 'waiting' | 'outdated-rules' = 'waiting',
): Row {
  return {
    fault: `pool ${how}, ${seconds} s long`,
    moment: 'submitting',
    expected: `${told}, then running`,
    seconds: 30,
    play: async (stage) => {
      const arrivals: number[] = [];
      const onTheWay = told === 'waiting' ? null : 'waiting';
      const pool = await mining(stage);
      pool.options = {
        ...options,
        onConnect: (client) => {
          arrivals.push(performance.now());
          options.onConnect?.(client);
        },
      };
      pool.hangUp();
      const { state } = await stage.until('a word on the pool', (s) => s.state !== 'running' && s.state !== onTheWay);
      await lasting(seconds * 1000);
      pool.options = {};
      // Clients that wait for an answer that never comes are let go; a refused one comes again by itself.
      pool.hangUp();
      const seen = await backTo(stage, pool, state);
      return isPatient(arrivals) ? seen : { ...seen, state: `connections after ${gaps(arrivals).join(', ')} ms` };
    },
  };
}

function lying(change: Partial<ReturnType<typeof poolJob>>): TestPool['options'] {
  return {
    onLogin: (client, { id }) => {
      client.loggedIn = true;
      client.accept(id);
      client.notify({ ...poolJob(2), ...change });
    },
  };
}

/** Bad about shares: each of them is in the ledger with what became of it. */
const SHARES: Row[] = [
  shares('refuses every share', (client, id) => client.refuse(id, 23, 'Low difficulty share')),
  shares('calls every share stale', (client, id) => client.refuse(id, 21, 'Job not found')),
  shares('gives its verdict on shares that were never sent', (client, id) => {
    client.accept(id + 1000);
    client.accept(id);
  }),
  shares('takes 2 s for each verdict', (client, id) => setTimeout(() => client.accept(id), 2000)),
  shares('gives each verdict twice', (client, id) => {
    client.accept(id);
    client.accept(id);
  }),
];

function shares(how: string, answer: (client: PoolClient, id: number) => void): Row {
  return {
    fault: `pool ${how}`,
    moment: 'submitting',
    expected: 'running, nothing restarted',
    play: async (stage) => {
      const pool = await startPool(stage, { onSubmit: (client, { id }) => answer(client, id) });
      stage.start();
      await stage.running();
      await stage.mined('five shares', () => pool.submits.length >= 5);
      return undisturbed(stage);
    },
  };
}

/**
 * The verdict never comes: the connection is given up after three of them, and the shares stay unknown. The new connection
 * comes within 4 to 6 s, and the miner tells of no job after 5 s: whether the state is ever `waiting` is chance.
 */
const NO_VERDICT: Row = {
  fault: 'pool never gives a verdict',
  moment: 'submitting',
  expected: `another connection, the shares unknown, ${UNDISTURBED}`,
  seconds: 60,
  play: async (stage) => {
    const pool = await startPool(stage, { onSubmit: () => undefined });
    stage.start();
    await stage.running();
    await stage.mined('another connection', () => pool.connections > 1);
    pool.options = {};
    await nextShare(stage, pool);
    const { state } = await undisturbed(stage);
    const { unknown } = stage.statistics().shares;
    return {
      state: `another connection, ${unknown >= 3 ? 'the shares' : unknown} unknown, ${state}`,
      recoveryMs: null,
    };
  },
};

const FAST: Row = {
  fault: 'pool has a thousand jobs in 10 s',
  moment: 'submitting',
  expected: 'running, nothing restarted',
  seconds: 15,
  play: async (stage) => {
    const pool = await mining(stage);
    for (let tip = 2; tip < 1002; tip++) {
      pool.announce(poolJob(tip % 250));
      await lasting(10);
    }
    await nextShare(stage, pool);
    return undisturbed(stage);
  },
};

const SLOW: Row = {
  fault: 'pool takes 2 s for each line',
  moment: 'start',
  expected: 'running, nothing restarted',
  play: async (stage) => {
    const pool = await startPool(stage, {
      onLogin: (client, request) => void setTimeout(() => pool.letIn(client, request), 2000),
      onSubmit: (client, { id }) => void setTimeout(() => client.accept(id), 2000),
    });
    stage.start();
    await stage.running();
    await nextShare(stage, pool);
    return undisturbed(stage);
  },
};

/** A pool that the stage mines with, and that has had its first share. */
async function mining(stage: FaultStage): Promise<TestPool> {
  const pool = await startPool(stage);
  stage.start();
  await stage.running();
  await nextShare(stage, pool);
  return pool;
}

async function nextShare(stage: FaultStage, pool: TestPool): Promise<void> {
  const before = pool.submits.length;
  await stage.mined('the next share at the pool', () => pool.submits.length > before);
}

/** Running again, and the pool has the next share. */
async function backTo(stage: FaultStage, pool: TestPool, before: string): Promise<Seen> {
  const struckMs = performance.now();
  await stage.running();
  const recoveryMs = performance.now() - struckMs;
  await nextShare(stage, pool);
  return { state: `${before}, then running`, recoveryMs };
}

/** Never sooner than the shortest back-off that is promised, and each time later, until it is proven again. */
function isPatient(arrivals: readonly number[]): boolean {
  const shortest = (failures: number) =>
    0.8 * Math.min(POOL_TIMES.backoffInitialMs * 2 ** failures, POOL_TIMES.backoffMaxMs);
  return gaps(arrivals).every((gap, failures) => gap >= shortest(failures + 1) - 50);
}

function gaps(arrivals: readonly number[]): number[] {
  return arrivals.slice(1).map((at, index) => Math.round(at - (arrivals[index] ?? 0)));
}

export const POOL_ROWS: readonly Row[] = [...GONE, ...BAD, ...SHARES, NO_VERDICT, FAST, SLOW];

// Rows about the network between pearlctl and its pool: the cable pulled, the route lost, names that do not resolve.
import { lasting } from '../fixtures/until.ts';
import type { TestPool } from '../pool/test-pool.ts';
import { OwnNetwork } from './network.ts';
import { toldOf, UNDISTURBED } from './outcome.ts';
import { startPool } from './peers.ts';
import type { Row, Seen } from './row.ts';
import type { FaultStage } from './stage.ts';

const EXPECTED = 'mining at the pool again, nothing restarted';

const CABLE: Row[] = [cable(60), cable(5, true)];

/** Proofs that are on their way, and those found meanwhile, arrive late or are told as unknown: none is lost silently. */
function cable(seconds: number, quick = false): Row {
  return {
    fault: `network gone for ${seconds === 60 ? 'a minute' : `${seconds} s`}: the cable pulled`,
    moment: 'submitting',
    expected: EXPECTED,
    needs: ['networks'],
    seconds: seconds + 40,
    quick,
    play: (stage) =>
      whileCut(stage, seconds, {
        cut: (network) => network.pull(),
        mend: (network) => network.plug(),
      }),
  };
}

const ROUTE: Row = {
  fault: 'route to the pool lost for 20 s',
  moment: 'submitting',
  expected: EXPECTED,
  needs: ['networks'],
  seconds: 40,
  play: (stage) =>
    whileCut(stage, 20, {
      cut: (network) => network.unroute(),
      mend: (network) => network.route(),
    }),
};

const ROUTE_AND_CONNECTION: Row = {
  fault: 'route to the pool lost for 20 s, and the connection with it',
  moment: 'ready',
  expected: EXPECTED,
  needs: ['networks'],
  seconds: 60,
  play: (stage) =>
    whileCut(stage, 20, {
      cut: (network, pool) => {
        pool.hangUp();
        network.unroute();
      },
      mend: (network) => network.route(),
    }),
};

interface Cut {
  cut: (network: OwnNetwork, pool: TestPool) => void;
  mend: (network: OwnNetwork) => void;
}

async function whileCut(stage: FaultStage, seconds: number, { cut, mend }: Cut): Promise<Seen> {
  const network = new OwnNetwork(stage);
  const pool = await startPool(stage, {}, { host: network.poolHost });
  stage.start({ wrapper: network.wrapper });
  await stage.running();
  await sharesAt(stage, pool, 1);
  cut(network, pool);
  await lasting(seconds * 1000);
  mend(network);
  return minesAgain(stage, pool);
}

const DNS_NEVER: Row = {
  fault: 'DNS: the pool has a name that does not resolve, until a reload',
  moment: 'start',
  expected: 'waiting, then running',
  play: async (stage) => {
    const pool = await startPool(stage);
    stage.configure({ pool: { 'url[]': `stratum+tcp://pool.invalid:${pool.port}` } });
    stage.start();
    const { state } = await stage.until('a word on the pool', (s) => s.state === 'waiting');
    stage.configure({ pool: { 'url[]': pool.url() } });
    stage.supervisor?.kill('SIGHUP');
    const struckMs = performance.now();
    await stage.running();
    return { state: `${state}, then running`, recoveryMs: performance.now() - struckMs };
  },
};

const DNS_DEAD: Row = {
  fault: 'DNS: the resolver is mute for 20 s, and the pool hangs up meanwhile',
  moment: 'submitting',
  expected: EXPECTED,
  needs: ['networks'],
  seconds: 60,
  play: async (stage) => {
    const network = new OwnNetwork(stage);
    const resolver = await network.resolver('pool.example');
    const pool = await startPool(stage, {}, { host: network.poolHost, name: 'pool.example' });
    stage.start({ wrapper: resolver.wrapper });
    await stage.running();
    await sharesAt(stage, pool, 1);
    resolver.setMute(true);
    pool.hangUp();
    await stage.until('a word on the pool', (s) => s.state === 'waiting');
    await lasting(20_000);
    resolver.setMute(false);
    return minesAgain(stage, pool);
  },
  leaves: /^resolv\.conf$/,
};

async function sharesAt(stage: FaultStage, pool: TestPool, more: number): Promise<void> {
  const before = pool.submits.length;
  await stage.mined('a share at the pool', () => pool.submits.length >= before + more, 150_000);
}

/** Two shares that were sent after the fault was over; the first of them may have been on its way. */
async function minesAgain(stage: FaultStage, pool: TestPool): Promise<Seen> {
  const struckMs = performance.now();
  await sharesAt(stage, pool, 1);
  const recoveryMs = performance.now() - struckMs;
  await sharesAt(stage, pool, 1);
  const told = toldOf(await stage.running());
  return { state: told === UNDISTURBED ? EXPECTED : told, recoveryMs };
}

export const LINK_ROWS: readonly Row[] = [...CABLE, ROUTE, ROUTE_AND_CONNECTION, DNS_NEVER, DNS_DEAD];

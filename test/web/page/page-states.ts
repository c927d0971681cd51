// The twelve states in which the page is looked at: each a document as a supervisor would answer it, at one fixed moment, with
// thirty days of a past that is the same on every machine.
import { type EventKind, Events } from '../../../src/state/history/events.ts';
import { Past } from '../../../src/state/history/past.ts';
import { deriveStatus, type StatusFacts } from '../../../src/state/status/derive.ts';
import type { StatusModel } from '../../../src/state/status/status-table.ts';
import { askedOf, type DashboardDocument, dashboardDocument } from '../../../src/web/site/dashboard-document.ts';
import { NOW_MS, RUNNING, SIDECAR, SITUATIONS, STATS } from '../../state/status/facts.ts';

const DAY_MS = 86_400_000;
const NORTH = 'stratum+tls://north.pool.example:3333';
const SOUTH = 'stratum+tcp://south.pool.example:3333';
const WEST = 'stratum+tls://west.pool.example:5555';

const POOL = { reason: null, latencyMs: null, difficulty: null, accepted: 0, rejected: 0, stale: 0 };
const POOLS: StatusModel['pools'] = [
  { ...POOL, name: NORTH, state: 'resting', isUsed: false, reason: 'the connection was refused', accepted: 1204 },
  {
    ...POOL,
    ...{ name: SOUTH, state: 'ready', isUsed: true, latencyMs: 41.6, difficulty: 26_214.4 },
    ...{ accepted: 12_345, rejected: 67, stale: 89 },
  },
  { ...POOL, name: WEST, state: 'standby', isUsed: false },
];

const NO_WATTS = 'this machine does not tell what it draws (virtual machines mostly do not)';
const MACHINE = {
  host: 'bench-7',
  worker: 'bench-7',
  processor: 'AMD Ryzen 9 7950X 16-Core Processor',
  celsius: 67.4,
  watts: 141.2,
  wattsOf: 'processor',
  noWatts: null,
};
const EXPECTATION = {
  sharesPerDay: 382,
  sharesDeviation: 38.3,
  blockSeconds: 17_800_000,
  blockLowSeconds: 451_000,
  blockHighSeconds: 65_700_000,
  prlPerDay: 10.4,
  prlDeviation: 1.04,
  prlReason: null,
  rewardPrl: 2135,
  rewardFrom: 'by the rules of the network at height 149474',
};

const SHARES = {
  ...STATS.shares,
  found: 12_505,
  accepted: 12_345,
  rejected: 67,
  stale: 89,
  dropped: 4,
  expectedSeconds: 226,
};

const POOL_FACTS: StatusFacts = bend({
  sidecar: {
    gatewayKind: 'pool',
    network: 'mainnet',
    wallet: 'prl1pqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurstxxxxx',
  },
  stats: {
    gateway: { state: 'ready', upstream: SOUTH, reason: null },
    pools: POOLS,
    shares: SHARES,
    blocks: { accepted: 1 },
    job: { height: 149_474, ageSeconds: 41, certVersion: 3 },
    machine: MACHINE,
    expectation: EXPECTATION,
    stateSince: new Date(NOW_MS - 3_700_000).toISOString(),
  },
});

function bend(changes: {
  sidecar?: Partial<typeof SIDECAR>;
  stats?: Partial<typeof STATS>;
  facts?: Partial<StatusFacts>;
  from?: StatusFacts;
}): StatusFacts {
  const { from = RUNNING, facts, sidecar, stats } = changes;
  const before = from.sidecar.kind === 'valid' ? from.sidecar.value : SIDECAR;
  const figures = from.stats.kind === 'valid' ? from.stats.value : STATS;
  return {
    ...from,
    sidecar: { kind: 'valid', value: { ...before, ...sidecar } },
    stats: { kind: 'valid', value: { ...figures, ...stats } },
    ...facts,
  };
}

/** For so long nothing has been mined in the states that rest: 140 s of the last quarter of an hour are left. */
const REST_SECONDS = 760;
const REST = {
  rate: { macsPerSecond10s: 0, macsPerSecond60s: 0, macsPerSecond15m: 78e9 },
  shares: { ...SHARES, lastAt: new Date(NOW_MS - 1000 * (REST_SECONDS + 41)).toISOString(), expectedSeconds: null },
};
const SINCE = { stateSince: new Date(NOW_MS - 1000 * REST_SECONDS).toISOString() };
const UNREACHED = POOLS.map((pool) => ({
  ...pool,
  state: 'resting',
  isUsed: false,
  reason: 'the connection was refused',
}));

const THREADS = [131, 130, 129, 122].map((gigamacs, thread) => ({
  macsPerSecond: gigamacs * 1e9,
  core: thread * 2,
  megahertz: 2700 - thread * 3,
}));

/** By name, what is known in it. */
export const PAGE_STATES = {
  running: bend({ from: POOL_FACTS, stats: { threads: THREADS } }),
  devnet: bend({
    stats: {
      machine: { ...MACHINE, watts: null, wattsOf: null, noWatts: NO_WATTS },
      stateSince: new Date(NOW_MS - 3_700_000).toISOString(),
    },
  }),
  first: bend({
    sidecar: { state: 'starting', stateReason: null, startedAtSeconds: NOW_MS / 1000 - 4 },
    stats: { ...blank(), uptimeSeconds: 4 },
  }),
  waiting: bend({
    from: POOL_FACTS,
    sidecar: { state: 'waiting', stateReason: `${NORTH}: the connection was refused` },
    stats: {
      ...REST,
      ...SINCE,
      pools: UNREACHED,
      job: null,
      expectation: null,
      pauseReason: 'no job',
      gateway: { state: 'backing-off', upstream: null, reason: 'the connection was refused' },
      miner: { ...STATS.miner, activity: 'no-job' },
    },
  }),
  paused: bend({
    from: POOL_FACTS,
    sidecar: { state: 'paused', stateReason: 'paused on request' },
    stats: { ...REST, ...SINCE, pauseReason: 'user', miner: { ...STATS.miner, activity: 'paused' } },
  }),
  battery: bend({
    from: POOL_FACTS,
    sidecar: { state: 'paused', stateReason: 'on battery' },
    stats: { ...REST, ...SINCE, pauseReason: 'battery', miner: { ...STATS.miner, activity: 'paused' } },
  }),
  degraded: SITUATIONS.degraded ?? RUNNING,
  'outdated-rules': bend({
    from: POOL_FACTS,
    sidecar: { state: 'outdated-rules', stateReason: 'the network asks for certificates of version 4' },
    stats: { ...REST, ...SINCE },
  }),
  stopping: SITUATIONS.stopping ?? RUNNING,
  troubles: bend({
    from: SITUATIONS['pool-with-troubles'] ?? RUNNING,
    sidecar: { instance: 'a-second-instance-with-a-long-name' },
    stats: { pools: POOLS, machine: { ...MACHINE, host: 'workstation-of-the-rendering-department.example.org' } },
  }),
  attached: bend({
    sidecar: {
      gatewayKind: 'attached',
      network: 'mainnet',
      gatewayUrl: 'unix:/home/ada/.local/state/pearl/gateway.sock',
    },
    stats: { gateway: { state: 'ready', upstream: null, reason: null } },
  }),
  lost: POOL_FACTS,
} satisfies Record<string, StatusFacts>;
export type PageState = keyof typeof PAGE_STATES;

function blank(): Partial<typeof STATS> {
  return {
    rate: { macsPerSecond10s: 0, macsPerSecond60s: 0, macsPerSecond15m: 0 },
    impliedRate: null,
    shares: { ...STATS.shares, accepted: 0, rejected: 0, stale: 0, found: 0, lastAt: null, expectedSeconds: null },
    blocks: { accepted: 0 },
    job: null,
  };
}

/** What a page is given in this state, for the query that it asks with. */
export function documentIn(state: PageState, page: string, query = new URLSearchParams()): DashboardDocument {
  const status = deriveStatus(PAGE_STATES[state]);
  const history = state === 'first' ? { past: new Past(), events: new Events() } : historyOf(RESTS[state] ?? null);
  return dashboardDocument({ page, status, history }, askedOf(query), NOW_MS);
}

/** What ended the work last, and how long ago. */
interface Rest {
  seconds: number;
  kind: EventKind;
  text: string;
}

const RESTS: Partial<Record<PageState, Rest>> = {
  waiting: { seconds: REST_SECONDS, kind: 'outage', text: `waiting for a job: ${NORTH}: the connection was refused` },
  paused: { seconds: REST_SECONDS, kind: 'pause', text: 'mining is paused on request' },
  battery: { seconds: REST_SECONDS, kind: 'pause', text: 'mining is paused: on battery' },
  'outdated-rules': { seconds: REST_SECONDS, kind: 'rules', text: 'outdated rules, nothing is mined: version 4' },
  degraded: { seconds: 4, kind: 'restart', text: 'miner backoff: the miner was killed by SIGSEGV' },
};

const HISTORIES = new Map<Rest | null, ReturnType<typeof thirtyDays>>();

function historyOf(rest: Rest | null): ReturnType<typeof thirtyDays> {
  const made = HISTORIES.get(rest) ?? thirtyDays(rest);
  HISTORIES.set(rest, made);
  return made;
}

/** A rate that wavers, a night without a supervisor, shares as they come, heat that follows the work. */
function thirtyDays(rest: Rest | null): { past: Past; events: Events } {
  const past = new Past();
  const shares = { accepted: 0, rejected: 0, stale: 0, dropped: 0 };
  const begin = NOW_MS - 30 * DAY_MS;
  let chance = 7;
  const fineMs = NOW_MS - 4 * 3_600_000;
  for (let atMs = begin; atMs <= NOW_MS; atMs += atMs > fineMs ? 5000 : 60_000) {
    const isFine = atMs > fineMs;
    const day = (NOW_MS - atMs) / DAY_MS;
    if ((day > 9 && day < 10.5) || (day > 0.02 && day < 0.025)) continue;
    chance = (chance * 48_271) % 2_147_483_647;
    const luck = chance / 2_147_483_647;
    const rests = rest !== null && NOW_MS - atMs < 1000 * rest.seconds;
    const works = rests ? 0 : rest === null && day > 0.006 && day < 0.008 ? 0.1 : 1;
    const part = rests ? 0 : isFine ? 1 / 12 : 1;
    if (luck < 0.9 * part) shares.accepted += 1;
    if (luck > 1 - 0.01 * part) shares.stale += 1;
    if (luck > 1 - 0.004 * part) shares.rejected += 1;
    past.add({
      atMs,
      macsPerSecond: works * (500e9 + 12e9 * Math.sin(day * 40) + 16e9 * luck),
      shares: { ...shares },
      celsius: 58 + 8 * works + 3 * Math.sin(day * 6),
      watts: 60 + 80 * works + 4 * luck,
    });
  }
  return { past, events: eventsOf(rest) };
}

function eventsOf(rest: Rest | null): Events {
  const told: [daysAgo: number, kind: EventKind, text: string][] = [
    [9, 'start', 'pearlctl 0.1.0 supervises mainnet'],
    [3, 'kernel', 'the miner multiplies with avx512vnni'],
    [1.2, 'fail-over', `jobs come from ${SOUTH}, no longer from ${NORTH}`],
    [0.3, 'restart', 'miner backoff: the miner was killed by SIGSEGV'],
  ];
  if (rest === null) {
    told.push([0.008, 'pause', 'mining is paused on request'], [0.006, 'resume', 'the pause is over']);
  } else told.push([(rest.seconds * 1000) / DAY_MS, rest.kind, rest.text]);
  const events = new Events();
  for (const [daysAgo, kind, text] of told) events.add(kind, text, NOW_MS - daysAgo * DAY_MS);
  return events;
}

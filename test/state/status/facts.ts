// Facts of a healthy supervisor, which each test bends to its situation.
import { asFix, fix, pearlctl, pearlctlByHand } from '../../../src/base/fix.ts';
import type { SidecarRecord } from '../../../src/state/sidecar/sidecar-record.ts';
import { parseStats, STATS_SCHEMA, type Stats } from '../../../src/state/stats/stats-record.ts';
import type { StatusFacts } from '../../../src/state/status/derive.ts';

export const NOW_MS = Date.parse('2026-01-02T03:04:05.000Z');

export const SIDECAR: SidecarRecord = {
  provider: 'cpu-pearl',
  startedAtSeconds: NOW_MS / 1000 - 3725,
  wallet: 'rprl1pqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qursefrsm4',
  gatewayUrl: 'http://127.0.0.1:8337',
  metricsUrl: 'http://127.0.0.1:8339/metrics',
  dashboardUrl: 'http://127.0.0.1:8339/',
  version: '0.1.0',
  instance: null,
  network: 'devnet',
  state: 'running',
  stateReason: null,
  updatedAt: '2026-01-02T03:04:00.000Z',
  supervisor: { pid: 100, identity: 'boot:1' },
  children: {
    gateway: { pid: 101, identity: 'boot:2', state: 'ready', restarts: 0, lastExit: null },
    miner: { pid: 102, identity: 'boot:3', state: 'ready', restarts: 0, lastExit: null },
  },
  gatewayKind: 'devnet',
  shape: { preset: 'light', m: 16384, n: 12288, k: 2048, rank: 128 },
  controlSocket: null,
  configFile: '/home/me/pearlctl.ini',
  configInForce: null,
  logTo: 'journal',
  service: {
    manager: 'systemd',
    enabled: true,
    active: true,
    startsAt: 'boot',
    drift: [],
    driftFix: null,
    dropIns: [],
    failure: null,
  },
};

/** As the file has them, so that a figure which is added later is zero or nothing here. */
export const STATS: Stats = readBack({
  schema: STATS_SCHEMA,
  updated_at: '2026-01-02T03:04:04.000Z',
  uptime_seconds: 3724,
  rate: { macs_per_second_10s: 512_000_000_000, macs_per_second_60s: 498_200_000_000, macs_per_second_15m: 501e9 },
  machine: { celsius: 61.5, watts: 84, watts_of: 'processor' },
  energy: {
    kilowatt_hours_per_day: 2.02,
    kilowatt_hours_per_share: 0.0052,
    cost_per_day: 0.65,
    shares_prl_per_day: 0.00041,
  },
  macs: '1866000000000000',
  implied_rate: {
    shares: 412,
    window_seconds: 3700,
    macs_per_second: 489_100_000_000,
    low_macs_per_second: 443_000_000_000,
    high_macs_per_second: 538_500_000_000,
    measured_macs_per_second: 501_300_000_000,
  },
  shares: {
    submitted: 16,
    accepted: 14,
    rejected: 1,
    stale: 1,
    dropped: 0,
    unknown: 0,
    last_at: '2026-01-02T03:03:41.000Z',
    expected_seconds: 2.05,
  },
  blocks: { accepted: 14 },
  job: { height: 1234, age_seconds: 1.5, cert_version: 3 },
  gateway: { state: 'ready', upstream: 'devnet', reason: null },
  miner: { activity: 'mining', reason: null, kernel: 'avx2', threads: 2, found: 16, spoiled: 0 },
  memory_bytes: { supervisor: 61_000_000, gateway: 72_000_000, miner: 412_000_000 },
  pause_reason: null,
  health: [],
});

function readBack(fields: object): Stats {
  const reading = parseStats(JSON.stringify(fields));
  if (reading.kind !== 'valid') throw new Error(reading.kind);
  return reading.value;
}

export const RUNNING: StatusFacts = {
  scope: 'user',
  instance: null,
  ownVersion: '0.1.0',
  configFile: '/home/me/pearlctl.ini',
  sidecarFile: '/home/me/run/mining.json',
  configExists: true,
  stateFolderExists: true,
  installed: true,
  sidecar: { kind: 'valid', value: SIDECAR },
  stats: { kind: 'valid', value: STATS },
  alive: { supervisor: true, gateway: true, miner: true },
  service: null,
  nowMs: NOW_MS,
};

const NOTHING: Pick<StatusFacts, 'sidecar' | 'stats' | 'alive' | 'installed'> = {
  sidecar: { kind: 'missing' },
  stats: { kind: 'missing' },
  alive: { supervisor: false, gateway: false, miner: false },
  installed: false,
};

function withSidecar(changes: Partial<SidecarRecord>, stats: Partial<Stats> = {}): Partial<StatusFacts> {
  return {
    sidecar: { kind: 'valid', value: { ...SIDECAR, ...changes } },
    stats: { kind: 'valid', value: { ...STATS, ...stats } },
  };
}

const DOWN = { pid: null, identity: null, state: 'down', restarts: 0, lastExit: null } as const;

/** Every lifecycle state and every situation that people meet, by name. */
export const SITUATIONS: Record<string, StatusFacts> = {
  'never-configured': { ...RUNNING, ...NOTHING, configExists: false, stateFolderExists: false },
  'installed-without-configuration': { ...RUNNING, ...NOTHING, configExists: false, installed: true },
  configured: { ...RUNNING, ...NOTHING, stateFolderExists: false },
  stopped: { ...RUNNING, ...NOTHING },
  'stopped-in-order': {
    ...RUNNING,
    ...NOTHING,
    lastStop: { stoppedAt: '2026-01-02T03:00:00.000Z', reason: 'SIGTERM', shares: STATS.shares, blocks: STATS.blocks },
  },
  starting: {
    ...RUNNING,
    ...withSidecar({ state: 'starting', children: { ...SIDECAR.children, miner: DOWN } }, { job: null }),
    alive: { supervisor: true, gateway: true, miner: false },
  },
  running: RUNNING,
  degraded: {
    ...RUNNING,
    ...withSidecar(
      {
        state: 'degraded',
        stateReason: 'the miner was killed by SIGSEGV',
        children: {
          ...SIDECAR.children,
          miner: {
            pid: null,
            identity: null,
            state: 'backoff',
            restarts: 3,
            lastExit: {
              code: null,
              signal: 'SIGSEGV',
              at: '2026-01-02T03:04:01.000Z',
              lines: ['one', 'the last words'],
            },
          },
        },
      },
      {
        health: [
          {
            id: 'miner-backoff',
            text: 'the miner was killed by SIGSEGV; it is restarted.',
            fix: asFix(pearlctl('logs', '--child', 'miner')),
          },
        ],
      },
    ),
    alive: { supervisor: true, gateway: true, miner: false },
  },
  'gateway-dead': { ...RUNNING, alive: { supervisor: true, gateway: false, miner: true } },
  paused: {
    ...RUNNING,
    ...withSidecar({ state: 'paused', stateReason: 'paused on request' }, { pauseReason: 'user' }),
  },
  waiting: {
    ...RUNNING,
    ...withSidecar({ state: 'waiting', stateReason: 'there is no job' }, { pauseReason: 'no job', job: null }),
  },
  'pool-with-troubles': {
    ...RUNNING,
    scope: 'system',
    instance: 'second',
    ...withSidecar(
      {
        instance: 'second',
        network: 'mainnet',
        wallet: 'prl1pqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurstxxxxx',
        gatewayKind: 'pool',
        children: { ...SIDECAR.children, gateway: { ...SIDECAR.children.gateway, restarts: 2 } },
      },
      {
        gateway: { state: 'ready', upstream: 'stratum+tls://pool.example:3333', reason: null },
        shares: { ...STATS.shares, accepted: 12345, rejected: 67, stale: 89, unknown: 10 },
        blocks: { accepted: 1 },
        impliedRate: null,
        health: [
          {
            id: 'slow',
            text: 'The pool takes four seconds to answer, and shares grow stale.',
            fix: asFix(pearlctl('doctor')),
          },
          { id: 'rejects', text: 'One share in a hundred is rejected.', fix: asFix(pearlctl('shares')) },
          {
            id: 'upstream-refused',
            text: 'stratum+tls://pool.example:3333 refuses us: the worker is not known here.',
            fix: fix`${pearlctlByHand('config', 'edit')} (wallet, login, password), then: ${pearlctl('reload')}`,
          },
        ],
      },
    ),
  },
  stopping: { ...RUNNING, ...withSidecar({ state: 'stopping' }) },
  'given-up': {
    ...RUNNING,
    ...withSidecar({
      state: 'failed',
      stateReason: 'the gateway ended with exit code 1, after 10 restarts within 600 s',
    }),
    alive: NOTHING.alive,
  },
  'supervisor-killed': { ...RUNNING, alive: NOTHING.alive },
  'supervisor-killed-with-orphan': { ...RUNNING, alive: { supervisor: false, gateway: false, miner: true } },
  attached: {
    ...RUNNING,
    ...withSidecar({ supervisor: null, service: null }),
    alive: { ...RUNNING.alive, supervisor: false },
  },
  'sidecar-empty': { ...RUNNING, ...NOTHING, sidecar: { kind: 'empty', detail: 'is empty' } },
  'sidecar-corrupt': { ...RUNNING, ...NOTHING, sidecar: { kind: 'broken', detail: 'is not complete JSON' } },
  'sidecar-foreign': {
    ...RUNNING,
    ...NOTHING,
    sidecar: { kind: 'foreign', detail: 'is not ours: it has no schema number' },
  },
  'sidecar-unreadable': {
    ...RUNNING,
    ...NOTHING,
    sidecar: { kind: 'unreadable', detail: 'cannot be read (EACCES)' },
  },
  'stats-stale': { ...RUNNING, nowMs: NOW_MS + 60_000 },
  'stats-of-another-version': {
    ...RUNNING,
    stats: { kind: 'other-version', detail: 'is of schema 1, and this version reads 2' },
  },
};

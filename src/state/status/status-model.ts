// What `status` says: the model behind the text, the `--json` document and the exit code. Its keys are only ever added.
import type { ChildStateName, LastExit } from '../sidecar/sidecar-record.ts';

export const LIFECYCLE_STATES = [
  'not_configured',
  'configured',
  'starting',
  'running',
  'degraded',
  'paused',
  'stopping',
  'stopped',
  'failed',
] as const;
export type LifecycleState = (typeof LIFECYCLE_STATES)[number];

export interface ServiceStatus {
  manager: string;
  enabled: boolean;
  active: boolean;
  startsAt: string;
  drift: string[];
}

export interface ChildStatus {
  /** Null while it does not run. */
  pid: number | null;
  state: ChildStateName | 'gone';
  restarts: number;
  lastExit: LastExit | null;
  /** Physical memory; null where it does not run, or the system does not tell. */
  memoryBytes: number | null;
}

export interface StatusModel {
  schemaVersion: 1;
  version: string | null;
  instance: string | null;
  scope: 'user' | 'system';
  network: string | null;
  state: LifecycleState;
  stateReason: string | null;
  /** ISO 8601, UTC. */
  startedAt: string | null;
  uptimeSeconds: number | null;
  /** Shortened: enough to recognise, too little to copy by accident. */
  wallet: string | null;
  /** Null when no supervisor is alive. */
  supervisor: { pid: number; memoryBytes: number | null } | null;
  service: ServiceStatus | null;
  gateway: { kind: string; url: string; upstream: string | null; state: string } | null;
  children: { gateway: ChildStatus; miner: ChildStatus } | null;
  /** What the miner does, on which kernel and how many threads; null where its supervisor does not tell. */
  miner: { activity: string; kernel: string | null; threads: number } | null;
  rate: { macsPerSecond10s: number; macsPerSecond60s: number; macsPerSecond15m: number } | null;
  /** Multiply-accumulates since the supervisor started: decimal text, since it passes 2^53. */
  macs: string | null;
  /** What the accepted shares say of the rate, with its 95 % interval, and the rate measured over the same time. */
  impliedRate: {
    macsPerSecond: number;
    lowMacsPerSecond: number;
    highMacsPerSecond: number;
    measuredMacsPerSecond: number;
    shares: number;
    windowSeconds: number;
  } | null;
  shares: {
    submitted: number;
    accepted: number;
    rejected: number;
    stale: number;
    unknown: number;
    lastAt: string | null;
    /** Seconds since then, by the wall clock. */
    lastAgeSeconds: number | null;
    dropped: number;
    /** Mean seconds to a share of the present job at the present rate. */
    expectedSeconds: number | null;
  } | null;
  blocks: { accepted: number } | null;
  job: { height: number | null; ageSeconds: number; certVersion: number } | null;
  shape: { preset: string; m: number; n: number; k: number; rank: number } | null;
  pauseReason: string | null;
  /** Of the page in a browser; null where there is none. */
  dashboardUrl: string | null;
  health: ShownTrouble[];
}

/** What is wrong, in a sentence, and what to do about it. */
export interface ShownTrouble {
  /** Stable, for scripts. */
  id: string;
  text: string;
  /** For people; empty when there is nothing to do but wait. */
  fix: string;
  /** The command of it that a program can run, word by word; null where there is none. */
  command: string[] | null;
}

/** Exit codes of `status`: alive, left behind, not running, nothing here. */
export function statusExitCode(model: StatusModel): 0 | 1 | 3 | 4 {
  switch (model.state) {
    case 'starting':
    case 'running':
    case 'degraded':
    case 'paused':
    case 'stopping':
      return 0;
    case 'failed':
      return 1;
    case 'configured':
    case 'stopped':
      return 3;
    case 'not_configured':
      return model.service === null ? 4 : 3;
  }
}

// What a connection is made of and what it tells: the settings that all connections of an upstream share, and the listener.
import type { LoginPlan } from '../login/login-plan.ts';
import type { PoolEntry } from '../pool-entry.ts';
import type { PoolJob } from '../pool-job.ts';
import type { TargetRules } from '../pool-rules.ts';
import type { PoolTimes } from '../pool-times.ts';
import type { Refusal } from '../verdicts/refusal.ts';
import type { SubmitLimits } from '../verdicts/submissions.ts';
import type { SessionEnd, SessionState } from './pool-session.ts';

/** What is the same for every connection of one upstream. */
export interface PoolSettings {
  readonly limits: SubmitLimits;
  readonly times: PoolTimes;
  /** `name/version`, as the login tells it. */
  readonly agent: string;
  readonly rules: TargetRules;
  /** Our rate for the pool's statistics, or null where it is not known. */
  readonly macsPerSecond: () => number | null;
  /** Trusted roots besides the system's. */
  readonly ca: readonly string[] | null;
  readonly log: (level: 'info' | 'warn', text: string) => void;
  /** All addresses of a name; the system's resolver where it is left out. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export interface ConnectionListener {
  onState(state: SessionState): void;
  onJob(poolJob: PoolJob): void;
  onPause(reason: string, isOutdated: boolean): void;
  onVerdict(refusal: Refusal | null): void;
  onEnd(end: SessionEnd): void;
}

export interface ConnectionOptions {
  readonly entry: PoolEntry;
  readonly plan: LoginPlan;
  /** Milliseconds between two signs of life, or null for none. */
  readonly pingMs: number | null;
  readonly settings: PoolSettings;
  readonly listener: ConnectionListener;
}

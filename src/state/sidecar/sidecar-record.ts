// The shape of the sidecar `mining.json` and of `stats.json` beside it. Keys are only ever added; the first seven keep the
// names and types that other tools read.
import type { Fix } from '../../base/fix.ts';

/** Number of this layout. Readers take any later one too, since keys are only added. */
export const SIDECAR_SCHEMA = 1;

/** The supervisor's own word on how things stand; readers derive the shown state from it (`derive.ts`). */
export const SIDECAR_STATES = ['starting', 'running', 'degraded', 'paused', 'stopping', 'failed'] as const;
export type SidecarState = (typeof SIDECAR_STATES)[number];

/** Where one child stands, as the supervisor's table names it. */
export const CHILD_STATES = [
  'down',
  'starting',
  'ready',
  'backoff',
  'recycling',
  'stopping',
  'stopped',
  'failed',
] as const;
export type ChildStateName = (typeof CHILD_STATES)[number];

export type ChildName = 'gateway' | 'miner';

/** How a child ended: exactly one of `code` and `signal` is set, none when it could not even be started. */
export interface LastExit {
  code: number | null;
  signal: string | null;
  /** ISO 8601, UTC. */
  at: string;
  /** The last lines it wrote, redacted, oldest first. */
  lines: string[];
}

export interface SidecarChild {
  /** Null while it does not run, and always for a gateway that somebody else runs. */
  pid: number | null;
  /** Boot id and start time (`identity.ts`): a reused pid is told apart by it. */
  identity: string | null;
  state: ChildStateName;
  restarts: number;
  last_exit: LastExit | null;
}

export interface SidecarShape {
  preset: string;
  m: number;
  n: number;
  k: number;
  rank: number;
}

/** What the service manager knows of us, so that `status` need not ask it. */
export interface SidecarService {
  manager: string;
  enabled: boolean;
  active: boolean;
  /** In words: `boot`, `login` or `never`. */
  starts_at: string;
  drift: string[];
}

/** The keys of the provider that this project grew from; the mirror holds these alone. */
export interface LegacySidecar {
  provider: string;
  /** Unix seconds. */
  started_at: number;
  wallet_address: string;
  /** `http://HOST:PORT` or `unix:PATH`. */
  gateway_url: string;
  /** `http://HOST:PORT/metrics`. */
  metrics_url: string;
  gateway_pid: number | null;
  miner_loop_pid: number | null;
}

export interface Sidecar extends LegacySidecar {
  schema: number;
  version: string;
  instance: string | null;
  network: string;
  state: SidecarState;
  state_reason: string | null;
  /** ISO 8601, UTC. */
  updated_at: string;
  /** Null for a session that was attached, not started by us. */
  supervisor: { pid: number; identity: string } | null;
  children: Record<ChildName, SidecarChild>;
  gateway_kind: string;
  /** `http://HOST:PORT/`, null where the page is off or of a supervisor that had none. */
  dashboard_url: string | null;
  shape: SidecarShape | null;
  control_socket: string | null;
  config_file: string | null;
  /**
   * The configuration that is in force: a digest of each key's value, by names such as `logs.level`. Keyed with what the lock
   * file says, so that no value can be guessed from it; null where no supervisor took a configuration over.
   */
  config_in_force: Record<string, string> | null;
  service: SidecarService | null;
}

export interface HealthItem {
  /** Stable, for scripts. */
  id: string;
  text: string;
  /** What to do about it; without a word where there is nothing to do but wait. */
  fix: Fix;
}

/** What changes all the time: written every two seconds by the supervisor, without fsync. */
export interface Stats {
  schema: number;
  /** ISO 8601, UTC. */
  updated_at: string;
  /** Monotonic seconds since the supervisor started. */
  uptime_seconds: number;
  rate: { macs_per_second_10s: number; macs_per_second_60s: number; macs_per_second_15m: number };
  /** Multiply-accumulates since the supervisor started: decimal text, since it passes 2^53. */
  macs: string;
  /** What the accepted shares say of the rate, with the bounds of its 95 % interval; null while they are too few. */
  implied_rate: {
    shares: number;
    window_seconds: number;
    macs_per_second: number;
    low_macs_per_second: number;
    high_macs_per_second: number;
    /** The measured rate over the same time. */
    measured_macs_per_second: number;
  } | null;
  shares: {
    submitted: number;
    accepted: number;
    rejected: number;
    stale: number;
    dropped: number;
    unknown: number;
    last_at: string | null;
    /** Mean seconds to a share of the present job at the present rate. */
    expected_seconds: number | null;
  };
  blocks: { accepted: number };
  job: { height: number | null; age_seconds: number; cert_version: number } | null;
  gateway: { state: string; upstream: string | null; reason: string | null };
  miner: { activity: string; reason: string | null; kernel: string | null; threads: number; found: number };
  /** Physical memory, null where the system does not tell. */
  memory: { supervisor_bytes: number | null; gateway_bytes: number | null; miner_bytes: number | null };
  pause_reason: string | null;
  health: HealthItem[];
}

// Whether a gateway that answers still follows its upstream. Pure. A gateway may hang where no heartbeat shows it: it serves
// one job for ever. What is too old depends on the source of the jobs; no news is no hang on a chain without other miners.
import type { GatewayKind } from '../../config/configuration.ts';
import type { Companion } from '../../gateway/external/companion.ts';
import type { Situation } from '../publish/situation.ts';

export interface JobAge {
  kind: GatewayKind;
  /** Of the newest job, as the gateway or else the miner tells; null without one. */
  jobAgeMs: number | null;
  /** Whether the gateway says that its upstream serves it. Where it does not, it knows itself, and comes back by itself. */
  upstreamIsReady: boolean;
  /** For how long the job of an external gateway builds on another block than its node's tip; null where it does not. */
  behindMs: number | null;
  /** The external gateway makes the certificate of a block, and answers nothing meanwhile. */
  isProving: boolean;
  /** Since the gateway was started. */
  upMs: number;
}

/**
 * A pool has a new job with every block of its chain: one in 194 s on average (protocol section 1), so that an hour without
 * is a chance of one in 10^8. A connection without a single line is given up after ten minutes by the gateway itself.
 */
export const POOL_JOB_MS = 3_600_000;

/**
 * For the external gateway to fetch a template of its node's new tip, which it asks for every second or so, also after the
 * minute that a certificate takes.
 */
export const BEHIND_GRACE_MS = 120_000;

/** Why the gateway has to be replaced, in words, or null while its job is as it should be. */
export function staleJobReason(age: JobAge): string | null {
  const { kind, jobAgeMs, behindMs } = age;
  if (jobAgeMs === null || !age.upstreamIsReady) return null;
  switch (kind) {
    case 'pool':
      return jobAgeMs > POOL_JOB_MS ? `the gateway's job is ${minutesOf(jobAgeMs)} min old` : null;
    case 'external': {
      const hasHadTime = age.upMs > BEHIND_GRACE_MS && !age.isProving;
      return hasHadTime && behindMs !== null && behindMs > BEHIND_GRACE_MS
        ? `the gateway's job has not built on its node's newest block for ${minutesOf(behindMs)} min`
        : null;
    }
    // The devnet's chain is in the gateway itself, and stands still when nothing mines; an attached one is not ours to restart.
    case 'devnet':
    case 'attached':
      return null;
  }
}

function minutesOf(ms: number): number {
  return Math.round(ms / 60_000);
}

/** What there is to judge by at this moment. */
export function jobAgeOf(situation: Situation, kind: GatewayKind, companion: Companion | null): JobAge {
  const { heard, machine, nowMs } = situation;
  // A foreign gateway tells nothing of its job: the miner holds what it gave out.
  const source = heard.gateway?.heartbeat.job ? heard.gateway : heard.miner;
  const job = source?.heartbeat.job ?? null;
  return {
    kind,
    jobAgeMs: source === null || job === null ? null : 1000 * job.ageSeconds + nowMs - source.atMs,
    upstreamIsReady: heard.gateway?.heartbeat.upstream.phase === 'ready',
    behindMs: companion?.behindMs ?? null,
    isProving: companion?.busy ?? false,
    upMs: nowMs - machine.children.gateway.startedAtMs,
  };
}

// Whether a child that lives also does something. Pure: silence and standing still each have their own deadline, and being
// deliberately idle is neither.
import type { GatewayHeartbeat, MinerHeartbeat } from '../../protocol/channel/messages.ts';
import type { ChildName } from '../../state/table/session-table.ts';

/** What was last heard of a child. */
export interface ChildPulse {
  /** Monotonic milliseconds of the last heartbeat, or of its start. */
  heardAtMs: number;
  /** Monotonic milliseconds at which its counters last moved, or at which it last had a reason to stand still. */
  progressAtMs: number;
  macs: string | null;
  /** Whether anything was heard at all. */
  spoke: boolean;
}

/** Heartbeats come every second; this many are missed by a process that was stopped or whose loop hangs, not by a busy one. */
export const SILENCE_MS = 15_000;

/** Before its first word a process loads its program and tests its kernels, on a machine that may be booting. */
export const FIRST_WORD_MS = 60_000;

/**
 * A miner whose threads run at idle priority may get little of a busy machine, but never nothing for this long
 * (SCHED_IDLE still has a weight of 3 against 1024).
 */
export const STANDSTILL_MS = 180_000;

export function newChildPulse(nowMs: number): ChildPulse {
  return { heardAtMs: nowMs, progressAtMs: nowMs, macs: null, spoke: false };
}

export function afterHeartbeat(
  pulse: ChildPulse,
  heartbeat: MinerHeartbeat | GatewayHeartbeat,
  nowMs: number,
): ChildPulse {
  if (heartbeat.type === 'gateway') return { ...pulse, heardAtMs: nowMs, progressAtMs: nowMs, spoke: true };
  const moves = heartbeat.activity !== 'mining' || heartbeat.macs !== pulse.macs;
  return { heardAtMs: nowMs, progressAtMs: moves ? nowMs : pulse.progressAtMs, macs: heartbeat.macs, spoke: true };
}

/** Why a child has to be replaced, in words, or null while it is well. */
export function stuckReason(name: ChildName, pulse: ChildPulse, nowMs: number): string | null {
  const silentMs = nowMs - pulse.heardAtMs;
  if (silentMs > (pulse.spoke ? SILENCE_MS : FIRST_WORD_MS))
    return `the ${name} was silent for ${Math.round(silentMs / 1000)} s`;
  const stillMs = nowMs - pulse.progressAtMs;
  if (stillMs > STANDSTILL_MS) return `the ${name} made no progress for ${Math.round(stillMs / 1000)} s`;
  return null;
}

// Whether a child that lives also does something. Pure: silence and standing still each have their own deadline, and being
// deliberately idle is neither.
import type { ChildName } from '../sidecar/record.ts';
import type { GatewayHeartbeat, MinerHeartbeat } from './channel.ts';

/** What was last heard of a child. */
export interface Pulse {
  /** Monotonic milliseconds of the last heartbeat, or of its start. */
  heardAtMs: number;
  /** Monotonic milliseconds at which its counters last moved, or at which it last had a reason to stand still. */
  progressAtMs: number;
  macs: string | null;
}

/** Heartbeats come every second; this many are missed by a process that was stopped or whose loop hangs, not by a busy one. */
export const SILENCE_MS = 15_000;

/**
 * A miner whose threads run at idle priority may get little of a busy machine, but never nothing for this long
 * (SCHED_IDLE still has a weight of 3 against 1024).
 */
export const STANDSTILL_MS = 180_000;

export function newPulse(nowMs: number): Pulse {
  return { heardAtMs: nowMs, progressAtMs: nowMs, macs: null };
}

export function afterHeartbeat(pulse: Pulse, heartbeat: MinerHeartbeat | GatewayHeartbeat, nowMs: number): Pulse {
  if (heartbeat.type === 'gateway') return { ...pulse, heardAtMs: nowMs, progressAtMs: nowMs };
  const moves = heartbeat.activity !== 'mining' || heartbeat.macs !== pulse.macs;
  return { heardAtMs: nowMs, progressAtMs: moves ? nowMs : pulse.progressAtMs, macs: heartbeat.macs };
}

/** Why a child has to be replaced, in words, or null while it is well. */
export function stuckReason(name: ChildName, pulse: Pulse, nowMs: number): string | null {
  const silentMs = nowMs - pulse.heardAtMs;
  if (silentMs > SILENCE_MS) return `the ${name} was silent for ${Math.round(silentMs / 1000)} s`;
  const stillMs = nowMs - pulse.progressAtMs;
  if (stillMs > STANDSTILL_MS) return `the ${name} made no progress for ${Math.round(stillMs / 1000)} s`;
  return null;
}

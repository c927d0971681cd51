// The ordered list of pools: which one comes next, when, and how it is met. Pure: values in, values out.
import type { SessionEnd } from './connection/pool-session.ts';
import {
  attemptsInWords,
  formFailed,
  formForgotten,
  type LoginForm,
  type LoginPlan,
  loginAccepted,
  loginEnded,
  newPlan,
} from './login/login-plan.ts';
import { backoffMs, type PoolTimes } from './pool-times.ts';

/** What is remembered of one pool. */
export interface Seat {
  /** Failures in a row, since it last proved itself. */
  readonly failures: number;
  /** Monotonic milliseconds before which it is left alone. */
  readonly notBefore: number;
  readonly plan: LoginPlan;
  /** Sessions in a row that it closed while we were silent. */
  readonly idleHangUps: number;
  /** `wanted`: it hangs up on silent clients. `unwanted`: it hangs up over a ping. */
  readonly pings: 'wanted' | 'unwanted' | null;
  /** How often in a row it was left because it took no shares. */
  readonly rejections: number;
  /** Why it was left or would be, where that still holds. */
  readonly trouble: SessionEnd | null;
}

/** What outlives the process, by the pool's address. */
export interface Remembered {
  readonly form: LoginForm | null;
  readonly pings: Seat['pings'];
}

/** In the order of the configuration: the first is the one the user wants. */
export type Roster = readonly Seat[];

/** Idle sessions that a pool closes before it gets signs of life. */
const IDLE_HANG_UPS = 2;
/** A pool that takes no shares is asked again after at most so many probes' time. */
const MAX_PATIENCE = 64;

export function newRoster(remembered: readonly (Remembered | null)[]): Roster {
  return remembered.map((known) => ({
    failures: 0,
    notBefore: 0,
    plan: newPlan(known?.form ?? null),
    idleHangUps: 0,
    pings: known?.pings ?? null,
    rejections: 0,
    trouble: null,
  }));
}

function replace(roster: Roster, index: number, change: Partial<Seat>): Roster {
  return roster.map((seat, at) => (at === index ? { ...seat, ...change } : seat));
}

/** How a connection ended, and what is needed to say when the next one is due. */
export interface Ending {
  readonly end: SessionEnd;
  /** True when the pool had let us in. */
  readonly hadLogin: boolean;
  /** True when it had served a job that can be mined. */
  readonly hadJob: boolean;
  /** True when it closed the connection after we had been silent for long. */
  readonly wasIdle: boolean;
  /** True when it closed the connection right after a ping. */
  readonly wasPing: boolean;
  /** True when proofs went out, and none of them ever got a verdict. */
  readonly vanished: boolean;
  /** Monotonic milliseconds. */
  readonly now: number;
  /** In [0, 1), for the jitter. */
  readonly random: number;
  readonly times: PoolTimes;
}

/** A pool's connection ended. What asking again soon cannot change waits long. */
export function ended(roster: Roster, index: number, ending: Ending): Roster {
  const seat = roster[index];
  if (seat === undefined || ending.end.kind === 'closed') return roster;
  return replace(roster, index, { ...afterEnd(seat, ending), ...signsOfLife(seat, ending) });
}

function afterEnd(seat: Seat, { end, hadLogin, hadJob, vanished, now, random, times }: Ending): Partial<Seat> {
  const failures = seat.failures + 1;
  const plan = hadLogin ? (vanished ? formForgotten(seat.plan) : seat.plan) : loginEnded(seat.plan, end.reason);
  const wait = (waitMs: number) => ({ failures, notBefore: now + waitMs, plan, trouble: end });
  switch (end.kind) {
    case 'form': {
      const next = formFailed(seat.plan, end.failure ?? 'another', end.reason);
      if (!next.isOver) return { notBefore: now, plan: next };
      const isVague = end.failure === 'hang-up' || end.failure === 'silence';
      return { ...wait(isVague ? backoffMs(failures, random, times) : times.refusedMs), plan: next };
    }
    case 'offline':
      // No pool was asked, so none needs a rest.
      return { notBefore: now + Math.min(times.offlineMs, times.backoffInitialMs), plan: seat.plan, trouble: end };
    case 'banned':
      return wait(end.waitMs ?? times.bannedMs);
    case 'rejecting': {
      const patience = Math.min(2 ** seat.rejections, MAX_PATIENCE);
      return { ...wait(times.probeMs * patience), failures: seat.failures, rejections: seat.rejections + 1 };
    }
    case 'refused':
    case 'dialect':
      return wait(times.refusedMs);
    default: {
      // A pool that served jobs until it went is well: only failures without any work make the wait grow.
      const counted = hadJob ? 1 : failures;
      return { ...wait(backoffMs(counted, random, times)), failures: counted };
    }
  }
}

function signsOfLife(seat: Seat, { end, hadLogin, wasIdle, wasPing }: Ending): Partial<Seat> {
  if (end.kind !== 'fault' || !hadLogin) return {};
  if (wasPing) return { pings: 'unwanted', idleHangUps: 0 };
  const idleHangUps = wasIdle ? seat.idleHangUps + 1 : 0;
  const isWanted = idleHangUps >= IDLE_HANG_UPS && seat.pings === null;
  return { idleHangUps, pings: isWanted ? 'wanted' : seat.pings };
}

/** A login was accepted in this form: the next connection begins with it. */
export function loggedIn(roster: Roster, index: number, form: LoginForm): Roster {
  const seat = roster[index];
  if (seat === undefined) return roster;
  const trouble = seat.trouble?.kind === 'rejecting' ? seat.trouble : null;
  return replace(roster, index, { plan: loginAccepted(seat.plan, form), trouble });
}

/** A pool has served for long enough: its failures are forgotten. */
export function proven(roster: Roster, index: number): Roster {
  return replace(roster, index, { failures: 0, notBefore: 0 });
}

/** A pool takes shares, and has for a whole window: that it once did not is forgotten. */
export function trusted(roster: Roster, index: number): Roster {
  const seat = roster[index];
  if (seat === undefined || (seat.rejections === 0 && seat.trouble === null)) return roster;
  return replace(roster, index, { rejections: 0, trouble: null });
}

/** The pool takes no shares, and there is no other to go to. */
export function distrusted(roster: Roster, index: number, end: SessionEnd): Roster {
  return replace(roster, index, { trouble: end });
}

/** The pool is mined at again: what it did before is history until it does it again. */
export function taken(roster: Roster, index: number): Roster {
  return replace(roster, index, { trouble: null });
}

/** Each attempt at the login of this pool, and what came of it, in words; empty before the first. */
export function loginAttempts({ plan }: Seat): string {
  return attemptsInWords(plan.attempts);
}

/**
 * The pool to connect to after `previous` failed (null: at the start), and how long to wait for it: the next in the list
 * that may be asked now, going round; otherwise the one that may be asked first.
 */
export function choose(roster: Roster, previous: number | null, now: number): { index: number; waitMs: number } {
  const first = previous === null ? 0 : previous + 1;
  const order = roster.map((_, offset) => (first + offset) % roster.length);
  const waits = order.map((index) => ({ index, waitMs: Math.max(0, (roster[index]?.notBefore ?? 0) - now) }));
  return waits.reduce((best, candidate) => (candidate.waitMs < best.waitMs ? candidate : best));
}

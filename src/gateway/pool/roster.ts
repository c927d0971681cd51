// The ordered list of pools: which one comes next, when, and with which form of login. Pure: values in, values out.
import type { LoginForm } from './login.ts';
import type { SessionEnd } from './pool-session.ts';
import { backoffMs, type PoolTimes } from './pool-times.ts';

/** What is remembered of one pool. */
export interface Seat {
  /** Failures in a row, since it last proved itself. */
  readonly failures: number;
  /** Monotonic milliseconds before which it is left alone. */
  readonly notBefore: number;
  readonly form: LoginForm;
  /** True once the array form had its one try. */
  readonly triedArray: boolean;
}

/** In the order of the configuration: the first is the one the user wants. */
export type Roster = readonly Seat[];

export function newRoster(pools: number): Roster {
  return Array.from({ length: pools }, () => ({ failures: 0, notBefore: 0, form: 'object', triedArray: false }));
}

function replace(roster: Roster, index: number, change: Partial<Seat>): Roster {
  return roster.map((seat, at) => (at === index ? { ...seat, ...change } : seat));
}

/** How a connection ended, and what is needed to say when the next one is due. */
export interface Ending {
  readonly end: SessionEnd;
  /** True when the pool had let us in. */
  readonly hadLogin: boolean;
  /** Monotonic milliseconds. */
  readonly now: number;
  /** In [0, 1), for the jitter. */
  readonly random: number;
  readonly times: PoolTimes;
}

/** A pool's connection ended. A refused login and a foreign dialect wait long: asking again soon changes nothing. */
export function ended(roster: Roster, index: number, ending: Ending): Roster {
  const { end, hadLogin, now, random, times } = ending;
  const seat = roster[index];
  if (seat === undefined || end.kind === 'closed') return roster;
  if (end.kind === 'login-silence') return replace(roster, index, { form: 'array', triedArray: true, notBefore: now });
  const failures = seat.failures + 1;
  const wait = end.kind === 'fault' ? backoffMs(failures, random, times) : times.refusedMs;
  return replace(roster, index, { failures, notBefore: now + wait, form: hadLogin ? seat.form : 'object' });
}

/** A login was accepted in this form: the next connection begins with it. */
export function loggedIn(roster: Roster, index: number, form: LoginForm): Roster {
  return replace(roster, index, { form, triedArray: false });
}

/** A pool has served for long enough: its failures are forgotten. */
export function proven(roster: Roster, index: number): Roster {
  return replace(roster, index, { failures: 0, notBefore: 0 });
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

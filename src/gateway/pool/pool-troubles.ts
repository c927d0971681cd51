// What is told of the pools: their state, and what is wrong with them right now, each under a stable id. Pure, for `status`,
// `doctor` and the metrics.
import type { UpstreamState, UpstreamTrouble } from '../upstream.ts';
import type { SessionEnd, SessionState } from './connection/pool-session.ts';
import type { PoolEntry } from './pool-entry.ts';
import { loginAttempts, type Roster, type Seat } from './roster.ts';

/** @param unusableJob why the newest job of the pool that serves cannot be mined, or null. */
export function poolTroubles(
  entries: readonly PoolEntry[],
  roster: Roster,
  active: number | null,
  unusableJob: string | null,
): UpstreamTrouble[] {
  const troubles = entries.flatMap((entry, index) => {
    const seat = roster[index];
    // While nothing serves, the upstream's own state says why; the others are told here.
    if (seat === undefined || (active === null && seat.trouble?.kind !== 'rejecting')) return [];
    return seatTroubles(entry, seat, index === active);
  });
  const serving = active === null ? undefined : entries[active];
  if (serving === undefined || unusableJob === null) return troubles;
  return [{ id: 'pool-job', text: `${serving.url.name} has no job that can be mined: ${unusableJob}.` }, ...troubles];
}

/** What the state of the connection that serves is called in that of the upstream. */
export const PHASES = {
  dialing: 'connecting',
  securing: 'connecting',
  authorizing: 'authorizing',
  waiting: 'ready',
  mining: 'ready',
  over: 'closed',
} as const satisfies Record<SessionState, UpstreamState['phase']>;

/** Why a connection ended: a login that was tried in several forms is told with each of them. */
export function endInWords(seat: Seat | undefined, hadLogin: boolean, end: SessionEnd): string {
  if (seat === undefined || hadLogin || seat.plan.attempts.length < 2) return end.reason;
  return `the login is not taken (${loginAttempts(seat)})`;
}

/** How the pools stand while the next try is waited for. */
export function waitingState({ loginFix }: PoolEntry, { kind }: SessionEnd, reason: string): UpstreamState {
  const isLogin = kind === 'refused' || kind === 'form';
  const phase = isLogin || kind === 'dialect' ? 'refused' : 'backing-off';
  return { phase, url: null, reason, ...(isLogin && loginFix !== undefined ? { fix: loginFix } : {}) };
}

function seatTroubles({ url, loginFix }: PoolEntry, seat: Seat, isActive: boolean): UpstreamTrouble[] {
  const { trouble } = seat;
  const after = isActive ? 'It is mined at all the same, for want of another' : 'Another pool is mined at meanwhile';
  const fix = loginFix === undefined ? {} : { fix: loginFix };
  switch (trouble?.kind) {
    case 'rejecting':
      return [{ id: 'pool-rejects', text: `${url.name}: ${trouble.reason}. ${after}.` }];
    case 'banned':
      return [{ id: 'pool-bans', text: `${url.name} has banned us: ${trouble.reason}.` }];
    case 'refused':
    case 'form':
      return [{ id: 'pool-refuses', text: `${url.name} refuses the login (${loginAttempts(seat)}).`, ...fix }];
    case 'dialect':
      return [{ id: 'pool-dialect', text: `${url.name}: ${trouble.reason}.` }];
    default:
      return [];
  }
}

// How each pool of the list stands, for people: which one is mined at, why the others are not, and what became of the shares
// that each was sent. Pure, except for its own counts.
import type { PoolStanding } from '../../protocol/channel/messages.ts';
import type { Verdict } from '../upstream.ts';
import type { PoolConnection } from './connection/pool-connection.ts';
import type { SessionEnd, SessionState } from './connection/pool-session.ts';
import type { PoolEntry } from './pool-entry.ts';
import type { Roster, Seat } from './roster.ts';

/** The target of difficulty 1 (protocol section 10). */
const EASIEST_TARGET = 0xffffn << 208n;
/** Verdicts whose median is the latency. */
const LATENCIES = 15;

/** A pool that is connected to, by its place in the list. */
interface ConnectedPool {
  readonly index: number;
  readonly connection: Pick<PoolConnection, 'state' | 'newestJob'>;
}

/** What became of the shares of one pool since this gateway started. */
export class PoolTally {
  readonly #counts = { accepted: 0, rejected: 0, stale: 0 };
  readonly #latenciesMs: number[] = [];

  add({ result, latencyMs }: Verdict): void {
    if (result === 'dropped' || result === 'unknown') return;
    this.#counts[result] += 1;
    this.#latenciesMs.push(latencyMs);
    if (this.#latenciesMs.length > LATENCIES) this.#latenciesMs.shift();
  }

  get counts(): Pick<PoolStanding, 'accepted' | 'rejected' | 'stale' | 'latencyMs'> {
    const sorted = [...this.#latenciesMs].sort((a, b) => a - b);
    return { ...this.#counts, latencyMs: sorted[sorted.length >> 1] ?? null };
  }
}

export interface PoolsAtWork {
  readonly entries: readonly PoolEntry[];
  readonly roster: Roster;
  readonly tallies: readonly PoolTally[];
  readonly active: ConnectedPool | null;
  readonly probe: ConnectedPool | null;
  /** Why the newest job of the active pool cannot be mined. */
  readonly unusableJob: string | null;
  /** Monotonic milliseconds. */
  readonly now: number;
}

export function poolStandings({ entries, roster, tallies, active, probe, unusableJob, now }: PoolsAtWork) {
  return entries.flatMap((entry, index): PoolStanding[] => {
    const [seat, tally] = [roster[index], tallies[index]];
    if (seat === undefined || tally === undefined) return [];
    const isUsed = active?.index === index;
    const connected = isUsed ? active : probe?.index === index ? probe : null;
    const state = connected === null ? atRest(seat, now) : STATES[connected.connection.state];
    const target = connected?.connection.newestJob()?.job.target ?? null;
    const reason = isUsed && unusableJob !== null ? unusableJob : (seat.trouble?.reason ?? null);
    const difficulty = target === null || target <= 0n ? null : Number((EASIEST_TARGET * 1000n) / target) / 1000;
    return [{ name: entry.url.name, state, isUsed, reason, difficulty, ...tally.counts }];
  });
}

const STATES: Record<SessionState, PoolStanding['state']> = {
  dialing: 'connecting',
  securing: 'connecting',
  authorizing: 'connecting',
  waiting: 'no-job',
  mining: 'ready',
  over: 'resting',
};

/** Of a pool that is not connected to. */
function atRest({ trouble, notBefore, failures }: Seat, now: number): PoolStanding['state'] {
  if (trouble === null) return failures > 0 && notBefore > now ? 'resting' : 'standby';
  return REST[trouble.kind];
}

const REST: Record<SessionEnd['kind'], PoolStanding['state']> = {
  fault: 'resting',
  offline: 'resting',
  rejecting: 'resting',
  closed: 'standby',
  banned: 'banned',
  refused: 'refused',
  form: 'refused',
  dialect: 'refused',
};

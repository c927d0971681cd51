// The life of one connection to a pool as a table of states and events. Pure: a step gives the next session and what is to
// be done about it; sockets and clocks are in pool-connection.ts.
import { type FormFailure, type LoginPlan, mayTryAnother } from '../login/login-plan.ts';
import type { Offer, PoolJob } from '../pool-job.ts';
import type { PoolTimes } from '../pool-times.ts';

export type SessionState =
  /** TCP under way. */
  | 'dialing'
  /** TLS under way. */
  | 'securing'
  /** The login is sent. */
  | 'authorizing'
  /** Let in, and no job that can be mined. */
  | 'waiting'
  | 'mining'
  | 'over';

/** How a connection came to its end, which decides when and how the next one is made. */
export interface SessionEnd {
  /**
   * `fault`: anything that may pass. `offline`: this machine has no way to it. `form`: the form of the login was not taken.
   * `refused`: the login was. `banned`: for `waitMs`, where the pool says so. `rejecting`: it takes no shares. `dialect`: it
   * speaks another language. `closed`: by us.
   */
  readonly kind: 'fault' | 'offline' | 'form' | 'refused' | 'banned' | 'rejecting' | 'dialect' | 'closed';
  readonly reason: string;
  /** Of `form`. */
  readonly failure?: FormFailure;
  /** Of `banned`: milliseconds. */
  readonly waitMs?: number | null;
}

export type SessionEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'secured' }
  | { readonly type: 'login-accepted' }
  /** The pool does not want us: its answer to the login, or to what was sent after it. */
  | { readonly type: 'turned-away'; readonly end: SessionEnd }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'challenge'; readonly method: string }
  /** The shorter of the two limits on a login's answer. */
  | { readonly type: 'login-silence' }
  /** The limit of the present state. */
  | { readonly type: 'deadline' }
  /** The socket failed, or the peer broke the framing. */
  | { readonly type: 'fault'; readonly reason: string }
  /** The peer closed or reset the connection. */
  | { readonly type: 'hung-up'; readonly reason: string }
  /** This machine has no route, or cannot look names up. */
  | { readonly type: 'offline'; readonly reason: string }
  /** Lines come, and no new job for too long. */
  | { readonly type: 'no-new-job' }
  | { readonly type: 'close' };

/** The limit that runs in a state; `silence` starts again with every line. */
export type Deadline = 'connect' | 'tls' | 'login' | 'firstJob' | 'silence';

export function deadlineMs(deadline: Deadline, times: PoolTimes): number {
  return times[`${deadline}Ms` as const];
}

export type SessionEffect =
  | { readonly do: 'start-tls' }
  | { readonly do: 'send-login' }
  | { readonly do: 'arm'; readonly deadline: Deadline }
  | { readonly do: 'arm-login-silence' }
  | { readonly do: 'publish'; readonly poolJob: PoolJob }
  | { readonly do: 'pause'; readonly reason: string; readonly isOutdated: boolean }
  | { readonly do: 'end'; readonly end: SessionEnd };

export interface Session {
  readonly state: SessionState;
  readonly tls: boolean;
  readonly plan: LoginPlan;
  /** The newest offer: pools send jobs before they answer the login. */
  readonly offer: Offer | null;
}

export interface SessionStep {
  readonly session: Session;
  readonly effects: readonly SessionEffect[];
}

type Cell<E extends SessionEvent['type']> = (
  session: Session,
  event: Extract<SessionEvent, { type: E }>,
) => SessionStep;
type Row = { readonly [E in SessionEvent['type']]: Cell<E> };

/** For what comes late or twice and changes nothing. */
const stay = (session: Session): SessionStep => ({ session, effects: [] });

const never = (session: Session, event: SessionEvent): SessionStep => {
  throw new Error(`A pool session cannot meet "${event.type}" while ${session.state}.`);
};

function endWith(session: Session, end: SessionEnd): SessionStep {
  return { session: { ...session, state: 'over', offer: null }, effects: [{ do: 'end', end }] };
}

function over(session: Session, kind: SessionEnd['kind'], reason: string): SessionStep {
  return endWith(session, { kind, reason });
}

const fault: Cell<'fault'> = (session, event) => over(session, 'fault', event.reason);
const close: Cell<'close'> = (session) => over(session, 'closed', 'closed by us');
const turnedAway: Cell<'turned-away'> = (session, event) => endWith(session, event.end);
const hungUp: Cell<'hung-up'> = (session, event) => over(session, 'fault', event.reason);
const offline: Cell<'offline'> = (session, event) => over(session, 'offline', event.reason);
const noNewJob: Cell<'no-new-job'> = (session) => over(session, 'fault', 'the pool has sent no new job for too long');

const otherDialect: Cell<'challenge'> = (session, event) =>
  over(
    session,
    'dialect',
    `this port speaks the challenge dialect (${event.method}), which dictates the shape of the work; use the pool's plain port`,
  );

function deadline(reason: string): Cell<'deadline'> {
  return (session) => over(session, 'fault', reason);
}

function logIn(session: Session): SessionStep {
  const silence: readonly SessionEffect[] = mayTryAnother(session.plan, 'silence') ? [{ do: 'arm-login-silence' }] : [];
  return {
    session: { ...session, state: 'authorizing' },
    effects: [{ do: 'send-login' }, { do: 'arm', deadline: 'login' }, ...silence],
  };
}

const connected: Cell<'connected'> = (session) =>
  session.tls
    ? {
        session: { ...session, state: 'securing' },
        effects: [{ do: 'start-tls' }, { do: 'arm', deadline: 'tls' }],
      }
    : logIn(session);

/** Before the login's answer, an offer only waits: no proof may go yet. */
const holdOffer: Cell<'offer'> = (session, event) => ({ session: { ...session, offer: event.offer }, effects: [] });

const loginAccepted: Cell<'login-accepted'> = (session) => {
  const waiting: SessionStep = {
    session: { ...session, state: 'waiting', offer: null },
    effects: [{ do: 'arm', deadline: 'firstJob' }],
  };
  if (session.offer === null) return waiting;
  const next = takeOffer(waiting.session, { type: 'offer', offer: session.offer });
  return { session: next.session, effects: [...waiting.effects, ...next.effects] };
};

const takeOffer: Cell<'offer'> = (session, { offer }) => {
  if (offer.usable) {
    return {
      session: { ...session, state: 'mining', offer },
      effects: [
        { do: 'publish', poolJob: offer.poolJob },
        { do: 'arm', deadline: 'silence' },
      ],
    };
  }
  const isOutdated = offer.isOutdated === true;
  // A job that cannot be mined is as good as none: the limit on the first job runs, and only its start is an event. Where the
  // network's rules are the reason, the pool does all that it can.
  const mined: readonly SessionEffect[] = session.state === 'mining' ? [{ do: 'arm', deadline: 'firstJob' }] : [];
  const arm: readonly SessionEffect[] = isOutdated ? [{ do: 'arm', deadline: 'silence' }] : mined;
  return {
    session: { ...session, state: 'waiting', offer },
    effects: [{ do: 'pause', reason: offer.reason, isOutdated }, ...arm],
  };
};

/** Silence with jobs is a pool that is slow to answer, not one that does not understand. */
const loginSilence: Cell<'login-silence'> = (session) =>
  session.offer === null ? formNotTaken(session, 'silence', 'no answer') : { session, effects: [] };

const loginHungUp: Cell<'hung-up'> = (session, event) =>
  session.offer === null && mayTryAnother(session.plan, 'hang-up')
    ? formNotTaken(session, 'hang-up', event.reason)
    : hungUp(session, event);

function formNotTaken(session: Session, failure: FormFailure, reason: string): SessionStep {
  return endWith(session, { kind: 'form', failure, reason });
}

const noJob: Cell<'deadline'> = (session) =>
  over(
    session,
    'fault',
    session.offer !== null && !session.offer.usable ? session.offer.reason : 'the pool sent no job after the login',
  );

/** How it may end in every state but the last. */
const ENDINGS = { fault, 'hung-up': hungUp, offline, close };

/** Before anything was said to the pool. */
const UNHEARD = {
  'login-accepted': never,
  'turned-away': never,
  offer: never,
  challenge: never,
  'login-silence': never,
  'no-new-job': never,
  ...ENDINGS,
};

/** The pool has let us in. */
const LET_IN = {
  connected: never,
  secured: never,
  'login-accepted': stay,
  // Also the verdicts on proofs can say that the login was none.
  'turned-away': turnedAway,
  offer: takeOffer,
  challenge: otherDialect,
  'login-silence': stay,
  'no-new-job': noNewJob,
  ...ENDINGS,
};

const TABLE: { readonly [S in SessionState]: Row } = {
  dialing: {
    ...UNHEARD,
    connected,
    secured: never,
    // The dialling has a limit of its own, and says what it waited for.
    deadline: never,
  },
  securing: {
    ...UNHEARD,
    connected: never,
    secured: logIn,
    deadline: deadline('the TLS handshake was not done in time; does this port speak TLS?'),
  },
  authorizing: {
    connected: never,
    secured: never,
    'login-accepted': loginAccepted,
    'turned-away': turnedAway,
    offer: holdOffer,
    challenge: otherDialect,
    'login-silence': loginSilence,
    deadline: deadline('the pool did not answer the login in time'),
    'no-new-job': never,
    ...ENDINGS,
    'hung-up': loginHungUp,
  },
  waiting: { ...LET_IN, deadline: noJob },
  mining: { ...LET_IN, deadline: deadline('the pool has been silent for too long') },
  // Sockets and timers may still say something after the end.
  over: {
    connected: stay,
    secured: stay,
    'login-accepted': stay,
    'turned-away': stay,
    offer: stay,
    challenge: stay,
    'login-silence': stay,
    deadline: stay,
    fault: stay,
    'hung-up': stay,
    offline: stay,
    'no-new-job': stay,
    close: stay,
  },
};

/** A session before anything happened; its first limit is the caller's to arm. */
export function newSession(tls: boolean, plan: LoginPlan): Session {
  return { state: 'dialing', tls, plan, offer: null };
}

/** @throws Error naming state and event for a pair that cannot happen: a defect of ours, never of the pool. */
export function step(session: Session, event: SessionEvent): SessionStep {
  const cell = TABLE[session.state][event.type] as (session: Session, event: SessionEvent) => SessionStep;
  return cell(session, event);
}

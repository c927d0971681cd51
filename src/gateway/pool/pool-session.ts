// The life of one connection to a pool as a table of states and events. Pure: a step gives the next session and what is to
// be done about it; sockets and clocks are in connection.ts.

import type { LoginForm } from './login.ts';
import type { Offer, PoolJob } from './pool-job.ts';

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
   * `fault`: anything that may pass. `refused`: the login was. `dialect`: the pool speaks another language.
   * `login-silence`: the object form of the login met silence, the array form has not been tried. `closed`: by us.
   */
  readonly kind: 'fault' | 'refused' | 'dialect' | 'login-silence' | 'closed';
  readonly reason: string;
}

export type SessionEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'secured' }
  | { readonly type: 'login-accepted' }
  | { readonly type: 'login-refused'; readonly reason: string }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'challenge'; readonly method: string }
  /** The shorter of the two limits on a login's answer. */
  | { readonly type: 'login-silence' }
  /** The limit of the present state. */
  | { readonly type: 'deadline' }
  /** The socket failed, or the peer broke the framing. */
  | { readonly type: 'fault'; readonly reason: string }
  | { readonly type: 'close' };

/** The limit that runs in a state; `silence` starts anew with every line. */
export type Deadline = 'connect' | 'tls' | 'login' | 'firstJob' | 'silence';

export type Effect =
  | { readonly do: 'start-tls' }
  | { readonly do: 'send-login' }
  | { readonly do: 'arm'; readonly deadline: Deadline }
  | { readonly do: 'arm-login-silence' }
  | { readonly do: 'publish'; readonly poolJob: PoolJob }
  | { readonly do: 'pause'; readonly reason: string }
  | { readonly do: 'end'; readonly end: SessionEnd };

export interface Session {
  readonly state: SessionState;
  readonly tls: boolean;
  readonly form: LoginForm;
  /** True while the array form is still worth its one try. */
  readonly mayTryArray: boolean;
  /** The newest offer: pools send jobs before they answer the login. */
  readonly offer: Offer | null;
}

export interface Step {
  readonly session: Session;
  readonly effects: readonly Effect[];
}

type Cell<E extends SessionEvent['type']> = (session: Session, event: Extract<SessionEvent, { type: E }>) => Step;
type Row = { readonly [E in SessionEvent['type']]: Cell<E> };

/** For what comes late or twice and changes nothing. */
const stay = (session: Session): Step => ({ session, effects: [] });

const never = (session: Session, event: SessionEvent): Step => {
  throw new Error(`A pool session cannot meet "${event.type}" while ${session.state}.`);
};

function over(session: Session, kind: SessionEnd['kind'], reason: string): Step {
  return { session: { ...session, state: 'over', offer: null }, effects: [{ do: 'end', end: { kind, reason } }] };
}

const fault: Cell<'fault'> = (session, event) => over(session, 'fault', event.reason);
const close: Cell<'close'> = (session) => over(session, 'closed', 'closed by us');
const refused: Cell<'login-refused'> = (session, event) => over(session, 'refused', event.reason);

const otherDialect: Cell<'challenge'> = (session, event) =>
  over(
    session,
    'dialect',
    `this port speaks the challenge dialect (${event.method}), which dictates the shape of the work; use the pool's plain port`,
  );

function deadline(reason: string): Cell<'deadline'> {
  return (session) => over(session, 'fault', reason);
}

function logIn(session: Session): Step {
  const silence: readonly Effect[] =
    session.form === 'object' && session.mayTryArray ? [{ do: 'arm-login-silence' }] : [];
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
  const waiting: Step = {
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
  // A job that cannot be mined is as good as none: the limit on the first job runs, and only its start is an event.
  const arm: readonly Effect[] = session.state === 'mining' ? [{ do: 'arm', deadline: 'firstJob' }] : [];
  return {
    session: { ...session, state: 'waiting', offer },
    effects: [{ do: 'pause', reason: offer.reason }, ...arm],
  };
};

/** Silence with jobs is a pool that is slow to answer, not one that does not understand. */
const loginSilence: Cell<'login-silence'> = (session) =>
  session.offer === null
    ? over(session, 'login-silence', 'no answer to the object form of the login, trying the array form')
    : { session, effects: [] };

const noJob: Cell<'deadline'> = (session) =>
  over(
    session,
    'fault',
    session.offer !== null && !session.offer.usable ? session.offer.reason : 'the pool sent no job after the login',
  );

const TABLE: { readonly [S in SessionState]: Row } = {
  dialing: {
    connected,
    secured: never,
    'login-accepted': never,
    'login-refused': never,
    offer: never,
    challenge: never,
    'login-silence': never,
    deadline: deadline('the connection was not made in time'),
    fault,
    close,
  },
  securing: {
    connected: never,
    secured: (session) => logIn(session),
    'login-accepted': never,
    'login-refused': never,
    offer: never,
    challenge: never,
    'login-silence': never,
    deadline: deadline('the TLS handshake was not done in time; does this port speak TLS?'),
    fault,
    close,
  },
  authorizing: {
    connected: never,
    secured: never,
    'login-accepted': loginAccepted,
    'login-refused': refused,
    offer: holdOffer,
    challenge: otherDialect,
    'login-silence': loginSilence,
    deadline: deadline('the pool did not answer the login in time'),
    fault,
    close,
  },
  waiting: {
    connected: never,
    secured: never,
    'login-accepted': stay,
    // Also the verdict on a proof can say that the login was none.
    'login-refused': refused,
    offer: takeOffer,
    challenge: otherDialect,
    'login-silence': stay,
    deadline: noJob,
    fault,
    close,
  },
  mining: {
    connected: never,
    secured: never,
    'login-accepted': stay,
    'login-refused': refused,
    offer: takeOffer,
    challenge: otherDialect,
    'login-silence': stay,
    deadline: deadline('the pool has been silent for too long'),
    fault,
    close,
  },
  // Sockets and timers may still say something after the end.
  over: {
    connected: stay,
    secured: stay,
    'login-accepted': stay,
    'login-refused': stay,
    offer: stay,
    challenge: stay,
    'login-silence': stay,
    deadline: stay,
    fault: stay,
    close: stay,
  },
};

/** A session before anything happened; its first limit is the caller's to arm. */
export function newSession(tls: boolean, form: LoginForm, mayTryArray: boolean): Session {
  return { state: 'dialing', tls, form, mayTryArray, offer: null };
}

/** @throws Error naming state and event for a pair that cannot happen: a defect of ours, never of the pool. */
export function step(session: Session, event: SessionEvent): Step {
  const cell = TABLE[session.state][event.type] as (session: Session, event: SessionEvent) => Step;
  return cell(session, event);
}

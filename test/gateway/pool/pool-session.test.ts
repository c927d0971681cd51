import t from 'tap';
import type { Offer } from '../../../src/gateway/pool/pool-job.ts';
import {
  newSession,
  type Session,
  type SessionEvent,
  type SessionState,
  step,
} from '../../../src/gateway/pool/pool-session.ts';

const job = { header: Buffer.alloc(76), target: 1n, certVersion: 3, height: 1, upstreamId: 'a', receivedAt: 0 };
const good: Offer = { usable: true, poolJob: { id: 'a', job }, warning: null };
const bad: Offer = { usable: false, reason: 'no target', prevBlock: Buffer.alloc(32) };

const EVENTS: readonly SessionEvent[] = [
  { type: 'connected' },
  { type: 'secured' },
  { type: 'login-accepted' },
  { type: 'login-refused', reason: 'no' },
  { type: 'offer', offer: good },
  { type: 'challenge', method: 'pearl.challenge' },
  { type: 'login-silence' },
  { type: 'deadline' },
  { type: 'fault', reason: 'reset' },
  { type: 'close' },
];
const at = (state: SessionState, change: Partial<Session> = {}): Session => ({
  ...newSession(true, 'object', true),
  state,
  ...change,
});

/** The next state of every pair; `!` where the pair cannot happen. Reviewed here as in the table itself. */
const NEXT: Record<SessionState, string> = {
  //          connected secured    accepted refused offer      challenge silence      deadline fault close
  dialing: 'securing ! ! ! ! ! ! over over over',
  securing: '! authorizing ! ! ! ! ! over over over',
  authorizing: '! ! waiting over authorizing over over over over over',
  waiting: '! ! waiting over mining over waiting over over over',
  mining: '! ! mining over mining over mining over over over',
  over: 'over over over over over over over over over over',
};

t.test('every pair of state and event leads where the table says, or throws and names the pair', async (t) => {
  for (const [state, row] of Object.entries(NEXT) as [SessionState, string][]) {
    for (const [index, expected] of row.split(' ').entries()) {
      const event = EVENTS[index] as SessionEvent;
      if (expected === '!') t.throws(() => step(at(state), event), new RegExp(`"${event.type}" while ${state}`));
      else t.equal(step(at(state), event).session.state, expected, `${state} x ${event.type}`);
    }
  }
});

t.test('ends exactly once', async (t) => {
  const ended = step(at('mining'), { type: 'fault', reason: 'reset' });
  t.match(ended.effects, [{ do: 'end', end: { kind: 'fault', reason: 'reset' } }]);
  for (const event of EVENTS) t.same(step(ended.session, event).effects, []);
});

t.test(
  'without TLS the login follows the connection, and the array form is armed only while it is worth a try',
  async (t) => {
    const doing = (session: Session) => step(session, { type: 'connected' }).effects.map((effect) => effect.do);
    t.same(doing(at('dialing', { tls: false })), ['send-login', 'arm', 'arm-login-silence']);
    t.same(doing(at('dialing', { tls: false, mayTryArray: false })), ['send-login', 'arm']);
    t.same(doing(at('dialing', { tls: false, form: 'array' })), ['send-login', 'arm']);
  },
);

t.test('an offer before the login’s answer waits for it, and keeps the array form away', async (t) => {
  const early = step(at('authorizing'), { type: 'offer', offer: good });
  t.same(early.effects, []);
  t.equal(step(early.session, { type: 'login-silence' }).session.state, 'authorizing');
  const accepted = step(early.session, { type: 'login-accepted' });
  t.equal(accepted.session.state, 'mining');
  t.match(accepted.effects.at(-2), { do: 'publish', poolJob: { id: 'a' } });
});

t.test('the limit on the first job starts when the good jobs end, and is not prolonged by bad ones', async (t) => {
  const paused = step(at('mining'), { type: 'offer', offer: bad });
  t.match(paused.effects, [
    { do: 'pause', reason: 'no target' },
    { do: 'arm', deadline: 'firstJob' },
  ]);
  const again = step(paused.session, { type: 'offer', offer: bad });
  t.match(again.effects, [{ do: 'pause' }]);
  t.equal(again.effects.length, 1);
  t.match(step(again.session, { type: 'deadline' }).effects, [{ end: { kind: 'fault', reason: 'no target' } }]);
});

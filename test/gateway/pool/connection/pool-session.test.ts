import t from 'tap';
import {
  newSession,
  type Session,
  type SessionEnd,
  type SessionEvent,
  type SessionState,
  step,
} from '../../../../src/gateway/pool/connection/pool-session.ts';
import { newPlan } from '../../../../src/gateway/pool/login/login-plan.ts';
import type { Offer } from '../../../../src/gateway/pool/pool-job.ts';

const job = { header: Buffer.alloc(76), target: 1n, certVersion: 3, height: 1, upstreamId: 'a', receivedAt: 0 };
const good: Offer = { usable: true, poolJob: { id: 'a', job }, warning: null };
const refusal: SessionEnd = { kind: 'refused', reason: 'no' };
const bad: Offer = { usable: false, reason: 'no target', prevBlock: Buffer.alloc(32) };

const EVENTS: readonly SessionEvent[] = [
  { type: 'connected' },
  { type: 'secured' },
  { type: 'login-accepted' },
  { type: 'turned-away', end: refusal },
  { type: 'offer', offer: good },
  { type: 'challenge', method: 'pearl.challenge' },
  { type: 'login-silence' },
  { type: 'deadline' },
  { type: 'fault', reason: 'reset' },
  { type: 'close' },
  { type: 'hung-up', reason: 'closed' },
  { type: 'offline', reason: 'no route' },
  { type: 'no-new-job' },
];
const at = (state: SessionState, change: Partial<Session> = {}): Session => ({
  ...newSession(true, newPlan()),
  state,
  ...change,
});

/** The next state of every pair; `!` where the pair cannot happen. Reviewed here as in the table itself. */
const NEXT: Record<SessionState, string> = {
  //          connected secured    accepted away offer      challenge silence deadline fault close hung-up offline no-new-job
  dialing: 'securing ! ! ! ! ! ! ! over over over over !',
  securing: '! authorizing ! ! ! ! ! over over over over over !',
  authorizing: '! ! waiting over authorizing over over over over over over over !',
  waiting: '! ! waiting over mining over waiting over over over over over over',
  mining: '! ! mining over mining over mining over over over over over over',
  over: 'over over over over over over over over over over over over over',
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
  'without TLS the login follows the connection, and another form is armed only while it is worth a try',
  async (t) => {
    const doing = (session: Session) => step(session, { type: 'connected' }).effects.map((effect) => effect.do);
    t.same(doing(at('dialing', { tls: false })), ['send-login', 'arm', 'arm-login-silence']);
    t.same(doing(at('dialing', { tls: false, plan: newPlan('object') })), ['send-login', 'arm']);
    t.same(doing(at('dialing', { tls: false, plan: { ...newPlan(), form: 'array' } })), ['send-login', 'arm']);
  },
);

t.test('an offer before the login’s answer waits for it, and keeps other forms away', async (t) => {
  const early = step(at('authorizing'), { type: 'offer', offer: good });
  t.same(early.effects, []);
  t.equal(step(early.session, { type: 'login-silence' }).session.state, 'authorizing');
  const accepted = step(early.session, { type: 'login-accepted' });
  t.equal(accepted.session.state, 'mining');
  t.match(accepted.effects.at(-2), { do: 'publish', poolJob: { id: 'a' } });
});

t.test('a hang-up over the login is worth another form until one has worked', async (t) => {
  const hungUp = { type: 'hung-up', reason: 'closed' } as const;
  t.match(step(at('authorizing'), hungUp).effects, [{ end: { kind: 'form', failure: 'hang-up' } }]);
  t.match(step(at('authorizing', { plan: newPlan('object') }), hungUp).effects, [{ end: { kind: 'fault' } }]);
  t.match(step(at('mining'), hungUp).effects, [{ end: { kind: 'fault' } }]);
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

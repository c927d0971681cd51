import t from 'tap';
import { CHILD_STATES, type ChildStateName } from '../../../src/state/table/session-table.ts';
import {
  CHILD_TABLE,
  type Child,
  type ChildEvent,
  type ChildRules,
  NEW_CHILD,
  stepChild,
} from '../../../src/supervisor/children/child-table.ts';
import { CLOCK, KILLED, RULES } from '../table-rules.ts';

const EVENTS: Record<ChildEvent['type'], ChildEvent> = {
  start: { type: 'start' },
  ready: { type: 'ready' },
  exit: KILLED,
  timer: { type: 'timer' },
  stop: { type: 'stop' },
  proving: { type: 'proving', isProving: false },
  recycle: { type: 'recycle', why: 'stuck', reason: 'it hung' },
};

/** The reviewed table: where each pair leads. `-` is ignored, `!` cannot happen. */
const EXPECTED: Record<ChildStateName, Record<ChildEvent['type'], ChildStateName | '-' | '!'>> = {
  down: { start: 'starting', ready: '!', exit: '!', timer: '!', stop: 'stopped', proving: '-', recycle: '-' },
  starting: {
    start: '-',
    ready: 'ready',
    exit: 'starting',
    timer: 'recycling',
    stop: 'stopping',
    proving: 'starting',
    recycle: 'recycling',
  },
  ready: {
    start: '-',
    ready: '-',
    exit: 'starting',
    timer: '!',
    stop: 'stopping',
    proving: 'ready',
    recycle: 'recycling',
  },
  backoff: { start: '-', ready: '!', exit: '!', timer: 'starting', stop: 'stopped', proving: '-', recycle: 'starting' },
  recycling: {
    start: '-',
    ready: '-',
    exit: 'starting',
    timer: 'recycling',
    stop: 'stopping',
    proving: '-',
    recycle: '-',
  },
  stopping: { start: '!', ready: '-', exit: 'stopped', timer: 'stopping', stop: '-', proving: '-', recycle: '-' },
  stopped: { start: '!', ready: '!', exit: '-', timer: '!', stop: '-', proving: '-', recycle: '-' },
  failed: { start: '!', ready: '!', exit: '-', timer: '!', stop: '-', proving: '-', recycle: '-' },
  finishing: {
    start: '-',
    ready: '-',
    exit: 'stopped',
    timer: 'stopping',
    stop: 'finishing',
    proving: 'stopping',
    recycle: '-',
  },
};

t.test('every pair of a child state and an event leads where the table says', async (t) => {
  for (const state of CHILD_STATES) {
    for (const [type, event] of Object.entries(EVENTS)) {
      const expected = EXPECTED[state][type as ChildEvent['type']];
      const child: Child = { ...NEW_CHILD, state, recycledFor: state === 'recycling' ? 'stuck' : null };
      const pair = `${state} x ${type}`;
      if (expected === '!') {
        t.throws(
          () => stepChild(child, event, RULES.gateway, CLOCK),
          { message: new RegExp(`${state}.*${type}`) },
          pair,
        );
      } else if (expected === '-') {
        t.strictSame(stepChild(child, event, RULES.gateway, CLOCK), { child, actions: [] }, pair);
      } else {
        t.equal(stepChild(child, event, RULES.gateway, CLOCK).child.state, expected, pair);
      }
    }
  }
  t.same(Object.keys(CHILD_TABLE).sort(), [...CHILD_STATES].sort());
});

const START: ChildEvent = { type: 'start' };
const TIMER: ChildEvent = { type: 'timer' };
const STOP: ChildEvent = { type: 'stop' };

/** A gateway that is like this. */
function gateway(is: Partial<Child>): Child {
  return { ...NEW_CHILD, ...is };
}

/** What becomes of it, and all that is to be done, after these events. */
function live(
  child: Child,
  events: readonly ChildEvent[],
  { rules = RULES.gateway, nowMs = CLOCK.nowMs }: { rules?: ChildRules; nowMs?: number } = {},
) {
  return events.reduce(
    (before, event) => {
      const after = stepChild(before.child, event, rules, { ...CLOCK, nowMs });
      return { child: after.child, actions: [...before.actions, ...after.actions] };
    },
    { child, actions: [] as ReturnType<typeof stepChild>['actions'] },
  );
}

function ended(code: number): ChildEvent {
  return { type: 'exit', exit: { code, signal: null, message: null } };
}

t.test('a start is of a new process with a time of its own, and leaves the last one behind', async (t) => {
  const last = gateway({ generation: 4, step: 2, isProving: true, recycledFor: 'stuck', restarts: 3 });
  t.strictSame(live(last, [START], { nowMs: 7000 }), {
    child: {
      ...last,
      state: 'starting',
      generation: 5,
      startedAtMs: 7000,
      step: 0,
      isProving: false,
      recycledFor: null,
    },
    actions: [{ type: 'spawn' }, { type: 'timer', ms: 60_000 }],
  });
});

t.test('once it is ready its timer is off, and nothing is wrong with it any more', async (t) => {
  const starting = gateway({ state: 'starting', recycledFor: 'changed', reason: 'it was killed' });
  t.strictSame(live(starting, [{ type: 'ready' }]), {
    child: { ...starting, state: 'ready', everReady: true, recycledFor: null, reason: null },
    actions: [{ type: 'timer', ms: null }],
  });
});

t.test('the first failure is made good at once, the next after a wait, each with its reason', async (t) => {
  const ready = gateway({ state: 'ready', recycledFor: 'changed' });
  const first = live(ready, [KILLED]);
  t.match(first.child, {
    state: 'starting',
    restarts: 1,
    recycledFor: null,
    reason: 'the gateway was killed by SIGKILL',
  });
  const second = live(first.child, [KILLED]);
  t.match(second.child, { state: 'backoff', restarts: 1, generation: 1 });
  t.strictSame(second.actions, [{ type: 'timer', ms: 500 }]);
  t.match(live(second.child, [TIMER]).child, {
    state: 'starting',
    restarts: 2,
    generation: 2,
    history: { failures: 2 },
  });
});

t.test('only a run that was long enough begins the back-off again', async (t) => {
  const failing = gateway({ state: 'ready', startedAtMs: 100_000, history: { failures: 1, restartedAtMs: [] } });
  t.equal(live(failing, [KILLED], { nowMs: 159_999 }).child.state, 'backoff');
  t.equal(live(failing, [KILLED], { nowMs: 160_000 }).child.state, 'starting');
});

t.test('an end that no start can mend is the last, in its own words', async (t) => {
  const gone = live(gateway({ state: 'starting' }), [ended(78)]);
  const reason = 'the gateway ended with exit code 78';
  t.match(gone.child, { state: 'failed', reason, failure: { exitCode: 78, reason } });
  t.strictSame(gone.actions, [{ type: 'timer', ms: null }]);
});

t.test('a port in use is the end of a child that was never ready, and a failure like others later', async (t) => {
  const starting = live(NEW_CHILD, [START]).child;
  t.match(live(starting, [ended(75)]).child, { state: 'failed', failure: { exitCode: 75 } });
  t.equal(live(starting, [{ type: 'ready' }, ended(75)]).child.state, 'starting');
});

t.test('a start that takes too long is ended step by step, and then counts as a failure', async (t) => {
  const reason = 'the gateway was not ready within 60 s';
  const late = live(gateway({ state: 'starting' }), [TIMER]);
  t.match(late.child, { state: 'recycling', recycledFor: 'stuck', reason });
  t.strictSame(late.actions, [
    { type: 'signal', signal: 'SIGTERM' },
    { type: 'timer', ms: 5000 },
  ]);
  t.match(live(late.child, [KILLED]).child, {
    state: 'starting',
    restarts: 1,
    reason: `the gateway was killed by SIGKILL: ${reason}`,
  });
  const killed = live(late.child, [TIMER]);
  t.strictSame(killed.actions, [
    { type: 'signal', signal: 'SIGKILL' },
    { type: 'timer', ms: 30_000 },
  ]);
  const stuck = live(killed.child, [TIMER]);
  t.match(stuck.child, {
    state: 'failed',
    failure: { exitCode: 69, reason: 'the gateway is stuck in the kernel: SIGKILL does not end it' },
  });
  t.strictSame(stuck.actions, [{ type: 'timer', ms: null }]);
});

t.test('a stop goes through its steps, and ends without the process if it must', async (t) => {
  const { child, actions } = live(gateway({ state: 'ready' }), [STOP, TIMER, TIMER]);
  t.equal(child.state, 'stopped');
  t.strictSame(actions, [
    { type: 'signal', signal: 'SIGTERM' },
    { type: 'timer', ms: 5000 },
    { type: 'signal', signal: 'SIGKILL' },
    { type: 'timer', ms: 3000 },
    { type: 'timer', ms: null },
  ]);
});

t.test('a stop of one that is being ended already goes on from its step', async (t) => {
  const stuck: ChildEvent = { type: 'recycle', why: 'stuck', reason: 'it hung' };
  const { child, actions } = live(gateway({ state: 'ready' }), [stuck, STOP]);
  t.match(child, { state: 'stopping', recycledFor: null });
  t.equal(actions.length, 2, 'the signal and the timer of the first step');
  t.match(live(child, [TIMER]).actions, [{ type: 'signal', signal: 'SIGKILL' }, {}]);
  const killed = live(gateway({ state: 'ready' }), [stuck, TIMER]).child;
  t.strictSame(
    live(killed, [STOP]).actions,
    [{ type: 'timer', ms: 3000 }],
    'a killed one is waited for no longer than that',
  );
});

t.test('a frozen child gets the second of its steps, or the one that it has', async (t) => {
  const vain: ChildEvent = { type: 'recycle', why: 'stuck', reason: 'it hung', isFrozen: true };
  const steps = ['SIGTERM', 'SIGINT', 'SIGKILL'].map((signal) => ({ signal: signal as NodeJS.Signals, waitMs: 1 }));
  for (const [count, signal] of [
    [1, 'SIGTERM'],
    [2, 'SIGINT'],
    [3, 'SIGINT'],
  ] as const) {
    const rules = { ...RULES.gateway, stopSteps: steps.slice(0, count) };
    t.match(live(gateway({ state: 'ready' }), [vain], { rules }).actions[0], { type: 'signal', signal });
  }
});

t.test('a declaration without a stop step is a mistake of the program, which is said', async (t) => {
  const rules = { ...RULES.gateway, stopSteps: [] };
  t.throws(() => live(gateway({ state: 'ready' }), [STOP], { rules }), {
    message: 'impossible: the gateway is declared without a stop step',
  });
});

t.test('a changed configuration ends the wait, and forgets the failures before it', async (t) => {
  const waiting = gateway({ state: 'backoff', restarts: 3, history: { failures: 3, restartedAtMs: [1, 2, 3] } });
  const { child, actions } = live(waiting, [{ type: 'recycle', why: 'changed', reason: 'the configuration changed' }]);
  const history = { failures: 0, restartedAtMs: [] };
  t.match(child, { state: 'starting', restarts: 3, recycledFor: 'changed' });
  t.strictSame(child.history, history);
  t.match(actions, [{ type: 'spawn' }, { type: 'timer', ms: 60_000 }]);
});

t.test('a wait for a certificate ends with it, and is begun again only by a stop after a reload', async (t) => {
  const changed: ChildEvent = { type: 'recycle', why: 'changed', reason: 'the configuration changed' };
  const proving = gateway({ state: 'ready', isProving: true });
  const reloaded = live(proving, [changed]);
  t.match(reloaded.child, { state: 'finishing', recycledFor: 'changed', reason: 'the configuration changed' });
  t.strictSame(reloaded.actions, [{ type: 'timer', ms: 300_000 }]);
  const stopped = live(reloaded.child, [STOP]);
  t.strictSame(stopped.actions, [{ type: 'timer', ms: 300_000 }]);
  t.strictSame(live(stopped.child, [STOP]), { child: stopped.child, actions: [] });
  t.strictSame(live(stopped.child, [{ type: 'proving', isProving: true }]), { child: stopped.child, actions: [] });
  const now = live(reloaded.child, [{ type: 'stop', now: true }]);
  t.match(now.child, { state: 'stopping', recycledFor: null });
  for (const [child, state] of [
    [reloaded.child, 'recycling'],
    [stopped.child, 'stopping'],
  ] as const) {
    const made = live(child, [{ type: 'proving', isProving: false }]);
    t.match(made.child, { state, isProving: false });
    t.match(made.actions, [
      { type: 'signal', signal: 'SIGTERM' },
      { type: 'timer', ms: 5000 },
    ]);
    t.equal(live(child, [KILLED]).child.state, state === 'recycling' ? 'starting' : 'stopped');
  }
});

t.test('a certificate is waited for once it is told of, and only by what is polite', async (t) => {
  const told = live(gateway({ state: 'ready' }), [{ type: 'proving', isProving: true }]);
  t.strictSame(told, { child: gateway({ state: 'ready', isProving: true }), actions: [] });
  t.equal(live(told.child, [STOP]).child.state, 'finishing');
  t.equal(live(told.child, [{ type: 'stop', now: true }]).child.state, 'stopping');
  t.equal(live(told.child, [{ type: 'recycle', why: 'stuck', reason: 'it hung' }]).child.state, 'recycling');
});

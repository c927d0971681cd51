import t from 'tap';
import {
  newMachine,
  PHASE_TABLE,
  type Phase,
  type SupervisorAction,
  type SupervisorEvent,
  type SupervisorMachine,
  stepSupervisor,
} from '../../src/supervisor/supervisor-table.ts';
import { CLOCK, FULL, KILLED, LIGHT, OFF, of, RULES } from './table-rules.ts';

const MACHINE_EVENTS: Record<SupervisorEvent['type'], SupervisorEvent> = {
  begin: { type: 'begin' },
  child: { type: 'child', name: 'gateway', event: { type: 'ready' } },
  stop: { type: 'stop' },
  work: { type: 'work', working: OFF },
  recycle: { type: 'recycle', names: ['gateway'], reason: 'changed' },
  fail: { type: 'fail', exitCode: 75, reason: 'the lock is gone' },
};

const EXPECTED_PHASES: Record<Phase, Record<SupervisorEvent['type'], Phase | '-' | '!'>> = {
  idle: { begin: 'up', child: '!', stop: 'ended', work: 'idle', recycle: '-', fail: 'ended' },
  up: { begin: '!', child: 'up', stop: 'stopping', work: 'up', recycle: 'up', fail: 'failing' },
  stopping: { begin: '!', child: 'stopping', stop: '-', work: '-', recycle: '-', fail: '-' },
  failing: { begin: '!', child: 'failing', stop: '-', work: '-', recycle: '-', fail: '-' },
  ended: { begin: '!', child: '-', stop: '-', work: '-', recycle: '-', fail: '-' },
};

/** A machine in that phase, got there by events. */
function machineIn(phase: Phase): SupervisorMachine {
  const path: Record<Phase, SupervisorEvent['type'][]> = {
    idle: [],
    up: ['begin'],
    stopping: ['begin', 'stop'],
    failing: ['begin', 'fail'],
    ended: ['stop'],
  };
  return path[phase].reduce(
    (machine, type) => stepSupervisor(machine, MACHINE_EVENTS[type], RULES, CLOCK).machine,
    newMachine(FULL),
  );
}

t.test('every pair of a phase and an event leads where the table says', async (t) => {
  for (const phase of Object.keys(PHASE_TABLE) as Phase[]) {
    for (const [type, event] of Object.entries(MACHINE_EVENTS)) {
      const expected = EXPECTED_PHASES[phase][type as SupervisorEvent['type']];
      const machine = machineIn(phase);
      const pair = `${phase} x ${type}`;
      if (expected === '!') {
        t.throws(
          () => stepSupervisor(machine, event, RULES, CLOCK),
          { message: new RegExp(`${phase}.*${type}`) },
          pair,
        );
      } else if (expected === '-') {
        t.strictSame(stepSupervisor(machine, event, RULES, CLOCK), { machine, actions: [] }, pair);
      } else {
        t.equal(stepSupervisor(machine, event, RULES, CLOCK).machine.phase, expected, pair);
      }
    }
  }
});

/** Feeds events one after the other and collects what was to be done. */
function play(
  events: readonly SupervisorEvent[],
  rules = RULES,
): { machine: SupervisorMachine; actions: SupervisorAction[] } {
  let machine = newMachine(FULL);
  const actions: SupervisorAction[] = [];
  for (const event of events) {
    const result = stepSupervisor(machine, event, rules, CLOCK);
    machine = result.machine;
    actions.push(...result.actions);
  }
  return { machine, actions };
}

function inWords(action: SupervisorAction): string {
  if (action.type === 'end') return `end ${action.ending.exitCode}: ${action.ending.reason}`;
  if (action.type === 'child') {
    const { name, action: what } = action;
    if (what.type === 'timer') return `${name} timer ${what.ms ?? 'off'}`;
    return `${name} ${what.type === 'signal' ? what.signal : what.type}`;
  }
  if (action.type !== 'tell-miner') return action.type;
  const { message } = action;
  if (message.type === 'pause') return `pause: ${message.reason}`;
  return message.type === 'duty' ? `duty ${message.percent}` : message.type;
}

function story(actions: readonly SupervisorAction[]): string[] {
  return actions.map(inWords);
}

function signals(actions: readonly SupervisorAction[]): string[] {
  return actions.flatMap((a) =>
    a.type === 'child' && a.action.type === 'signal' ? [`${a.name} ${a.action.signal}`] : [],
  );
}

const PROVING = of('gateway', { type: 'proving', isProving: true });
const PROVEN = of('gateway', { type: 'proving', isProving: false });
const UP: SupervisorEvent[] = [{ type: 'begin' }, of('gateway', { type: 'ready' }), of('miner', { type: 'ready' })];

t.test('the miner starts after its gateway, and READY is announced once', async (t) => {
  const { actions } = play([...UP, of('miner', KILLED), of('miner', { type: 'ready' })]);
  const lines = story(actions).filter((line) => !line.includes('timer'));
  t.same(lines, ['gateway spawn', 'miner spawn', 'announce-ready', 'miner spawn']);
});

t.test('a gateway that dies before it is ready brings no miner', async (t) => {
  t.notOk(story(play([{ type: 'begin' }, of('gateway', KILLED)]).actions).includes('miner spawn'));
});

t.test('READY waits until both are ready at once', async (t) => {
  const events = [...UP.slice(0, 2), of('gateway', KILLED), of('miner', { type: 'ready' })];
  t.notOk(story(play(events).actions).includes('announce-ready'));
  t.notOk(story(play([...UP.slice(0, 2), PROVING]).actions).includes('announce-ready'), 'the miner has only started');
  const both = play([...events, of('gateway', { type: 'ready' })]);
  t.equal(story(both.actions).at(-1), 'announce-ready');
});

t.test('a child that is given up ends the supervisor for its reason, once the other has left', async (t) => {
  const wrong = of('miner', { type: 'exit', exit: { code: 78, signal: null, message: null } });
  t.same(story(play([...UP, wrong, of('gateway', KILLED)]).actions.slice(-6)), [
    'miner timer off',
    'announce-stopping',
    'gateway SIGTERM',
    'gateway timer 5000',
    'gateway timer off',
    'end 78: the miner ended with exit code 78',
  ]);
});

t.test('the supervisor ends for the first reason that it leaves for, which waits for a certificate', async (t) => {
  const lost: SupervisorEvent = { type: 'fail', exitCode: 75, reason: 'the lock is gone' };
  const { machine, actions } = play([...UP, PROVING, lost, { ...lost, reason: 'again' }, of('miner', KILLED)]);
  t.equal(machine.children.gateway.state, 'finishing');
  t.same(story(actions).slice(7, 10), ['announce-stopping', 'miner SIGTERM', 'miner timer 2000']);
  const ended = play([...UP, PROVING, lost, of('miner', KILLED), of('gateway', KILLED), lost]);
  t.equal(story(ended.actions).at(-1), 'end 75: the lock is gone');
});

t.test('a gateway that serves nothing is told to stop together with the miner', async (t) => {
  const { machine, actions } = play([...UP.slice(0, 2), of('gateway', KILLED), { type: 'stop' }]);
  t.same(signals(actions), ['miner SIGTERM', 'gateway SIGTERM']);
  t.match(machine, { phase: 'stopping', children: { gateway: { state: 'stopping' }, miner: { state: 'stopping' } } });
});

t.test('a stop at once waits for no certificate', async (t) => {
  const { machine } = play([...UP, PROVING, { type: 'stop', now: true }, of('miner', KILLED)]);
  t.equal(machine.children.gateway.state, 'stopping');
});

t.test('of a child that leaves it counts neither that it is ready nor that it hangs', async (t) => {
  const stopped = play([...UP, { type: 'stop' }]);
  const hung = of('gateway', { type: 'recycle', why: 'stuck', reason: 'it hung' });
  t.strictSame(play([...UP, { type: 'stop' }, hung, of('miner', { type: 'ready' })]), stopped);
});

t.test('the gateway is told to stop only when the miner has ended', async (t) => {
  const before = play([...UP, { type: 'stop' }]);
  t.equal(before.machine.children.gateway.state, 'ready');
  t.equal(before.machine.children.miner.state, 'stopping');
  const after = play([...UP, { type: 'stop' }, of('miner', KILLED)]);
  t.equal(after.machine.children.gateway.state, 'stopping');
  t.equal(after.machine.phase, 'stopping');
  const ended = play([...UP, { type: 'stop' }, of('miner', KILLED), of('gateway', KILLED)]);
  t.equal(ended.machine.phase, 'ended');
  t.match(ended.actions.at(-1), { type: 'end', ending: { exitCode: 0, reason: null } });
});

t.test('a gateway that dies while the miner is being stopped is not started again', async (t) => {
  const { machine, actions } = play([...UP, { type: 'stop' }, of('gateway', KILLED)]);
  t.equal(machine.children.gateway.state, 'stopped');
  t.same(story(actions).slice(7), ['announce-stopping', 'miner SIGTERM', 'miner timer 2000']);
  t.equal(play([...UP, { type: 'stop' }, of('gateway', KILLED), of('miner', KILLED)]).machine.phase, 'ended');
});

t.test('a stop holds the signal back while the gateway makes a certificate, and stops the miner at once', async (t) => {
  const held = play([...UP, PROVING, { type: 'stop' }, of('miner', KILLED)]);
  t.equal(held.machine.children.gateway.state, 'finishing');
  t.same(signals(held.actions), ['miner SIGTERM']);
  t.match(
    held.actions.findLast((action) => action.type === 'child'),
    { name: 'gateway', action: { type: 'timer', ms: 300_000 } },
  );
  const over: Record<string, SupervisorEvent> = {
    'the verdict': PROVEN,
    'the limit': of('gateway', { type: 'timer' }),
    'an order': { type: 'stop', now: true },
  };
  for (const [what, event] of Object.entries(over)) {
    const { machine, actions } = play([...UP, PROVING, { type: 'stop' }, of('miner', KILLED), event]);
    t.equal(machine.children.gateway.state, 'stopping', what);
    t.same(signals(actions), ['miner SIGTERM', 'gateway SIGTERM'], what);
  }
  const dead = play([...UP, PROVING, { type: 'stop' }, of('miner', KILLED), of('gateway', KILLED)]);
  t.equal(dead.machine.phase, 'ended', 'one that dies meanwhile is not waited for');
});

t.test('the proof that the miner hands over while it stops is finished too', async (t) => {
  const { machine } = play([...UP, { type: 'stop' }, PROVING, of('miner', KILLED)]);
  t.equal(machine.children.gateway.state, 'finishing');
});

t.test('an order to stop now also holds for a certificate that begins after it', async (t) => {
  const hurried: SupervisorEvent[] = [{ type: 'stop' }, { type: 'stop', now: true }];
  const { machine } = play([...UP, PROVING, ...hurried, of('miner', KILLED)]);
  t.equal(machine.children.gateway.state, 'stopping');
});

t.test('a changed configuration waits for a certificate; a hang does not, and a stop takes its place', async (t) => {
  const changed: SupervisorEvent = { type: 'recycle', names: ['gateway'], reason: 'the configuration changed' };
  const held = play([...UP, PROVING, changed]);
  t.match(held.machine.children.gateway, { state: 'finishing', recycledFor: 'changed' });
  t.same(signals(held.actions), []);
  t.match(
    held.actions.filter(({ type }) => type === 'tell-miner'),
    [{ message: { type: 'pause' } }],
    'and gets no more proofs',
  );
  const back = play([...UP, PROVING, changed, PROVEN, of('gateway', KILLED)]);
  t.match(back.machine.children.gateway, { state: 'starting', restarts: 0, isProving: false });
  t.match(back.actions.filter(({ type }) => type === 'tell-miner').at(-1), { message: { type: 'resume' } });
  const stuck = of('gateway', { type: 'recycle', why: 'stuck', reason: 'it hung' });
  t.equal(play([...UP, PROVING, stuck]).machine.children.gateway.state, 'recycling');
  const stopped = play([...UP, PROVING, changed, { type: 'stop' }, of('miner', KILLED)]);
  t.match(stopped.machine.children.gateway, { state: 'finishing', recycledFor: null });
  t.equal(play([...UP, PROVING, changed, of('gateway', KILLED)]).machine.children.gateway.state, 'starting');
});

t.test('a frozen gateway gets no signal that it would first finish its work for', async (t) => {
  const vain: SupervisorEvent = { type: 'recycle', names: ['gateway'], reason: 'it is in vain', isFrozen: true };
  const { machine, actions } = play([...UP, vain, of('gateway', KILLED)]);
  t.same(signals(actions), ['gateway SIGKILL']);
  t.match(machine.children.gateway, { state: 'starting', restarts: 0 });
});

t.test('a gateway that was finishing its block for a reload is not started again once a stop has begun', async (t) => {
  const reload: SupervisorEvent = { type: 'recycle', names: ['gateway'], reason: 'the configuration changed' };
  const { machine, actions } = play([...UP, PROVING, reload, { type: 'stop' }, of('gateway', KILLED)]);
  t.equal(machine.children.gateway.state, 'stopped');
  t.equal(actions.filter((a) => a.type === 'child' && a.action.type === 'spawn').length, 2, 'one start of each');
  const waits = story(actions).filter((line) => line === 'gateway timer 300000');
  t.equal(waits.length, 1, 'the stop does not begin the wait again while the miner lives');
});

t.test('a miner rests while its gateway is changed, hears of it first, and goes on with the next one', async (t) => {
  const change: SupervisorEvent = { type: 'recycle', names: ['gateway', 'miner'], reason: 'the configuration changed' };
  const { actions } = play([...UP, change, of('gateway', KILLED), of('miner', KILLED)]);
  t.same(story(actions).slice(7), [
    'pause: the gateway is being restarted',
    'gateway SIGTERM',
    'gateway timer 5000',
    'miner SIGTERM',
    'miner timer 2000',
    'gateway spawn',
    'gateway timer 60000',
    'duty 100',
    'resume',
    'miner spawn',
    'miner timer off',
  ]);
});

t.test('a miner that starts while its gateway is changed rests from the beginning', async (t) => {
  const change: SupervisorEvent = { type: 'recycle', names: ['gateway'], reason: 'the configuration changed' };
  const { actions } = play([...UP, PROVING, change, of('miner', KILLED)]);
  const pause = 'pause: the gateway is being restarted';
  t.same(told(actions).map(inWords), [pause, pause]);
});

t.test('one reason to rest may follow another, without work between them', async (t) => {
  const steps = [OFF, { ...OFF, reason: 'heat' }].map((working): SupervisorEvent => ({ type: 'work', working }));
  t.same(told(play([...UP, ...steps]).actions).map(inWords), ['pause: user', 'pause: heat']);
});

t.test('a miner that rests anyway hears nothing of a gateway that is changed', async (t) => {
  const change: SupervisorEvent = { type: 'recycle', names: ['gateway'], reason: 'the configuration changed' };
  const rest: SupervisorEvent = { type: 'work', working: { ...OFF, reason: null } };
  const { actions } = play([...UP, rest, change, of('gateway', KILLED), { type: 'work', working: FULL }]);
  t.same(told(actions).map(inWords), ['pause: off', 'duty 100', 'resume']);
});

t.test('a gateway that hung is no reason to rest: its proofs are handed to the next', async (t) => {
  const hung = of('gateway', { type: 'recycle', why: 'stuck', reason: 'it hung' });
  t.same(told(play([...UP, hung, of('gateway', KILLED)]).actions), []);
});

t.test('a child that survives SIGKILL does not hold the end for ever', async (t) => {
  const timer = of('miner', { type: 'timer' });
  const { machine, actions } = play([...UP, { type: 'stop' }, timer, timer, of('gateway', KILLED)]);
  t.equal(machine.phase, 'ended');
  t.same(signals(actions), ['miner SIGTERM', 'miner SIGKILL', 'gateway SIGTERM']);
});

t.test('a fresh miner hears of an earlier pause before anything else', async (t) => {
  const { actions } = play([...UP, { type: 'work', working: OFF }, of('miner', KILLED)]);
  const pause = { type: 'tell-miner', message: { type: 'pause', reason: 'user' } };
  t.same(told(actions), [pause, pause], 'at the pause, and again after the restart');
});

t.test('a miner hears how much it may work before it goes on, and a fresh one hears it too', async (t) => {
  const duty = (percent: number) => ({ type: 'tell-miner', message: { type: 'duty', percent } });
  const steps = [OFF, LIGHT, FULL].map((working): SupervisorEvent => ({ type: 'work', working }));
  const { actions } = play([...UP, ...steps]);
  t.same(told(actions).slice(1), [duty(25), { type: 'tell-miner', message: { type: 'resume' } }, duty(100)]);
  const slower = play([...UP, { type: 'work', working: LIGHT }, of('miner', KILLED)]);
  t.same(told(slower.actions), [duty(25), duty(25)], 'after the restart as well');
  t.same(told(play([...UP, of('miner', KILLED)]).actions), [], 'nothing holds it back');
});

function told(actions: readonly SupervisorAction[]): SupervisorAction[] {
  return actions.filter(({ type }) => type === 'tell-miner');
}

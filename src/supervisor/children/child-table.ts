// One child's life as a table of states and events, after s6-supervise. Pure: a cell gets the child and the event, and
// gives the next child and what has to be done. The edge (`child-process.ts`) sends events of the living process only.
import { EXIT, type ExitCode } from '../../base/errors.ts';
import type { RestartPolicy } from '../../config/configuration.ts';
import type { ChildName, ChildStateName } from '../../state/table/session-table.ts';
import { type ChildExit, decideRestart, describeExit, NO_RESTARTS, type RestartHistory } from './restart-policy.ts';

/** A signal, and how long to wait for the end before the next step. */
export interface StopStep {
  signal: NodeJS.Signals;
  waitMs: number;
}

/** The part of a child's declaration that its table decides by. */
export interface ChildRules {
  name: ChildName;
  policy: RestartPolicy;
  /** In order, the last one SIGKILL. */
  stopSteps: readonly StopStep[];
  /** For how long a stop, or a restart for a changed configuration, waits for the certificate of a block. */
  proofTimeoutMs: number;
  /** How long it may take to become ready, or null when only its silence says that it is stuck. */
  startTimeoutMs: number | null;
}

export interface Child {
  state: ChildStateName;
  /** Counts the processes that were started; the edge drops what an older one still says. */
  generation: number;
  startedAtMs: number;
  everReady: boolean;
  history: RestartHistory;
  /** Restarts since the supervisor started, those for a changed configuration not counted. */
  restarts: number;
  /** The next stop step. */
  step: number;
  /** It makes the certificate of a block, which a signal would cost. */
  isProving: boolean;
  /**
   * While recycling, or finishing before that: a stuck child counts as failed, one whose configuration changed does not. The latter is kept until it is
   * ready again: nothing is wrong meanwhile.
   */
  recycledFor: 'stuck' | 'changed' | null;
  /** Why it is not ready, in words. */
  reason: string | null;
  /** Set in `failed`: what the supervisor ends with. */
  failure: { exitCode: ExitCode; reason: string } | null;
}

export type ChildEvent =
  /** It is wanted, and what it depends on is ready. */
  | { type: 'start' }
  | { type: 'ready' }
  | { type: 'exit'; exit: ChildExit }
  /** Its one timer ran out: start-up, back-off, the wait for a certificate or stop step, by state. */
  | { type: 'timer' }
  /** `now`: whatever it costs. */
  | { type: 'stop'; now?: boolean }
  | { type: 'proving'; isProving: boolean }
  /** `isFrozen`: it hears no polite signal, and what it is busy with is in vain. */
  | { type: 'recycle'; why: 'stuck' | 'changed'; reason: string; isFrozen?: boolean };

export type ChildAction =
  | { type: 'spawn' }
  | { type: 'signal'; signal: NodeJS.Signals }
  /** Sets the child's one timer, or clears it. */
  | { type: 'timer'; ms: number | null };

export interface ChildStep {
  child: Child;
  actions: ChildAction[];
}

export interface ChildClock {
  nowMs: number;
  random: number;
}

interface Cell<E extends ChildEvent> {
  child: Child;
  event: E;
  rules: ChildRules;
  clock: ChildClock;
}

type EventOf<T extends ChildEvent['type']> = Extract<ChildEvent, { type: T }>;
type Handler<T extends ChildEvent['type']> = ((cell: Cell<EventOf<T>>) => ChildStep) | 'ignore' | 'impossible';
type Row = { [T in ChildEvent['type']]: Handler<T> };

export const NEW_CHILD: Child = {
  state: 'down',
  generation: 0,
  startedAtMs: 0,
  everReady: false,
  history: NO_RESTARTS,
  restarts: 0,
  step: 0,
  isProving: false,
  recycledFor: null,
  reason: null,
  failure: null,
};

/** How long a stop waits after SIGKILL: the process ends without us, too. Only a restart has to see that end. */
const LEAVE_MS = 3000;

/** For good. */
const AT_REST: Row = {
  start: 'impossible',
  ready: 'impossible',
  exit: 'ignore', // One that even SIGKILL did not end in time, after all.
  timer: 'impossible',
  stop: 'ignore',
  proving: 'ignore',
  recycle: 'ignore',
};

export const CHILD_TABLE: Record<ChildStateName, Row> = {
  down: {
    start: spawn,
    ready: 'impossible',
    exit: 'impossible',
    timer: 'impossible',
    stop: rest,
    proving: 'ignore',
    recycle: 'ignore', // It will start with what is new.
  },
  starting: {
    start: 'ignore',
    ready: becomeReady,
    exit: died,
    timer: startTimedOut,
    stop: beginStop,
    proving: note,
    recycle: beginRecycle,
  },
  ready: {
    start: 'ignore',
    ready: 'ignore',
    exit: died,
    timer: 'impossible',
    stop: finishOrStop,
    proving: note,
    recycle: finishOrRecycle,
  },
  backoff: {
    start: 'ignore', // Its own timer brings it back.
    ready: 'impossible',
    exit: 'impossible',
    timer: respawn,
    stop: rest,
    proving: 'ignore',
    recycle: startAfresh,
  },
  recycling: {
    start: 'ignore',
    ready: 'ignore', // Said before the signal reached it.
    exit: recycled,
    timer: nextRecycleStep,
    stop: turnIntoStop,
    proving: 'ignore',
    recycle: 'ignore',
  },
  // What is to be done with it waits for the certificate that it makes.
  finishing: {
    start: 'ignore',
    ready: 'ignore',
    exit: endedFinishing,
    timer: letGo,
    stop: stopFinishing,
    proving: finished,
    recycle: 'ignore',
  },
  stopping: {
    start: 'impossible',
    ready: 'ignore',
    exit: rest,
    timer: nextStopStep,
    stop: 'ignore',
    proving: 'ignore',
    recycle: 'ignore',
  },
  stopped: AT_REST,
  failed: AT_REST,
};

/** The next state of a child and what has to be done. Throws for a pair that cannot happen, naming it. */
export function stepChild(child: Child, event: ChildEvent, rules: ChildRules, clock: ChildClock): ChildStep {
  // Each row's handler takes exactly the events of its column; the compiler cannot follow the lookup by `event.type`.
  const handler = CHILD_TABLE[child.state][event.type] as Handler<ChildEvent['type']>;
  if (handler === 'ignore') return { child, actions: [] };
  if (handler === 'impossible') {
    throw new Error(`impossible: the ${rules.name} is ${child.state} and gets the event ${event.type}`);
  }
  return (handler as (cell: Cell<ChildEvent>) => ChildStep)({ child, event, rules, clock });
}

function spawn({ child, rules, clock }: Cell<ChildEvent>): ChildStep {
  return {
    child: {
      ...child,
      state: 'starting',
      generation: child.generation + 1,
      startedAtMs: clock.nowMs,
      step: 0,
      isProving: false,
      recycledFor: null,
    },
    actions: [{ type: 'spawn' }, { type: 'timer', ms: rules.startTimeoutMs }],
  };
}

function respawn(cell: Cell<ChildEvent>): ChildStep {
  return spawn({ ...cell, child: { ...cell.child, restarts: cell.child.restarts + 1 } });
}

/** The configuration changed while it waited: the new one deserves a first try at once. */
function startAfresh(cell: Cell<ChildEvent>): ChildStep {
  const { child, actions } = spawn({ ...cell, child: { ...cell.child, history: NO_RESTARTS } });
  return { child: { ...child, recycledFor: 'changed' }, actions };
}

function becomeReady({ child }: Cell<EventOf<'ready'>>): ChildStep {
  return untimed({ ...child, state: 'ready', everReady: true, recycledFor: null, reason: null });
}

function died(cell: Cell<EventOf<'exit'>>): ChildStep {
  return afterFailure(cell, cell.event.exit);
}

/** What the restart policy makes of an end that was not asked for. */
function afterFailure(cell: Cell<ChildEvent>, exit: ChildExit): ChildStep {
  const { child, rules, clock } = cell;
  const decision = decideRestart({
    child: rules.name,
    policy: rules.policy,
    history: child.history,
    exit,
    ranMs: clock.nowMs - child.startedAtMs,
    everReady: child.everReady,
    ...clock,
  });
  if (decision.kind === 'give-up') return fail(child, decision.exitCode, decision.reason);
  const reason = `the ${rules.name} ${describeExit(exit)}`;
  const waiting: Child = { ...child, history: decision.history, recycledFor: null, reason };
  if (decision.delayMs === 0) return respawn({ ...cell, child: waiting });
  return { child: { ...waiting, state: 'backoff' }, actions: [{ type: 'timer', ms: decision.delayMs }] };
}

function fail(child: Child, exitCode: ExitCode, reason: string): ChildStep {
  return untimed({ ...child, state: 'failed', reason, failure: { exitCode, reason } });
}

function startTimedOut({ child, rules }: Cell<EventOf<'timer'>>): ChildStep {
  const seconds = Math.round((rules.startTimeoutMs ?? 0) / 1000);
  const reason = `the ${rules.name} was not ready within ${seconds} s`;
  return signalStep({ ...child, state: 'recycling', step: 0, recycledFor: 'stuck', reason }, rules);
}

function beginRecycle({ child, event, rules }: Cell<EventOf<'recycle'>>): ChildStep {
  const step = event.isFrozen ? Math.min(1, rules.stopSteps.length - 1) : 0;
  return signalStep({ ...child, state: 'recycling', step, recycledFor: event.why, reason: event.reason }, rules);
}

function beginStop({ child, rules }: Cell<EventOf<'stop'>>): ChildStep {
  return signalStep({ ...child, state: 'stopping', step: 0, recycledFor: null }, rules);
}

function note({ child, event: { isProving } }: Cell<EventOf<'proving'>>): ChildStep {
  return { child: { ...child, isProving }, actions: [] };
}

function finishOrStop(cell: Cell<EventOf<'stop'>>): ChildStep {
  return cell.child.isProving && !cell.event.now ? finish(cell) : beginStop(cell);
}

/** One that hangs will not come to the end of its certificate. */
function finishOrRecycle(cell: Cell<EventOf<'recycle'>>): ChildStep {
  const { why, reason } = cell.event;
  return cell.child.isProving && why === 'changed' ? finish(cell, { recycledFor: why, reason }) : beginRecycle(cell);
}

function finish({ child, rules }: Cell<ChildEvent>, wish: Partial<Child> = {}): ChildStep {
  return { child: { ...child, ...wish, state: 'finishing' }, actions: [{ type: 'timer', ms: rules.proofTimeoutMs }] };
}

/** A stop takes the place of a restart that waits; the wait for the same stop is not begun again. */
function stopFinishing(cell: Cell<EventOf<'stop'>>): ChildStep {
  if (cell.event.now) return beginStop(cell);
  return cell.child.recycledFor === null ? { child: cell.child, actions: [] } : finish(cell, { recycledFor: null });
}

function finished(cell: Cell<EventOf<'proving'>>): ChildStep {
  const noted = note(cell);
  return cell.event.isProving ? noted : letGo({ ...cell, child: noted.child });
}

function letGo(cell: Cell<ChildEvent>): ChildStep {
  const { child, rules } = cell;
  const state = child.recycledFor === null ? 'stopping' : 'recycling';
  return signalStep({ ...child, state, step: 0 }, rules);
}

function endedFinishing(cell: Cell<EventOf<'exit'>>): ChildStep {
  return cell.child.recycledFor === null ? rest(cell) : recycled(cell);
}

/** It has had its signal already: the steps go on from where they are. */
function turnIntoStop({ child, rules }: Cell<EventOf<'stop'>>): ChildStep {
  const isKilled = child.step === rules.stopSteps.length;
  return {
    child: { ...child, state: 'stopping', recycledFor: null },
    actions: isKilled ? [{ type: 'timer', ms: LEAVE_MS }] : [],
  };
}

function recycled(cell: Cell<EventOf<'exit'>>): ChildStep {
  const { child, event } = cell;
  if (child.recycledFor === 'changed') return startAfresh(cell);
  // The signal is ours; what it says about the child is that it was stuck, which `reason` has in words.
  return afterFailure(cell, { ...event.exit, message: child.reason });
}

function nextRecycleStep(cell: Cell<EventOf<'timer'>>): ChildStep {
  const { child, rules } = cell;
  if (child.step < rules.stopSteps.length) return signalStep(child, rules);
  return fail(child, EXIT.unavailable, `the ${rules.name} is stuck in the kernel: SIGKILL does not end it`);
}

function nextStopStep(cell: Cell<EventOf<'timer'>>): ChildStep {
  const { child, rules } = cell;
  return child.step < rules.stopSteps.length ? signalStep(child, rules) : rest(cell);
}

/** Sends the signal of the current step and gives it its time. */
function signalStep(child: Child, rules: ChildRules): ChildStep {
  const step = rules.stopSteps[child.step];
  if (step === undefined) throw new Error(`impossible: the ${rules.name} is declared without a stop step`);
  const isLast = child.step === rules.stopSteps.length - 1;
  return {
    child: { ...child, step: child.step + 1 },
    actions: [
      { type: 'signal', signal: step.signal },
      { type: 'timer', ms: isLast && child.state === 'stopping' ? LEAVE_MS : step.waitMs },
    ],
  };
}

function rest({ child }: Cell<ChildEvent>): ChildStep {
  return untimed({ ...child, state: 'stopped', recycledFor: null });
}

function untimed(child: Child): ChildStep {
  return { child, actions: [{ type: 'timer', ms: null }] };
}

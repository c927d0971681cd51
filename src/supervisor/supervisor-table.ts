// The supervisor as a table of phases and events over its children's tables. Pure: state, event and clock values in, next
// state and actions out; `supervisor-process.ts` carries the actions out. Gateway first, then miner; stopped in the opposite order.
import { EXIT, type ExitCode } from '../base/errors.ts';
import type { SupervisorMessage } from '../protocol/channel/messages.ts';
import type { ChildName } from '../state/table/session-table.ts';
import {
  type Child,
  type ChildAction,
  type ChildClock,
  type ChildEvent,
  type ChildRules,
  NEW_CHILD,
  stepChild,
} from './children/child-table.ts';
import type { Working } from './policy/working.ts';

/** `idle` before the start, `up` from then on, `stopping` because it was asked to, `failing` because it gave up. */
export type Phase = 'idle' | 'up' | 'stopping' | 'failing' | 'ended';

export interface SupervisorEnd {
  exitCode: ExitCode;
  /** Null for a clean stop. */
  reason: string | null;
}

export interface SupervisorMachine {
  phase: Phase;
  children: Record<ChildName, Child>;
  /** Whether all children were ready at once at any time. */
  everReady: boolean;
  /** How much may work, and why not all. */
  working: Working;
  /** It leaves without waiting for the certificate of a block. */
  now: boolean;
  /** A clean one, unless it fails. */
  ending: SupervisorEnd;
}

export type SupervisorEvent =
  | { type: 'begin' }
  | { type: 'child'; name: ChildName; event: ChildEvent }
  /** `now`: also without the block whose certificate is being made. A second one may hurry the first. */
  | { type: 'stop'; now?: boolean }
  | { type: 'work'; working: Working }
  /** These children have to come back with something new, such as another configuration; nothing is wrong with them. */
  | { type: 'recycle'; names: readonly ChildName[]; reason: string; isFrozen?: boolean }
  /** The ground is gone, for example another process holds the lock. */
  | { type: 'fail'; exitCode: ExitCode; reason: string };

export type SupervisorAction =
  | { type: 'child'; name: ChildName; action: ChildAction }
  | { type: 'tell-miner'; message: SupervisorMessage }
  /** All children are ready for the first time. */
  | { type: 'announce-ready' }
  | { type: 'announce-stopping' }
  /** Nothing runs any more. */
  | { type: 'end'; ending: SupervisorEnd };

export interface SupervisorTransition {
  machine: SupervisorMachine;
  actions: SupervisorAction[];
}

export type SupervisorRules = Record<ChildName, ChildRules>;

interface Given {
  rules: SupervisorRules;
  clock: ChildClock;
}

interface Cell<E extends SupervisorEvent> extends Given {
  machine: SupervisorMachine;
  event: E;
}

type EventOf<T extends SupervisorEvent['type']> = Extract<SupervisorEvent, { type: T }>;
type Handler<T extends SupervisorEvent['type']> =
  | ((cell: Cell<EventOf<T>>) => SupervisorTransition)
  | 'ignore'
  | 'impossible';
type Row = { [T in SupervisorEvent['type']]: Handler<T> };

const CLEAN_END: SupervisorEnd = { exitCode: EXIT.ok, reason: null };

export function newMachine(working: Working): SupervisorMachine {
  return {
    phase: 'idle',
    children: { gateway: NEW_CHILD, miner: NEW_CHILD },
    everReady: false,
    working,
    now: false,
    ending: CLEAN_END,
  };
}

/** Whatever it leaves for, that stays the reason. */
const LEAVING: Row = {
  begin: 'impossible',
  child: childWhileLeaving,
  stop: hurry,
  work: 'ignore',
  recycle: 'ignore',
  fail: 'ignore',
};

export const PHASE_TABLE: Record<Phase, Row> = {
  idle: {
    begin,
    child: 'impossible',
    stop: beginStop,
    work,
    recycle: 'ignore',
    fail: beginFail,
  },
  up: {
    begin: 'impossible',
    child: childWhileUp,
    stop: beginStop,
    work,
    recycle,
    fail: beginFail,
  },
  stopping: LEAVING,
  failing: LEAVING,
  // One that SIGKILL did not end in time may still end.
  ended: { ...LEAVING, child: 'ignore', stop: 'ignore' },
};

/** The next state and what has to be done. Throws for a pair that cannot happen, naming it. */
export function stepSupervisor(
  machine: SupervisorMachine,
  event: SupervisorEvent,
  rules: SupervisorRules,
  clock: ChildClock,
): SupervisorTransition {
  const handler = PHASE_TABLE[machine.phase][event.type] as Handler<SupervisorEvent['type']>;
  if (handler === 'ignore') return { machine, actions: [] };
  if (handler === 'impossible') {
    throw new Error(`impossible: the supervisor is ${machine.phase} and gets the event ${event.type}`);
  }
  return (handler as (cell: Cell<SupervisorEvent>) => SupervisorTransition)({ machine, event, rules, clock });
}

function begin({ machine, ...given }: Cell<EventOf<'begin'>>): SupervisorTransition {
  return applyToChild({ ...machine, phase: 'up' }, 'gateway', { type: 'start' }, given);
}

function childWhileUp({ machine, event, ...given }: Cell<EventOf<'child'>>): SupervisorTransition {
  const moved = applyToChild(machine, event.name, event.event, given);
  const { failure } = moved.machine.children[event.name];
  return chain(moved, (next) => (failure === null ? advance(next, given) : leave(next, 'failing', failure, given)));
}

/** Starts what waited for this moment, and says so when everything is ready for the first time. */
function advance(machine: SupervisorMachine, given: Given): SupervisorTransition {
  const { gateway, miner } = machine.children;
  if (gateway.state === 'ready' && miner.state === 'down') {
    return applyToChild(machine, 'miner', { type: 'start' }, given);
  }
  if (!machine.everReady && gateway.state === 'ready' && miner.state === 'ready') {
    return { machine: { ...machine, everReady: true }, actions: [{ type: 'announce-ready' }] };
  }
  return { machine, actions: [] };
}

function beginStop({ machine, event, ...given }: Cell<EventOf<'stop'>>): SupervisorTransition {
  return leave({ ...machine, now: event.now === true }, 'stopping', CLEAN_END, given);
}

function hurry({ machine, event, ...given }: Cell<EventOf<'stop'>>): SupervisorTransition {
  return event.now ? advanceLeaving({ ...machine, now: true }, given) : { machine, actions: [] };
}

function beginFail({ machine, event, ...given }: Cell<EventOf<'fail'>>): SupervisorTransition {
  return leave(machine, 'failing', { exitCode: event.exitCode, reason: event.reason }, given);
}

/** The miner goes first, so that the proof in its hand still finds a gateway, which then finishes its block; one that serves nothing leaves with it. */
function leave(
  machine: SupervisorMachine,
  phase: 'stopping' | 'failing',
  ending: SupervisorEnd,
  given: Given,
): SupervisorTransition {
  const serves = ['ready', 'finishing'].includes(machine.children.gateway.state);
  const names: ChildName[] = serves ? ['miner'] : ['miner', 'gateway'];
  let result: SupervisorTransition = {
    machine: { ...machine, phase, ending },
    actions: [{ type: 'announce-stopping' }],
  };
  for (const name of names) result = chain(result, (next) => applyToChild(next, name, { type: 'stop' }, given));
  return chain(result, (next) => advanceLeaving(next, given));
}

/** While leaving nothing comes back: only ends, stop steps and certificates count, and an end that was not asked for yet is welcome. */
function childWhileLeaving({ machine, event, ...given }: Cell<EventOf<'child'>>): SupervisorTransition {
  if (!['exit', 'timer', 'proving'].includes(event.event.type)) return { machine, actions: [] };
  const child = machine.children[event.name];
  const moved: SupervisorTransition =
    child.state === 'ready' && event.event.type === 'exit'
      ? { machine: withChild(machine, event.name, { ...child, state: 'stopped' }), actions: [] }
      : // One that was finishing its block before it came back does not come back any more.
        applyToChild(withChild(machine, event.name, { ...child, recycledFor: null }), event.name, event.event, given);
  return chain(moved, (next) => advanceLeaving(next, given));
}

function advanceLeaving(machine: SupervisorMachine, given: Given): SupervisorTransition {
  if (!isAtRest(machine.children.miner)) return { machine, actions: [] };
  // A gateway that is stopping already, or at rest, ignores this; one that is at rest then ends the supervisor in the same step.
  const stopped = applyToChild(machine, 'gateway', { type: 'stop', now: machine.now }, given);
  return isAtRest(stopped.machine.children.gateway) ? chain(stopped, end) : stopped;
}

function end(machine: SupervisorMachine): SupervisorTransition {
  return { machine: { ...machine, phase: 'ended' }, actions: [{ type: 'end', ending: machine.ending }] };
}

function work({ machine, event }: Cell<EventOf<'work'>>): SupervisorTransition {
  const next = { ...machine, working: event.working };
  const orders = ordersOf(next);
  if (restReason(machine) !== null && restReason(next) === null) orders.push({ type: 'resume' });
  return { machine: next, actions: orders.map(tellMiner) };
}

/** What a miner that works without a rest has to be told. */
function ordersOf(machine: SupervisorMachine): SupervisorMessage[] {
  const reason = restReason(machine);
  return reason === null ? [{ type: 'duty', percent: machine.working.dutyPercent }] : [{ type: 'pause', reason }];
}

function tellMiner(message: SupervisorMessage): SupervisorAction {
  return { type: 'tell-miner', message };
}

function recycle({ machine, event, ...given }: Cell<EventOf<'recycle'>>): SupervisorTransition {
  const { names, reason, isFrozen = false } = event;
  const childEvent: ChildEvent = { type: 'recycle', why: 'changed', reason, isFrozen };
  let result: SupervisorTransition = { machine, actions: [] };
  for (const name of names) result = chain(result, (next) => applyToChild(next, name, childEvent, given));
  return result;
}

function applyToChild(
  machine: SupervisorMachine,
  name: ChildName,
  event: ChildEvent,
  { rules, clock }: Given,
): SupervisorTransition {
  const { child, actions } = stepChild(machine.children[name], event, rules[name], clock);
  const next = withChild(machine, name, child);
  const wrapped = actions.map((action): SupervisorAction => ({ type: 'child', name, action }));
  const [before, after] = [restReason(machine), restReason(next)];
  // A fresh miner knows of no rest: it is the first thing that it hears.
  const isFresh = name === 'miner' && actions.some(({ type }) => type === 'spawn');
  if (isFresh) {
    if (after !== null || next.working.dutyPercent < 100) wrapped.push(...ordersOf(next).map(tellMiner));
  } else if (after !== null && after !== before) {
    wrapped.unshift(tellMiner({ type: 'pause', reason: after }));
  } else if (after === null && before !== null) {
    wrapped.push(...ordersOf(next).map(tellMiner), tellMiner({ type: 'resume' }));
  }
  return { machine: next, actions: wrapped };
}

/** Why nothing is to be mined now, or null: a proof that a gateway takes on its way out is lost. */
function restReason({ working, children: { gateway } }: SupervisorMachine): string | null {
  const leaves = gateway.state === 'finishing' || (gateway.state === 'recycling' && gateway.recycledFor === 'changed');
  if (working.level === 'off') return working.reason ?? working.level;
  return leaves ? 'the gateway is being restarted' : null;
}

function withChild(machine: SupervisorMachine, name: ChildName, child: Child): SupervisorMachine {
  return { ...machine, children: { ...machine.children, [name]: child } };
}

function chain(
  before: SupervisorTransition,
  next: (machine: SupervisorMachine) => SupervisorTransition,
): SupervisorTransition {
  const after = next(before.machine);
  return { machine: after.machine, actions: [...before.actions, ...after.actions] };
}

function isAtRest(child: Child): boolean {
  return child.state === 'stopped' || child.state === 'failed';
}

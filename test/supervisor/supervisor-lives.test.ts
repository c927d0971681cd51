// Random lives of the supervisor's table: whatever happens in whatever order, no child runs twice, none starts after a stop, and
// starts never become a storm.
import fc from 'fast-check';
import t from 'tap';
import type { ChildName } from '../../src/state/table/session-table.ts';
import type { ChildAction } from '../../src/supervisor/children/child-table.ts';
import { newMachine, type SupervisorEvent, stepSupervisor } from '../../src/supervisor/supervisor-table.ts';
import { FULL, OFF, of, POLICY, RULES } from './table-rules.ts';

/** What the machine's children would be in the real world, kept by the actions alone. */
class World {
  readonly running: Record<ChildName, number> = { gateway: 0, miner: 0 };
  readonly timers: Record<ChildName, number | null> = { gateway: null, miner: null };
  spawns: { name: ChildName; atMs: number }[] = [];
  machine = newMachine(FULL);
  nowMs = 0;
  stopped = false;
  ends = 0;

  feed(event: SupervisorEvent, random: number): void {
    const { machine, actions } = stepSupervisor(this.machine, event, RULES, { nowMs: this.nowMs, random });
    if (event.type === 'stop') this.stopped = true;
    this.machine = machine;
    for (const action of actions) {
      if (action.type === 'end') this.ends += 1;
      if (action.type === 'child') this.#carryOut(action.name, action.action);
    }
  }

  #carryOut(name: ChildName, action: ChildAction): void {
    if (action.type === 'timer') this.timers[name] = action.ms === null ? null : this.nowMs + action.ms;
    if (action.type !== 'spawn') return;
    if (this.stopped) throw new Error(`the ${name} was started after a stop`);
    this.running[name] += 1;
    this.spawns.push({ name, atMs: this.nowMs });
    if (this.running[name] > 1) throw new Error(`two of the ${name} run`);
  }

  /** The nearest timer fires, if there is one. */
  fire(random: number): boolean {
    const due = (['gateway', 'miner'] as const).filter((name) => this.timers[name] !== null);
    due.sort((a, b) => (this.timers[a] ?? 0) - (this.timers[b] ?? 0));
    const name = due[0];
    if (name === undefined) return false;
    this.nowMs = Math.max(this.nowMs, this.timers[name] ?? 0);
    this.timers[name] = null;
    this.feed(of(name, { type: 'timer' }), random);
    return true;
  }

  end(name: ChildName, code: number | null, random: number): void {
    if (this.running[name] === 0) return;
    this.running[name] -= 1;
    this.feed(
      of(name, { type: 'exit', exit: { code, signal: code === null ? 'SIGKILL' : null, message: null } }),
      random,
    );
  }
}

const name = fc.constantFrom<ChildName>('gateway', 'miner');
type Happening =
  | { what: 'ready' | 'stuck' | 'reload' | 'permanent'; name: ChildName }
  | { what: 'exit'; name: ChildName; code: number | null }
  | { what: 'proving'; isProving: boolean }
  | { what: 'wait'; ms: number }
  | { what: 'fire' | 'pause' | 'resume' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('ready' as const), name }) },
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('exit' as const), name, code: fc.constantFrom(null, 0, 1, 69) }),
  },
  { weight: 6, arbitrary: fc.record({ what: fc.constant('fire' as const) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 90_000 }) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('stuck' as const), name }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('reload' as const), name }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('proving' as const), isProving: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('pause' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('resume' as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('permanent' as const), name }) },
);

t.test('a child that dies at once every time is given up after its limit, whichever child it is', async (t) => {
  for (const child of ['gateway', 'miner'] as const) {
    const world = new World();
    world.feed({ type: 'begin' }, 0.5);
    world.feed(of('gateway', { type: 'ready' }), 0.5);
    for (let life = 0; life < 50 && world.machine.phase === 'up'; life++) {
      world.nowMs += 10;
      world.end(child, 1, 0.5);
      if (world.machine.children[child].state === 'backoff') world.fire(0.5);
    }
    t.equal(world.machine.phase, 'failing');
    t.equal(world.spawns.filter(({ name: spawned }) => spawned === child).length, 1 + POLICY.limit.count);
    t.match(world.machine.ending, { exitCode: 69 });
  }
});

t.test(
  'in any order of events: never two of a child, never one after a stop, no restart storm, always an end',
  async () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 120 }),
        fc.array(happening, { maxLength: 10 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (events, last, random) => {
          const world = new World();
          world.feed({ type: 'begin' }, random);
          for (const event of events) happen(world, event, random);
          checkNoStorm(world);
          world.feed({ type: 'stop' }, random);
          for (const event of last) happen(world, event, random);
          // From here on the processes do whatever is worst for an end: nothing. Timers alone must bring it.
          let steps = 0;
          while (world.machine.phase !== 'ended') {
            if (!world.fire(random)) throw new Error(`no timer leads out of ${world.machine.phase}`);
            steps += 1;
            if (steps > 20) throw new Error('no end after twenty steps');
          }
          if (world.ends !== 1) throw new Error(`${world.ends} ends`);
          return true;
        },
      ),
      { numRuns: 2000 },
    );
  },
);

function happen(world: World, event: Happening, random: number): void {
  const { machine } = world;
  switch (event.what) {
    case 'ready':
      // A process that runs may say so at any time, one that does not cannot.
      if (world.running[event.name] > 0) world.feed(of(event.name, { type: 'ready' }), random);
      break;
    case 'exit':
      world.end(event.name, event.code, random);
      break;
    case 'proving':
      if (machine.phase !== 'idle') world.feed(of('gateway', { type: 'proving', isProving: event.isProving }), random);
      break;
    case 'permanent':
      world.end(event.name, 78, random);
      break;
    case 'fire':
      world.fire(random);
      break;
    case 'wait': {
      const next = Math.min(...Object.values(world.timers).map((at) => at ?? Number.POSITIVE_INFINITY));
      world.nowMs = Math.min(world.nowMs + event.ms, next);
      break;
    }
    case 'stuck':
      if (world.running[event.name] > 0 && machine.phase === 'up') {
        world.feed(of(event.name, { type: 'recycle', why: 'stuck', reason: 'it hung' }), random);
      }
      break;
    case 'reload':
      world.spawns = world.spawns.filter((spawn) => spawn.name !== event.name);
      world.feed({ type: 'recycle', names: [event.name], reason: 'the configuration changed' }, random);
      break;
    case 'pause':
      world.feed({ type: 'work', working: OFF }, random);
      break;
    case 'resume':
      world.feed({ type: 'work', working: FULL }, random);
      break;
  }
}

/** In no window of the limit are there more starts than the limit allows; a changed configuration begins a new count. */
function checkNoStorm({ spawns }: World): void {
  for (const { name: child, atMs } of spawns) {
    const recent = spawns.filter((s) => s.name === child && s.atMs > atMs - POLICY.limit.windowMs && s.atMs <= atMs);
    // The first start is no restart, and a back-off may carry one over the window's edge.
    if (recent.length > POLICY.limit.count + 2)
      throw new Error(`${recent.length} starts of the ${child} in one window`);
  }
}

import t from 'tap';
import { AbsenceMeter } from '../../src/base/absence.ts';
import { lasting } from '../fixtures/until.ts';

/** A machine whose two clocks a test sets. */
function machine() {
  const clocks = { monotonic: 5000, uptime: 100_000 };
  const meter = new AbsenceMeter({ monotonicMs: () => clocks.monotonic, uptimeSeconds: () => clocks.uptime / 1000 });
  const pass = (awakeMs: number, sleptMs = 0) => {
    clocks.monotonic += awakeMs;
    clocks.uptime += awakeMs + sleptMs;
    return meter.take(1000);
  };
  return { pass };
}

const NONE = { sleptMs: 0, stoodStillMs: 0 };

t.test('a sleep, which the clock of timers does not count, is told, once', async (t) => {
  const { pass } = machine();
  t.same(pass(1000), NONE);
  t.same(pass(1000, 28_800_000), { sleptMs: 28_800_000, stoodStillMs: 0 });
  t.same(pass(1000), NONE);
});

t.test('a process that was stopped or starved is told apart from it', async (t) => {
  const { pass } = machine();
  t.same(pass(61_000), { sleptMs: 0, stoodStillMs: 60_000 });
  t.same(pass(1000), NONE);
});

t.test('late ticks, whole seconds and small steps are no absence', async (t) => {
  const { pass } = machine();
  for (const [awake, slept] of [
    [1900, 0],
    [100, 0],
    [1000, 999],
    [1000, -999],
    [0, 0],
  ] as const) {
    t.same(pass(awake, slept), NONE, `${awake} ${slept}`);
  }
});

t.test('the clocks of this machine agree while it is awake', async (t) => {
  const meter = new AbsenceMeter();
  // A while on the clocks of the machine is what is measured.
  await lasting(20);
  t.equal(meter.take(20).sleptMs, 0);
});

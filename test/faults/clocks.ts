// Rows about time: the wall clock set forward and back under running processes, and a suspend. That the processes really saw
// another time is read off the log and the sidecar.
import { lasting, until } from '../fixtures/until.ts';
import { toldOf, UNDISTURBED } from './outcome.ts';
import { poolJob, startPool } from './peers.ts';
import type { Row, Seen } from './row.ts';
import { CLOCK_FILES, ShiftedClock } from './shifted-clock.ts';
import { type FaultStage, kill } from './stage.ts';

const HOUR_MS = 3_600_000;

/** What rows about a clock have in common. */
const SHIFTED = { needs: ['mounts', 'compiler'], leaves: CLOCK_FILES } as const satisfies Partial<Row>;

const SET: Row[] = [
  set('forward by a day', 'ready', [24]),
  set('back by a day', 'ready', [-24], true),
  set('back to 1970', 'ready', [-Math.floor(Date.now() / HOUR_MS)]),
  set('forward by ten years, and back again', 'ready', [87_600, 0]),
  set(
    'to and fro by an hour, twenty times',
    'ready',
    Array.from({ length: 20 }, (_, index) => (index % 2 ? 1 : -1)),
  ),
];

function set(how: string, moment: string, hours: readonly number[], quick = false): Row {
  return {
    fault: `wall clock set ${how}`,
    moment,
    expected: 'running, nothing restarted, mining on',
    ...SHIFTED,
    quick,
    play: async (stage) => {
      const clock = await runWithClock(stage);
      const struckMs = performance.now();
      for (const shift of hours) {
        clock.setWall(shift);
        await lasting(500);
      }
      await untilTimeIs(stage, hours.at(-1) ?? 0);
      return minedOn(stage, clock, struckMs);
    },
  };
}

const WRONG_AT_START: Row = {
  fault: 'wall clock a year behind, and set right later',
  moment: 'start',
  expected: 'running, nothing restarted, mining on',
  ...SHIFTED,
  play: async (stage) => {
    const clock = new ShiftedClock(stage);
    clock.setWall(-8760);
    stage.start({ wrapper: clock.wrapper });
    await stage.running();
    await untilTimeIs(stage, -8760);
    clock.setWall(0);
    const struckMs = performance.now();
    await untilTimeIs(stage, 0);
    return minedOn(stage, clock, struckMs);
  },
};

/** Clock back by a day between two lives: the chain's last time stamp is then in the future. */
const BACK_BETWEEN: Row = {
  fault: 'wall clock set back by a day while nothing runs',
  moment: 'at the next start',
  expected: 'running, nothing restarted, mining on',
  ...SHIFTED,
  play: async (stage) => {
    const clock = await runWithClock(stage);
    await stage.mined('a share', () => stage.ledgerBytes() > 0);
    await stage.stop();
    clock.setWall(-24);
    const struckMs = performance.now();
    stage.start({ wrapper: clock.wrapper });
    await stage.running();
    await untilTimeIs(stage, -24);
    return minedOn(stage, clock, struckMs);
  },
};

/** All processes frozen for a while; on waking, the wall clock and the clock that counts sleep are eight hours on. */
const SUSPEND: Row = {
  fault: 'suspend: all frozen for 20 s, and the clocks eight hours on',
  moment: 'ready',
  expected: 'running, nothing restarted, mining on',
  ...SHIFTED,
  seconds: 35,
  play: async (stage) => {
    const clock = await runWithClock(stage);
    await sleepThrough(stage, clock);
    const wokenMs = performance.now();
    await until('the sleep to be noticed', () => /the machine slept/.test(stage.log()));
    await untilTimeIs(stage, 8);
    return minedOn(stage, clock, wokenMs);
  },
};

/** A connection that slept looks well and is dead: there is another one at once, with the job of the time after. */
const SUSPEND_WITH_POOL: Row = {
  fault: 'suspend: all frozen for 20 s, and the clocks eight hours on; the pool has a new block',
  moment: 'submitting',
  expected: 'reconnected, the new job mined, nothing restarted',
  ...SHIFTED,
  seconds: 35,
  play: async (stage) => {
    const pool = await startPool(stage);
    const clock = await runWithClock(stage);
    await stage.mined('a share', () => pool.submits.length > 0);
    pool.job = poolJob(2);
    await sleepThrough(stage, clock);
    const wokenMs = performance.now();
    await until('another login', () => pool.logins.length > 1);
    await stage.mined('a share of the new job', () =>
      pool.submits.some(({ params }) => params.job_id === pool.job?.jobId),
    );
    const recoveryMs = performance.now() - wokenMs;
    const told = toldOf(await stage.running());
    return { state: told === UNDISTURBED ? SUSPEND_WITH_POOL.expected : told, recoveryMs };
  },
};

/** Starts with a clock that can be set, and right as yet. */
async function runWithClock(stage: FaultStage): Promise<ShiftedClock> {
  const clock = new ShiftedClock(stage);
  stage.start({ wrapper: clock.wrapper });
  await stage.running();
  return clock;
}

async function sleepThrough(stage: FaultStage, clock: ShiftedClock): Promise<void> {
  const pids = [stage.supervisorPid, stage.pidOf('gateway'), stage.pidOf('miner')];
  for (const pid of pids) kill(pid, 'SIGSTOP');
  await lasting(20_000);
  clock.sleepFor(8);
  for (const pid of pids) kill(pid, 'SIGCONT');
}

/** Waits until the processes live at that time: their statistics say so. */
async function untilTimeIs(stage: FaultStage, hours: number): Promise<void> {
  await until('the new time to be seen', () => {
    const updatedAt = stage.statistics()?.updated_at;
    return Math.abs(Date.parse(updatedAt ?? '') - Date.now() - hours * HOUR_MS) < HOUR_MS / 4;
  });
}

/** Another share, the same processes some seconds later, and a `status` that says so at the new time. */
async function minedOn(stage: FaultStage, clock: ShiftedClock, struckMs: number): Promise<Seen> {
  const before = stage.ledgerBytes();
  await stage.mined('the next share', () => stage.ledgerBytes() > before);
  const seen = toldOf(await stage.running());
  const recoveryMs = performance.now() - struckMs;
  await lasting(3000);
  const { code, text } = await stage.status(['--json'], clock.wrapper);
  const { state, uptimeSeconds, health } = JSON.parse(text);
  // The group in which the miner had its share here is told, and rightly, until it is looked for again.
  const others = health.filter(({ id }: { id: string }) => id !== 'priority-group');
  const isTold = code === 0 && state === 'running' && uptimeSeconds >= 0 && uptimeSeconds < 600 && others.length === 0;
  const told = isTold ? '' : `, but status: ${code} ${state} for ${uptimeSeconds} s ${JSON.stringify(others)}`;
  return { state: `${seen}, mining on${told}`, recoveryMs };
}

export const CLOCK_ROWS: readonly Row[] = [...SET, WRONG_AT_START, BACK_BETWEEN, SUSPEND, SUSPEND_WITH_POOL];

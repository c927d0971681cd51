// Rows about processes that hang for good, that are all stopped for a while, or that die again and again.
import { lasting, until } from '../fixtures/until.ts';
import { replacedAfter, toldOf } from './outcome.ts';
import type { Row } from './row.ts';
import { kill } from './stage.ts';

/** A child that hangs for good is replaced. */
const HANGING: Row[] = (['gateway', 'miner'] as const).map((name) => ({
  fault: `${name}: STOP for good`,
  moment: 'ready',
  expected: 'running',
  seconds: 25,
  play: async (stage) => {
    stage.start();
    await stage.running();
    return replacedAfter(stage, name, 'SIGSTOP');
  },
}));

/** What a suspend looks like from inside, except for the clocks: no process ran for longer than every deadline, then all go on. */
const FROZEN: Row = {
  fault: 'all processes stopped for 20 s, then continued',
  moment: 'ready',
  expected: 'running, nothing restarted',
  seconds: 30,
  play: async (stage) => {
    stage.start();
    await stage.running();
    const pids = [stage.supervisorPid, stage.pidOf('gateway'), stage.pidOf('miner')];
    for (const pid of pids) kill(pid, 'SIGSTOP');
    await lasting(20_000);
    for (const pid of pids) kill(pid, 'SIGCONT');
    const wokenMs = performance.now();
    await until('the jump to be noticed', () => /this process was stopped/.test(stage.log()));
    // Longer than it takes to judge a process silent that is not.
    await lasting(3000);
    const state = toldOf(await stage.running());
    return { state, recoveryMs: performance.now() - wokenMs - 3000 };
  },
};

/** A child that dies again and again, faster than the back-off heals. */
const STORM: Row = {
  fault: 'miner: SIGKILL five times in a row',
  moment: 'as soon as it is back',
  expected: 'running, 5 restarts',
  play: async (stage) => {
    stage.configure({ supervisor: { backoff_initial: '50ms', backoff_max: '200ms' } });
    stage.start();
    await stage.running();
    const struckMs = performance.now();
    for (let round = 0; round < 5; round++) {
      const pid = stage.pidOf('miner');
      kill(pid, 'SIGKILL');
      await stage.runningWithout('miner', pid);
    }
    const restarts = stage.sidecar()?.children.miner.restarts;
    return { state: `running, ${restarts} restarts`, recoveryMs: performance.now() - struckMs };
  },
};

/** More deaths than are allowed in the time that is allowed: it gives up, says why, and leaves nothing behind. */
const GIVEN_UP: Row = {
  fault: 'miner: SIGKILL at every start, three restarts allowed',
  moment: 'as soon as it is back',
  expected: 'exit 69, the reason on record',
  play: async (stage) => {
    stage.configure({ supervisor: { backoff_initial: '50ms', backoff_max: '200ms', limit: '3 in 10m' } });
    stage.start();
    await stage.running();
    const timer = setInterval(() => {
      const pid = stage.sidecar()?.children.miner.pid;
      if (typeof pid === 'number') kill(pid, 'SIGKILL');
    }, 20);
    stage.afterwards(() => clearInterval(timer));
    const end = await stage.exit();
    clearInterval(timer);
    const { text } = await stage.status();
    return { state: /SIGKILL/.test(text) ? `${end}, the reason on record` : `${end}, no reason`, recoveryMs: null };
  },
};

export const HANG_ROWS: readonly Row[] = [...HANGING, FROZEN, STORM, GIVEN_UP];

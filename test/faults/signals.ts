// Rows that signal processes: each of supervisor, gateway and miner, each way to die or to hang, at each moment of its life,
// alone and together.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildName } from '../../src/sidecar/record.ts';
import type { Row, Seen } from './row.ts';
import { type FaultStage, kill, waitFor } from './stage.ts';

type Target = ChildName | 'supervisor';
type Moment = 'start' | 'ready' | 'submitting' | 'stopping' | 'reloading';
/** `pause` is STOP and, after two seconds, CONT. */
type Blow = 'SIGTERM' | 'SIGKILL' | 'SIGSEGV' | 'pause';

const MOMENTS: readonly Moment[] = ['start', 'ready', 'submitting', 'stopping', 'reloading'];
const BLOWS: readonly Blow[] = ['SIGTERM', 'SIGKILL', 'SIGSEGV', 'pause'];
const PAUSE_MS = 2000;

/** One row for each target, blow and moment. */
const SINGLE: Row[] = (['supervisor', 'gateway', 'miner'] as const).flatMap((target) =>
  BLOWS.flatMap((blow) => MOMENTS.map((moment) => single(target, blow, moment))),
);

function single(target: Target, blow: Blow, moment: Moment): Row {
  return {
    fault: `${target}: ${blow === 'pause' ? 'STOP, CONT after 2 s' : blow}`,
    moment,
    expected: expectedOf(target, blow, moment),
    quick: isQuick(target, blow, moment),
    play: async (stage) => {
      await reach(stage, moment, target);
      return target === 'supervisor' ? strikeSupervisor(stage, blow, moment) : strikeChild(stage, target, blow, moment);
    },
  };
}

function isQuick(target: Target, blow: Blow, moment: Moment): boolean {
  if (target === 'supervisor') return blow === 'SIGKILL' && moment === 'submitting';
  if (target === 'gateway') return blow === 'SIGKILL' && (moment === 'submitting' || moment === 'reloading');
  return (blow === 'SIGSEGV' && moment === 'start') || (blow === 'SIGKILL' && moment === 'stopping');
}

function expectedOf(target: Target, blow: Blow, moment: Moment): string {
  if (target === 'supervisor' && (blow === 'SIGKILL' || blow === 'SIGSEGV'))
    return 'all ended; running at the next start';
  if (moment === 'stopping' || (target === 'supervisor' && blow === 'SIGTERM')) return 'exit 0';
  return 'running';
}

/** Brings the stage to the moment. */
async function reach(stage: FaultStage, moment: Moment, target: Target): Promise<void> {
  stage.start();
  if (moment === 'start') {
    const name = target === 'supervisor' ? 'gateway' : target;
    await stage.until(`a ${name} that starts`, (s) => s.children[name].pid !== null);
    return;
  }
  await stage.running();
  switch (moment) {
    case 'submitting': {
      const before = stage.ledgerBytes();
      await waitFor('the next share', () => stage.ledgerBytes() > before);
      break;
    }
    case 'stopping':
      stage.supervisor?.kill('SIGTERM');
      break;
    case 'reloading': {
      const old = stage.sidecar()?.children;
      stage.configure({ shape: { n: 512 } });
      stage.supervisor?.kill('SIGHUP');
      await stage.until('a child that is replaced', ({ children }) =>
        (['gateway', 'miner'] as const).some(
          (name) => children[name].state === 'recycling' || children[name].pid !== old?.[name].pid,
        ),
      );
      break;
    }
    case 'ready':
      break;
  }
}

async function strikeChild(stage: FaultStage, name: ChildName, blow: Blow, moment: Moment): Promise<Seen> {
  const pid = await presentPid(stage, name, moment);
  const struckMs = performance.now();
  if (pid !== null) await strike(pid, blow);
  if (moment === 'stopping') return { state: await stage.exit(), recoveryMs: performance.now() - struckMs };
  if (blow === 'pause') await stage.running();
  else await stage.runningWithout(name, pid ?? 0);
  return { state: 'running', recoveryMs: performance.now() - struckMs - (blow === 'pause' ? PAUSE_MS : 0) };
}

/** While children come and go there may be none for a moment; while stopping it may be gone for good. */
async function presentPid(stage: FaultStage, name: ChildName, moment: Moment): Promise<number | null> {
  if (moment === 'stopping') return stage.sidecar()?.children[name].pid ?? null;
  return (await stage.until(`a ${name}`, (s) => s.children[name].pid !== null)).children[name].pid;
}

async function strikeSupervisor(stage: FaultStage, blow: Blow, moment: Moment): Promise<Seen> {
  const struckMs = performance.now();
  await strike(stage.supervisorPid, blow);
  if (blow === 'pause') {
    const state = moment === 'stopping' ? await stage.exit() : 'running';
    if (state === 'running') await stage.running();
    return { state, recoveryMs: performance.now() - struckMs - PAUSE_MS };
  }
  const end = await stage.exit();
  if (blow === 'SIGTERM') return { state: end, recoveryMs: performance.now() - struckMs };
  return restart(stage, struckMs);
}

/** The children leave by themselves; then it is started again, as a service manager does. */
async function restart(stage: FaultStage, struckMs: number): Promise<Seen> {
  await waitFor('the children to leave', () => stage.orphans().length === 0);
  stage.start();
  await stage.running();
  return { state: 'all ended; running at the next start', recoveryMs: performance.now() - struckMs };
}

async function strike(pid: number, blow: Blow): Promise<void> {
  if (blow !== 'pause') {
    kill(pid, blow);
    return;
  }
  kill(pid, 'SIGSTOP');
  await sleep(PAUSE_MS);
  kill(pid, 'SIGCONT');
}

/** Several at once, while it is ready. */
const TOGETHER: Row[] = [
  together(['gateway', 'miner'], 'SIGKILL', true),
  together(['gateway', 'miner'], 'SIGTERM'),
  together(['gateway', 'miner'], 'SIGSEGV'),
  together(['supervisor', 'miner'], 'SIGKILL'),
  together(['supervisor', 'gateway'], 'SIGKILL'),
  together(['supervisor', 'gateway', 'miner'], 'SIGKILL'),
];

function together(targets: readonly Target[], blow: 'SIGTERM' | 'SIGKILL' | 'SIGSEGV', quick = false): Row {
  const withSupervisor = targets.includes('supervisor');
  return {
    fault: `${targets.join(' and ')}: ${blow}`,
    moment: 'ready',
    expected: withSupervisor ? 'all ended; running at the next start' : 'running',
    quick,
    play: async (stage) => {
      stage.start();
      const { children } = await stage.running();
      const struckMs = performance.now();
      for (const target of targets) {
        kill(target === 'supervisor' ? stage.supervisorPid : stage.pidOf(target), blow);
      }
      if (withSupervisor) {
        await stage.exit();
        return restart(stage, struckMs);
      }
      await stage.until(
        'both to be back',
        (s) =>
          s.state === 'running' &&
          s.children.gateway.pid !== children.gateway.pid &&
          s.children.miner.pid !== children.miner.pid,
      );
      return { state: 'running', recoveryMs: performance.now() - struckMs };
    },
  };
}

/** A child that hangs for good is replaced; one that hangs while everything stops is killed. */
const HANGING: Row[] = (['gateway', 'miner'] as const).flatMap((name): Row[] => [
  {
    fault: `${name}: STOP for good`,
    moment: 'ready',
    expected: 'running',
    play: async (stage) => {
      stage.start();
      await stage.running();
      const pid = stage.pidOf(name);
      const struckMs = performance.now();
      kill(pid, 'SIGSTOP');
      await stage.runningWithout(name, pid);
      return { state: 'running', recoveryMs: performance.now() - struckMs };
    },
  },
  {
    fault: `${name}: STOP for good`,
    moment: 'before a stop',
    expected: 'exit 0',
    play: async (stage) => {
      stage.start();
      await stage.running();
      kill(stage.pidOf(name), 'SIGSTOP');
      const struckMs = performance.now();
      return { state: await stage.stop(), recoveryMs: performance.now() - struckMs };
    },
  },
]);

/** What a suspend looks like from inside: nobody ran for longer than every deadline, then everybody goes on. */
const SUSPEND: Row = {
  fault: 'suspend: all processes stopped for 20 s, then continued',
  moment: 'ready',
  expected: 'running, nothing restarted',
  play: async (stage) => {
    stage.start();
    await stage.running();
    const pids = [stage.supervisorPid, stage.pidOf('gateway'), stage.pidOf('miner')];
    for (const pid of pids) kill(pid, 'SIGSTOP');
    await sleep(20_000);
    for (const pid of pids) kill(pid, 'SIGCONT');
    const wokenMs = performance.now();
    await waitFor('the jump to be noticed', () => /the clock jumped or this process was stopped/.test(stage.log()));
    // Longer than it takes to judge somebody silent who is not.
    await sleep(3000);
    const { children } = await stage.running();
    const recoveryMs = performance.now() - wokenMs - 3000;
    const restarts = children.gateway.restarts + children.miner.restarts;
    return { state: restarts === 0 ? 'running, nothing restarted' : `running, ${restarts} restarts`, recoveryMs };
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

export const SIGNAL_ROWS: readonly Row[] = [...SINGLE, ...TOGETHER, ...HANGING, SUSPEND, STORM];

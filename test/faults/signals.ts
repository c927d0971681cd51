// Rows that signal processes: supervisor, gateway and miner, alone and in every combination, each way to die or to hang, at
// each moment of their lives.
import { lasting, until } from '../fixtures/until.ts';
import { MOMENTS, type Moment, type ProcessName, reach } from './moments.ts';
import { NOTES } from './remains.ts';
import type { Row } from './row.ts';
import { type FaultStage, kill } from './stage.ts';

/** `pause` is STOP and, after two seconds, CONT. */
type Blow = 'SIGTERM' | 'SIGKILL' | 'SIGSEGV' | 'pause';

const BLOWS: readonly Blow[] = ['SIGTERM', 'SIGKILL', 'SIGSEGV', 'pause'];
const PAUSE_MS = 2000;

const TARGETS: readonly (readonly ProcessName[])[] = [
  ['supervisor'],
  ['gateway'],
  ['miner'],
  ['gateway', 'miner'],
  ['supervisor', 'miner'],
  ['supervisor', 'gateway'],
  ['supervisor', 'gateway', 'miner'],
];

/** Those that `npm test` plays. */
const QUICK: ReadonlySet<string> = new Set([
  'supervisor: SIGKILL | submitting',
  'gateway: SIGKILL | submitting',
  'gateway: SIGKILL | reloading',
  'miner: SIGSEGV | start',
  'miner: SIGKILL | stopping',
  'gateway and miner: SIGKILL | ready',
  'supervisor and gateway and miner: SIGKILL | reloading',
]);

function struck(targets: readonly ProcessName[], blow: Blow, moment: Moment): Row {
  const fault = `${targets.join(' and ')}: ${blow === 'pause' ? 'STOP, CONT after 2 s' : blow}`;
  return {
    fault,
    moment,
    expected: expectedOf(targets, blow, moment),
    quick: QUICK.has(`${fault} | ${moment}`),
    ...(moment === 'stopping' && targets.includes('gateway') ? { leaves: NOTES } : {}),
    play: async (stage) => {
      await reach(stage, moment, targets);
      const pids = await pidsOf(stage, targets, moment);
      const struckMs = performance.now();
      await strike([...pids.values()], blow);
      const state = await outcome(stage, pids, blow, moment);
      return { state, recoveryMs: performance.now() - struckMs - (blow === 'pause' ? PAUSE_MS : 0) };
    },
  };
}

const STARTED_AGAIN = 'all ended; running at the next start';

function expectedOf(targets: readonly ProcessName[], blow: Blow, moment: Moment): string {
  const hitsSupervisor = targets.includes('supervisor');
  if (hitsSupervisor && (blow === 'SIGKILL' || blow === 'SIGSEGV')) return STARTED_AGAIN;
  if (moment === 'stopping' || (hitsSupervisor && blow === 'SIGTERM')) return 'exit 0';
  return 'running';
}

/** While children come and go there may be none for a moment: one of them is waited for, and the one that is there is struck. */
async function pidsOf(
  stage: FaultStage,
  targets: readonly ProcessName[],
  moment: Moment,
): Promise<Map<ProcessName, number>> {
  const pids = new Map<ProcessName, number>();
  if (targets.includes('supervisor')) pids.set('supervisor', stage.supervisorPid);
  const children = targets.filter((name) => name !== 'supervisor');
  if (children.length > 0 && moment !== 'stopping') {
    await stage.until(`a ${children.join(' or a ')}`, (s) => children.some((name) => s.children[name].pid !== null));
  }
  for (const name of children) {
    const pid = stage.sidecar()?.children[name].pid;
    if (pid !== null && pid !== undefined) pids.set(name, pid);
  }
  return pids;
}

/** All of them within a moment, the supervisor first. */
async function strike(pids: readonly number[], blow: Blow): Promise<void> {
  for (const pid of pids) kill(pid, blow === 'pause' ? 'SIGSTOP' : blow);
  if (blow !== 'pause') return;
  await lasting(PAUSE_MS);
  for (const pid of pids) kill(pid, 'SIGCONT');
}

async function outcome(
  stage: FaultStage,
  pids: ReadonlyMap<ProcessName, number>,
  blow: Blow,
  moment: Moment,
): Promise<string> {
  if (pids.has('supervisor') && blow !== 'pause') {
    const end = await stage.exit();
    return blow === 'SIGTERM' ? end : startAgain(stage);
  }
  if (moment === 'stopping') return stage.exit();
  await stage.until(
    blow === 'pause' ? 'running' : 'running with others',
    (s) =>
      s.state === 'running' &&
      s.supervisor?.pid === stage.supervisorPid &&
      (blow === 'pause' ||
        (['gateway', 'miner'] as const).every((name) => !pids.has(name) || s.children[name].pid !== pids.get(name))),
  );
  return 'running';
}

/** The children leave by themselves; then it is started again, as a service manager does. */
export async function startAgain(stage: FaultStage): Promise<string> {
  await until('the children to leave', () => stage.orphans().length === 0);
  stage.start();
  await stage.running();
  return STARTED_AGAIN;
}

/** One row for each combination, blow and moment. */
export const SIGNAL_ROWS: readonly Row[] = TARGETS.flatMap((targets) =>
  BLOWS.flatMap((blow) => MOMENTS.map((moment) => struck(targets, blow, moment))),
);

// The demo as a table of steps: what each waits for, how long it may take, and what is done when it is reached. The
// conditions are pure functions of observations, so that they are tested without a process.
import { acceptedBlocks, type Observation } from './observation.ts';

/** How many accepted blocks the demo shows before it stops. */
const BLOCKS_TO_SHOW = 8;
const BLOCKS_BEFORE_KILL = 3;
/** A step takes some seconds; where every processor is busy, many times that. */
const STEP_LIMIT_MS = 100_000;

type Action = 'kill-miner';

export interface ScenarioStep {
  /** What is waited for, as it reads in "timed out waiting for …". */
  readonly awaits: string;
  /** How long the step may take. The time starts again at each accepted block, since mining is slow on a busy machine. */
  readonly deadlineMs: number;
  /** `start` is the observation that ended the step before. */
  readonly reached: (now: Observation, start: Observation) => boolean;
  /** Done once the step is reached. */
  readonly afterwards?: Action;
}

/** For a program that only wants to know whether it works here. */
export const ONE_BLOCK: readonly ScenarioStep[] = [
  { awaits: 'an accepted block', deadlineMs: STEP_LIMIT_MS, reached: (now) => acceptedBlocks(now) >= 1 },
];

export const STEPS: readonly ScenarioStep[] = [
  {
    awaits: 'the gateway and the miner to be ready',
    deadlineMs: STEP_LIMIT_MS,
    reached: ({ status }) => status.state === 'running',
  },
  {
    awaits: `${BLOCKS_BEFORE_KILL} accepted blocks`,
    deadlineMs: STEP_LIMIT_MS,
    reached: (now) => acceptedBlocks(now) >= BLOCKS_BEFORE_KILL,
    afterwards: 'kill-miner',
  },
  {
    awaits: 'the killed miner to come back',
    deadlineMs: STEP_LIMIT_MS,
    reached: ({ status }, start) => {
      const miner = status.children?.miner;
      const killed = start.status.children?.miner;
      return miner?.state === 'ready' && miner.pid !== killed?.pid && miner.restarts === (killed?.restarts ?? 0) + 1;
    },
  },
  {
    awaits: `${BLOCKS_TO_SHOW} accepted blocks, one of them by the new miner`,
    deadlineMs: STEP_LIMIT_MS,
    reached: (now, start) => acceptedBlocks(now) >= Math.max(BLOCKS_TO_SHOW, acceptedBlocks(start) + 1),
  },
];

// Rows about promised times: how long a stop takes at best and at worst, and how long a crashed miner is missed.
import { missedMs, useLight } from '../costs/recovery.ts';
import { startExternal } from './external.ts';
import { NOTES } from './remains.ts';
import type { Row } from './row.ts';
import { type FaultStage, kill } from './stage.ts';

/** Of so many tries the best counts where the promise is about a machine at rest. */
const TRIES = 3;

const STOP: Row = {
  fault: 'none: a stop in order',
  moment: 'ready',
  expected: 'exit 0 within 0.5 s',
  play: async (stage) => {
    const times: number[] = [];
    for (let attempt = 0; attempt < TRIES; attempt++) {
      stage.start();
      await stage.running();
      times.push(await timeOfStop(stage));
    }
    return judged(Math.min(...times), 500);
  },
};

/** Two seconds for the miner, five for the gateway ([gateway] stop_timeout), and then SIGKILL. */
const STOP_WHILE_HUNG: Row[] = (
  [
    [['miner'], 2500],
    [['gateway'], 5500],
    [['gateway', 'miner'], 7500],
  ] as const
).map(([names, promisedMs]) => ({
  fault: `${names.join(' and ')}: STOP for good`,
  moment: 'before a stop',
  expected: `exit 0 within ${promisedMs / 1000} s`,
  leaves: NOTES,
  play: async (stage) => {
    stage.start();
    await stage.running();
    for (const name of names) kill(stage.pidOf(name), 'SIGSTOP');
    return judged(await timeOfStop(stage), promisedMs);
  },
}));

const EXTERNAL_STOP_SECONDS = 3;

/** The gateway of a Pearl node is given its own time: `stop_timeout`. */
const STOP_EXTERNAL: Row = {
  fault: 'miner and external gateway: STOP for good, stop_timeout 3 s',
  moment: 'before a stop',
  expected: `exit 0 within ${2.5 + EXTERNAL_STOP_SECONDS} s`,
  play: async (stage) => {
    await startExternal(stage, { stop_timeout: `${EXTERNAL_STOP_SECONDS}s` });
    await stage.running();
    for (const name of ['miner', 'gateway'] as const) kill(stage.pidOf(name), 'SIGSTOP');
    return judged(await timeOfStop(stage), 2500 + EXTERNAL_STOP_SECONDS * 1000);
  },
};

const CRASH: Row = {
  fault: 'miner: SIGKILL, with matrices of the preset `light`',
  moment: 'ready',
  expected: 'mining again within 1 s',
  play: async (stage) => {
    useLight(stage);
    // Each crash is then the first of its row.
    stage.configure({ supervisor: { healthy_after: '1s' } });
    stage.start();
    const times: number[] = [];
    for (let attempt = 0; attempt < TRIES; attempt++) times.push(await missedMs(stage, 1500));
    const recoveryMs = Math.min(...times);
    const state = recoveryMs < 1000 ? 'mining again within 1 s' : `mining again after ${recoveryMs.toFixed(0)} ms`;
    return { state, recoveryMs };
  },
};

async function timeOfStop(stage: FaultStage): Promise<number> {
  const sinceMs = performance.now();
  const end = await stage.stop();
  if (end !== 'exit 0') throw new Error(end);
  return performance.now() - sinceMs;
}

function judged(tookMs: number, promisedMs: number) {
  const isKept = tookMs <= promisedMs;
  return { state: `exit 0 ${isKept ? `within ${promisedMs / 1000}` : `after ${tookMs / 1000}`} s`, recoveryMs: tookMs };
}

export const TIME_ROWS: readonly Row[] = [STOP, ...STOP_WHILE_HUNG, STOP_EXTERNAL, CRASH];

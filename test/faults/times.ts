// Rows about promised times: how long a stop takes at best and at worst, and how long a crashed miner is missed.

import type { ChildName } from '../../src/state/table/session-table.ts';
import { missedMs, useLight } from '../costs/recovery.ts';
import { useBlocklessExternal } from './external.ts';
import { NOTES } from './remains.ts';
import type { Row, Seen } from './row.ts';
import { type FaultStage, kill } from './stage.ts';

/** Of so many tries the best counts: a promise is about a machine at rest. */
const TRIES = 4;

const STOP: Row = {
  fault: 'none: a stop in order',
  moment: 'ready',
  expected: 'exit 0 within 0.5 s',
  alone: true,
  play: (stage) => stopsWithin(stage, 500),
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
  alone: true,
  leaves: NOTES,
  play: (stage) => stopsWithin(stage, promisedMs, names),
}));

const EXTERNAL_STOP_SECONDS = 3;

/** The gateway of a Pearl node is given its own time: `stop_timeout`. */
const STOP_EXTERNAL: Row = {
  fault: `miner and external gateway: STOP for good, stop_timeout ${EXTERNAL_STOP_SECONDS} s`,
  moment: 'before a stop',
  expected: `exit 0 within ${2.5 + EXTERNAL_STOP_SECONDS} s`,
  alone: true,
  play: async (stage) => {
    await useBlocklessExternal(stage, { stop_timeout: `${EXTERNAL_STOP_SECONDS}s` });
    return stopsWithin(stage, 2500 + EXTERNAL_STOP_SECONDS * 1000, ['miner', 'gateway']);
  },
};

/** Starts, has some children hang, and stops; again while it takes too long, since others use this machine. */
async function stopsWithin(stage: FaultStage, promisedMs: number, hanging: readonly ChildName[] = []): Promise<Seen> {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES && bestMs > promisedMs; attempt++) {
    stage.start();
    await stage.running();
    for (const name of hanging) kill(stage.pidOf(name), 'SIGSTOP');
    const sinceMs = performance.now();
    const end = await stage.stop();
    if (end !== 'exit 0') return { state: end, recoveryMs: null };
    bestMs = Math.min(bestMs, performance.now() - sinceMs);
  }
  const seconds = bestMs <= promisedMs ? `within ${promisedMs / 1000}` : `after ${(bestMs / 1000).toFixed(2)}`;
  return { state: `exit 0 ${seconds} s`, recoveryMs: bestMs };
}

const CRASH: Row = {
  fault: 'miner: SIGKILL, with matrices of the preset `light`',
  moment: 'ready',
  expected: 'mining again within 1 s',
  alone: true,
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

export const TIME_ROWS: readonly Row[] = [STOP, ...STOP_WHILE_HUNG, STOP_EXTERNAL, CRASH];

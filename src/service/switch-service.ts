// Restarts a service that was given another version, and sees whether that one mines: soon, or never. The way back is the
// caller's (`carry-out.ts`), so each wait here has an end.
import { setTimeout as sleep } from 'node:timers/promises';
import { PearlError } from '../base/errors.ts';
import type { Paths } from '../config/paths.ts';
import type { LifeFiles } from '../state/life.ts';
import type { ServiceManager, ServiceState } from './manager.ts';
import { combine, endOf, readReport, type Verification, wordsOf } from './verify-service.ts';

/** From the old version's end. With the way back, no more than half a minute is lost to a version that does not work. */
const MINING_LIMIT_MS = 25_000;
/** A miner that ended this often before anything was ready does not work. */
const MINER_RESTARTS = 3;
/** A machine so busy that the proof took long gets this many times as long. */
const PATIENCE = 2;
const POLL_MS = 100;

/** How long the new version is given, from the old one's end. @param provedMs how long its proof took. */
export function switchLimitMs(provedMs: number): number {
  return Math.max(MINING_LIMIT_MS, PATIENCE * provedMs);
}

/** Whether there is a supervisor with a job. */
export async function hasWork(files: LifeFiles & Pick<Paths, 'statsFile'>): Promise<boolean> {
  return (await readReport(files))?.work ?? false;
}

/** What a look at the service means for one that is being switched. Pure. */
export function judgeSwitch(
  state: ServiceState,
  now: Pick<Verification, 'ready' | 'work' | 'outdatedRules'>,
  before: {
    readonly pid: number | null;
    readonly mining: boolean;
    readonly seenNew: boolean;
    readonly minerRestarts: number;
  },
): 'stopping' | 'done' | 'ended' | 'waiting' {
  // It may take its time: the certificate of a found block is waited for.
  if (state.active === 'deactivating' || (state.pid !== null && state.pid === before.pid)) return 'stopping';
  if (now.ready && (now.work || !before.mining || now.outdatedRules)) return 'done';
  const gone = before.minerRestarts >= MINER_RESTARTS || (before.seenNew && state.pid === null);
  // Between the two, what the manager tells is still of the old one.
  const again = state.restarts > 0 && state.active !== 'inactive';
  return state.active === 'failed' || again || gone ? 'ended' : 'waiting';
}

/**
 * Resolves when the restarted service is ready and, where it was `mining` before, has a job. Throws SERVICE_FAILED as soon as it has
 * ended, or when it does not get that far in time.
 */
export async function switchService(
  manager: ServiceManager,
  files: LifeFiles & Pick<Paths, 'statsFile'>,
  mining: boolean,
  limitMs: number,
): Promise<void> {
  const { pid } = await manager.state();
  await manager.beginRestart();
  let end: number | null = null;
  let seenNew = false;
  for (;;) {
    const state = await manager.state();
    const report = await readReport(files);
    const now = combine(manager.kind, state, report);
    const minerRestarts = report?.pid === state.pid ? (report?.minerRestarts ?? 0) : 0;
    const verdict = judgeSwitch(state, now, { pid, mining, seenNew, minerRestarts });
    if (verdict === 'done') return;
    if (verdict !== 'stopping') {
      end ??= performance.now() + limitMs;
      seenNew ||= state.pid !== null;
    }
    if (verdict === 'ended' || (end !== null && performance.now() > end)) {
      const what = now.ready ? 'gets no work' : 'does not become ready';
      const died =
        verdict === 'ended' && minerRestarts > 0 ? ` (its miner ended ${minerRestarts} times)` : endOf(state);
      const how = died || ` within ${Math.round(limitMs / 1000)} s`;
      const message = `The new version ${what}${how}.`;
      throw new PearlError('SERVICE_FAILED', message, { hint: wordsOf(await manager.lastLines(8)) });
    }
    await sleep(POLL_MS);
  }
}

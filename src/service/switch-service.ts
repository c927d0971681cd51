// Restarts a service that was given another version, and sees whether that one mines: soon, or never. The way back is the
// caller's (`carry-out.ts`), so each wait here has an end.
import { setTimeout as sleep } from 'node:timers/promises';
import { PearlError } from '../base/errors.ts';
import type { Paths } from '../config/paths.ts';
import type { LifeFiles } from '../state/life.ts';
import type { ServiceManager, ServiceState } from './manager.ts';
import { combine, endOf, readReport, type Verification, whyNotReady, wordsOf } from './verify-service.ts';

/** From the switch until the old version mines again, where the new one does not. */
const BACK_WITHIN_MS = 35_000;
/** Of that, to end the new version and to start the old one: 15 s where forty programs waited for two processors. */
const WAY_BACK_MS = 15_000;
/** From the old version's end, which may have taken long: a block in flight is waited for. A start there took 4 s. */
const LEAST_MS = 12_000;
/** A start takes less than a third of the proof, whatever the machine and its load. */
const PART_OF_PROOF = 0.4;
/** A miner that ended this often before anything was ready does not work. */
const MINER_RESTARTS = 3;
const POLL_MS = 100;

/**
 * When the new version has to mine, on the monotonic clock of all these times in milliseconds: in time for the old one to mine again
 * within 35 s of the switch. Only where the old one took long to end, or the machine is so slow that the proof took most of a minute,
 * is it later.
 */
export function watchEnd(switchedMs: number, endedMs: number, provedMs: number): number {
  return Math.max(switchedMs + BACK_WITHIN_MS - WAY_BACK_MS, endedMs + Math.max(LEAST_MS, PART_OF_PROOF * provedMs));
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
 * Restarts the service from `definition` and resolves when it is ready and, where it was `mining` before, has a job. Throws
 * SERVICE_FAILED as soon as it has ended, or when it does not get that far in time.
 */
export async function switchService(
  manager: ServiceManager,
  files: LifeFiles & Pick<Paths, 'statsFile'>,
  { mining, provedMs, definition }: { mining: boolean; provedMs: number; definition: string },
): Promise<void> {
  const { pid } = await manager.state();
  const switchedMs = performance.now();
  await manager.beginRestart(definition);
  let endedMs: number | null = null;
  let seenNew = false;
  for (;;) {
    const state = await manager.state();
    const report = await readReport(files);
    const now = combine(manager.kind, state, report);
    const minerRestarts = report?.pid === state.pid ? (report?.minerRestarts ?? 0) : 0;
    const verdict = judgeSwitch(state, now, { pid, mining, seenNew, minerRestarts });
    if (verdict === 'done') return;
    if (verdict !== 'stopping') {
      endedMs ??= performance.now();
      seenNew ||= state.pid !== null;
    }
    const end = endedMs === null ? Number.POSITIVE_INFINITY : watchEnd(switchedMs, endedMs, provedMs);
    if (verdict === 'ended' || performance.now() > end) {
      const what = now.ready ? 'gets no work' : 'does not become ready';
      const died =
        verdict === 'ended' && minerRestarts > 0 ? ` (its miner ended ${minerRestarts} times)` : endOf(state);
      const why = now.ready ? '' : whyNotReady(state, report);
      const how = died || ` within ${Math.round((performance.now() - switchedMs) / 1000)} s${why}`;
      const message = `The new version ${what}${how}.`;
      throw new PearlError('SERVICE_FAILED', message, { hint: wordsOf(await manager.lastLines(8)) });
    }
    await sleep(POLL_MS);
  }
}

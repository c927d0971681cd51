// Plays one row from beginning to end: the fault, an orderly stop of what still runs, and the counting of what is left.

import { until } from '../fixtures/until.ts';
import { missing } from './needs.ts';
import type { Result, Row } from './row.ts';
import { FaultStage } from './stage.ts';

/** Children of a supervisor that was killed leave by themselves; this long is given to them. */
const LEAVING_MS = 20_000;

/** Never rejects: what goes wrong is in the result. */
export async function play(row: Row): Promise<Result> {
  const lacking = missing(row.needs ?? []);
  const nothing = { row, recoveryMs: null, unaccounted: 0, orphans: 0, filesLeft: [] };
  if (lacking !== null) return { ...nothing, passed: true, skipped: `needs ${lacking}`, seen: '' };
  const stage = new FaultStage();
  try {
    const { state, recoveryMs } = await row.play(stage);
    // One that a row wants to run and that has ended by itself is told with its exit code.
    const stopped = stage.isUp || !state.startsWith('exit') ? await stage.stop() : 'exit 0';
    await until('the children to leave', () => stage.orphans().length === 0, LEAVING_MS).catch(() => undefined);
    const orphans = stage.orphans().length;
    const unaccounted = stage.difference();
    // A supervisor that ended for a reason leaves its sidecar to tell it.
    const told = state.startsWith('exit 0') || !state.startsWith('exit') ? undefined : /^run\/(mining|stats)\.json$/;
    const filesLeft = stage.filesLeft(row.leaves).filter((file) => !(told?.test(file) ?? false));
    const seen = stopped === 'exit 0' ? state : `${state}, then ${stopped} when stopped`;
    const passed = seen === row.expected && orphans === 0 && unaccounted === 0 && filesLeft.length === 0;
    if (!passed && process.env.PEARLCTL_FAULTS_LOG !== undefined) process.stderr.write(stage.log() + stage.stderr);
    return { row, passed, skipped: null, seen, recoveryMs, unaccounted, orphans, filesLeft };
  } catch (error) {
    if (process.env.PEARLCTL_FAULTS_LOG !== undefined) process.stderr.write(stage.log() + stage.stderr);
    const seen = error instanceof Error ? error.message : String(error);
    return { ...nothing, passed: false, skipped: null, seen };
  } finally {
    await stage.close();
  }
}

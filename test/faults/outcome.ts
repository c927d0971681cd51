// What rows wait for most, and how they say it: a child that was replaced, and a play that disturbed nothing.
import type { SidecarRecord } from '../../src/state/sidecar/sidecar-record.ts';
import type { ChildName } from '../../src/state/table/session-table.ts';
import type { Seen } from './row.ts';
import { type FaultStage, kill } from './stage.ts';

/** Waits until another process than `pid` does the work of a child; the time counts from `struckMs`. */
export async function replaced(stage: FaultStage, name: ChildName, pid: number, struckMs: number): Promise<Seen> {
  await stage.runningWithout(name, pid);
  return { state: 'running', recoveryMs: performance.now() - struckMs };
}

/** Sends a child a signal, and waits until another does its work. */
export function replacedAfter(stage: FaultStage, name: ChildName, signal: NodeJS.Signals): Promise<Seen> {
  const pid = stage.pidOf(name);
  const struckMs = performance.now();
  kill(pid, signal);
  return replaced(stage, name, pid, struckMs);
}

/** What `toldOf` says when nothing was noticed. */
export const UNDISTURBED = 'running, nothing restarted';

/** `running, nothing restarted`, or in what state it is and how often children were started again. */
export function toldOf({ state, children }: SidecarRecord): string {
  const restarts = children.gateway.restarts + children.miner.restarts;
  return `${state}, ${restarts === 0 ? 'nothing' : restarts} restarted`;
}

/** That it runs, and on what terms. */
export async function undisturbed(stage: FaultStage): Promise<Seen> {
  return { state: toldOf(await stage.running()), recoveryMs: null };
}

// What a killed supervisor left behind is ended before anything new is started: verified by identity, so that a process
// which merely got the pid is never touched.
import { setTimeout as sleep } from 'node:timers/promises';
import { liveness, signalVerified } from '../../state/sidecar/identity.ts';
import { endLeftGroup } from '../../state/sidecar/process-group.ts';
import type { SidecarRecord } from '../../state/sidecar/sidecar-record.ts';
import type { FileReading } from '../../state/table/read-file.ts';
import type { ChildName } from '../../state/table/session-table.ts';
import type { StopStep } from '../children/child-table.ts';
import { gatewayStopSteps, MINER_STOP_STEPS } from '../children/declarations.ts';

const POLL_MS = 20;

export interface Survivor {
  name: ChildName;
  pid: number;
}

/**
 * Ends the children that the sidecar of a dead supervisor names.
 *
 * @param stopTimeoutMs what a gateway has for its clean stop, `[gateway] stop_timeout`.
 * @param say gets what is found and done, in words for the log, before it is waited for.
 * @returns those that not even SIGKILL ended.
 */
export async function endPredecessor(
  reading: FileReading<SidecarRecord>,
  stopTimeoutMs: number,
  say: (note: string) => void,
): Promise<Survivor[]> {
  if (reading.kind === 'missing') return [];
  if (reading.kind !== 'valid') {
    say(`the old sidecar ${reading.detail} and is replaced`);
    return [];
  }
  const { children, supervisor, state, gatewayKind: kind } = reading.value;
  // An attached session belongs to another program: nothing of it is ours to end.
  if (supervisor === null) {
    say('an attached session is replaced');
    return [];
  }
  if (state !== 'failed') say(`the supervisor ${supervisor.pid} left a sidecar behind`);
  const survivors: Survivor[] = [];
  for (const name of ['miner', 'gateway'] as const) {
    const { pid, identity } = children[name];
    if (pid === null) continue;
    const found = liveness(pid, identity);
    if (found === 'other') say(`pid ${pid} of the old ${name} belongs to another program now and is left alone`);
    if (found === 'alive') {
      say(`the old ${name} (pid ${pid}) still runs and is ended`);
      // The Pearl node's gateway was sent its SIGINT when its supervisor died. A second one would break that stop off, with the block
      // that is being made: it gets its time first, then the SIGINT that it may have missed.
      const patienceMs = name === 'gateway' && kind === 'external' ? stopTimeoutMs : 0;
      const steps = name === 'miner' ? MINER_STOP_STEPS : gatewayStopSteps(kind, stopTimeoutMs);
      const isGone = (await isGoneWithin(pid, identity, patienceMs)) || (await endVerified(pid, identity, steps));
      if (!isGone) survivors.push({ name, pid });
    }
    const left = await endLeftGroup(pid, identity);
    if (left > 0) say(`${left} processes that the old ${name} left behind are ended`);
  }
  return survivors;
}

async function endVerified(pid: number, identity: string | null, steps: readonly StopStep[]): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    signalVerified(pid, identity, signal);
    if (await isGoneWithin(pid, identity, waitMs)) return true;
  }
  return false;
}

async function isGoneWithin(pid: number, identity: string | null, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (liveness(pid, identity) === 'alive') {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

// What a killed supervisor left behind is ended before anything new is started: verified by identity, so that a process
// which merely got the pid is never touched.
import { setTimeout as sleep } from 'node:timers/promises';
import { liveness, signalVerified } from '../sidecar/identity.ts';
import type { Reading } from '../sidecar/read.ts';
import type { ChildName, Sidecar } from '../sidecar/record.ts';

/** Children that notice their parent's death need no signal; they leave within this. */
const TERM_MS = 2000;
const KILL_MS = 2000;
const POLL_MS = 20;

export interface Cleanup {
  /** What was done, in words for the log. */
  notes: string[];
  /** Children that not even SIGKILL ended. */
  survivors: { name: ChildName; pid: number }[];
}

/** Ends the children that the sidecar of a dead supervisor names. */
export async function endPredecessor(reading: Reading<Sidecar>): Promise<Cleanup> {
  if (reading.kind === 'missing') return { notes: [], survivors: [] };
  if (reading.kind !== 'valid') return { notes: [`the old sidecar ${reading.detail} and is replaced`], survivors: [] };
  const { children, supervisor, state } = reading.value;
  const notes =
    supervisor === null || state === 'failed' ? [] : [`the supervisor ${supervisor.pid} left a sidecar behind`];
  // An attached session belongs to somebody else: nothing of it is ours to end.
  if (supervisor === null) return { notes: ['an attached session is replaced'], survivors: [] };
  const survivors: Cleanup['survivors'] = [];
  for (const name of ['miner', 'gateway'] as const) {
    const { pid, identity } = children[name];
    if (pid === null) continue;
    const found = liveness(pid, identity);
    if (found === 'other') notes.push(`pid ${pid} of the old ${name} belongs to another program now and is left alone`);
    if (found !== 'alive') continue;
    notes.push(`the old ${name} (pid ${pid}) still runs and is ended`);
    if (!(await endVerified(pid, identity))) survivors.push({ name, pid });
  }
  return { notes, survivors };
}

async function endVerified(pid: number, identity: string | null): Promise<boolean> {
  signalVerified(pid, identity, 'SIGTERM');
  if (await isGoneWithin(pid, identity, TERM_MS)) return true;
  signalVerified(pid, identity, 'SIGKILL');
  return isGoneWithin(pid, identity, KILL_MS);
}

async function isGoneWithin(pid: number, identity: string | null, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (liveness(pid, identity) === 'alive') {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

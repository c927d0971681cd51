// What a child has left behind: the process group that it led. The newer gateway of the Pearl node makes certificates in a
// process of its own, of 1.3 to 2.3 GB, which outlives the kill of its parent (reference behaviour, point 16).
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { orNull } from '../../base/errors.ts';
import { DEATH_LIMIT_MS } from '../../base/time-limit.ts';
import { liveness } from './identity.ts';

const POLL_MS = 20;
/** In the environment of every gateway that we start (`gateway/external/companion-environment.ts`), and of what it starts. */
const MARK = 'PEARLD_MINING_ADDRESS=';

/**
 * Ends what is left of the group of a child that has just ended, and waits until it is gone. While a process is left in it, the
 * system gives the group's number to no other.
 *
 * @returns whether anything was left.
 */
export async function endGroup(leader: number): Promise<boolean> {
  if (!signalGroup(leader, 'SIGKILL')) return false;
  const deadline = performance.now() + DEATH_LIMIT_MS;
  while (isThere(leader) && performance.now() < deadline) await sleep(POLL_MS);
  return true;
}

/**
 * Ends what a gateway left behind that an earlier supervisor noted: processes of its group and session that have the
 * environment of a gateway of ours. Linux only: elsewhere the process beside the gateway does it (`watch-node.ts`).
 *
 * @returns how many they were.
 */
export async function endLeftGroup(leader: number, identity: string | null): Promise<number> {
  // Another process with that pid means that nothing is left of the group.
  if (liveness(leader, identity) !== 'gone') return 0;
  const left = membersOf(leader).filter(
    (member) => !member.isCorpse && member.session === leader && isMarked(member.pid),
  );
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  const deadline = performance.now() + DEATH_LIMIT_MS;
  while (left.length > 0 && isThere(leader) && performance.now() < deadline) await sleep(POLL_MS);
  return left.length;
}

/** Corpses that nothing buries, as in a container without an init, count as gone. */
function isThere(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  const members = membersOf(group);
  return members.length === 0 || members.some(({ isCorpse }) => !isCorpse);
}

/** @returns whether there was a process in it to signal. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  return orNull(() => process.kill(-group, signal)) ?? false;
}

interface Member {
  pid: number;
  session: number;
  isCorpse: boolean;
}

/** As far as /proc shows them: none under a unit that hides processes from each other, and none outside Linux. */
function membersOf(group: number): Member[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = read(`/proc/${name}/stat`);
    // proc_pid_stat(5): state, parent, group, session; the command before them may hold anything.
    const [state = '', , pgrp, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(pgrp) === group
      ? [{ pid: Number(name), session: Number(session), isCorpse: 'ZXx'.includes(state) }]
      : [];
  });
}

function isMarked(pid: number): boolean {
  return read(`/proc/${pid}/environ`)
    .split('\0')
    .some((variable) => variable.startsWith(MARK));
}

/** Nothing of a process that has ended, or belongs to another user. */
function read(path: string): string {
  return orNull(() => readFileSync(path, 'latin1')) ?? '';
}

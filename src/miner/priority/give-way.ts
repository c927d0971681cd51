// Makes the idle priority of the mining threads count beyond their own scheduling group, as far as this process may: its
// session's autogroup, a control group of its own, or a scope of the user manager. None of it needs a privilege.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../../base/errors.ts';
import type { SystemFiles } from '../system-files.ts';
import { autogroupOf, groupFolder, readPriorityFacts } from './priority-facts.ts';
import { type Standing, standingOf } from './standing.ts';

/** The kernel takes one change of an autogroup in a tenth of a second, of all users together (kernel/sched/autogroup.c). */
const AUTOGROUP_RETRY_MS = 150;
const AUTOGROUP_TRIES = 5;
const ASK_MS = 5000;

/** A process that its supervisor started in a session of its own. */
export async function giveWay(files: SystemFiles): Promise<void> {
  if (files.platform !== 'linux' || !process.connected) return;
  await lowerSession(files);
  if (isEnough(files)) return;
  lowerOwnGroup(files);
  if (!isEnough(files) && isInUserManager(files)) await moveToScope();
}

function isEnough(files: SystemFiles): boolean {
  const standing: Standing = standingOf(readPriorityFacts(files, 'self'));
  return standing.reach === 'everywhere' || standing.reach === 'partly';
}

/** sched(7), "The autogroup feature". */
async function lowerSession(files: SystemFiles): Promise<void> {
  const own = autogroupOf(files, 'self').name;
  if (own === null || own === autogroupOf(files, process.ppid).name) return;
  for (let tries = 0; tries < AUTOGROUP_TRIES; tries += 1) {
    const errno = write('/proc/self/autogroup', '19');
    if (errno !== 'EAGAIN') return;
    await sleep(AUTOGROUP_RETRY_MS);
  }
}

/** A delegated group with nothing but this pearlctl in it. */
function lowerOwnGroup(files: SystemFiles): void {
  const folder = groupFolder(files, 'self');
  if (folder === null || !isOurs(files, folder)) return;
  if (write(`${folder}/cpu.idle`, '1') !== null) write(`${folder}/cpu.weight`, '1');
}

/** The supervisor and its children, and no shell that started it. */
function isOurs(files: SystemFiles, folder: string): boolean {
  const members = files.read(`${folder}/cgroup.procs`)?.split('\n') ?? [];
  const supervisor = String(process.ppid);
  return (
    members.includes(String(process.pid)) &&
    members.every((pid) => pid === supervisor || parentOf(files, pid) === supervisor)
  );
}

function parentOf(files: SystemFiles, pid: string): string | null {
  return /\) \S (\d+) /.exec(files.read(`/proc/${pid}/stat`) ?? '')?.[1] ?? null;
}

/** Where the desktop's programs are too, so that a scope beside their slices is worth less than all of them. */
function isInUserManager(files: SystemFiles): boolean {
  return /\/user@\d+\.service\//.test(groupFolder(files, 'self') ?? '');
}

async function moveToScope(): Promise<void> {
  const { execa } = await import('execa');
  for (const weight of [CPU_WEIGHT_IDLE, 1]) {
    const options = { reject: false, stdin: 'ignore', timeout: ASK_MS, maxBuffer: 1 << 16 } as const;
    const { exitCode } = await execa('busctl', scopeCall(String(process.pid), weight), options);
    // The answer is that a job was queued: the move follows.
    if (exitCode === 0) return;
  }
}

/** `CPUWeight=idle`, which systemd knows since 252. */
export const CPU_WEIGHT_IDLE = 0;

/** The arguments of busctl(1) that put a process into a scope beside the user's slices (org.freedesktop.systemd1(5)). */
export function scopeCall(pid: string, weight: number): string[] {
  const manager = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager'];
  const unit = [`pearlctl-miner-${pid}.scope`, 'fail'];
  const properties = [
    ['Description', 's', 'pearlctl miner, at idle weight'],
    ['PIDs', 'au', '1', pid],
    ['Slice', 's', '-.slice'],
    ['CPUWeight', 't', String(weight)],
  ];
  const method = [
    'StartTransientUnit',
    'ssa(sv)a(sa(sv))',
    ...unit,
    String(properties.length),
    ...properties.flat(),
    '0',
  ];
  return ['--user', '--quiet', '--', 'call', ...manager, ...method];
}

/** Null when it is written, else the system's word. */
function write(path: string, text: string): string | null {
  try {
    writeFileSync(path, text);
    return null;
  } catch (error) {
    return errnoOf(error) ?? 'unknown';
  }
}

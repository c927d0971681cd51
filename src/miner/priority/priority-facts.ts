// Reads where a miner stands among the programs of this machine: its control groups (cgroups(7)), its session's autogroup and
// the scheduling class of its threads (proc(5)).
import type { SystemFiles } from '../system-files.ts';
import type { PriorityFacts, WeighedGroup } from './standing.ts';

type Files = Pick<SystemFiles, 'read' | 'list'>;

const ROOT = '/sys/fs/cgroup';
const AUTOGROUPS = '/proc/sys/kernel/sched_autogroup_enabled';
/** Version 1 counts shares, 1024 of them where version 2 has a weight of 100. */
const SHARES_PER_WEIGHT = 10.24;
/** sched(7). */
const SCHED_IDLE = 5;
/** The name that the core gives its mining threads, without their number. */
const MINING_THREAD = 'pearl-mine';

/** Null on a system other than Linux, and for a process that is gone. */
export function readPriorityFacts(files: Files, pid: number | 'self'): PriorityFacts | null {
  const place = groupPlace(files, pid);
  if (place === null) return null;
  const groups = place.folders.flatMap(({ folder, path }) => weighedGroup(files, folder, path));
  return {
    groups,
    contained: groups[0]?.path === '/',
    sessionNice: files.read(AUTOGROUPS) === '1' ? autogroupOf(files, pid).nice : null,
    ...threadsOf(files, pid),
  };
}

/** The folder of the control group that a process gets its processor time by, or null. */
export function groupFolder(files: Files, pid: number | 'self'): string | null {
  return groupFolders(files, pid).at(-1) ?? null;
}

/** The folders of all control groups that a process gets its processor time by, the outermost first. */
export function groupFolders(files: Files, pid: number | 'self'): string[] {
  return groupPlace(files, pid)?.folders.map(({ folder }) => folder) ?? [];
}

/** The control groups beside each that a process is in: those of other programs, and no pearlctl's. */
export function siblingGroups(files: Files, pid: number | 'self'): string[] {
  const folders = groupFolders(files, pid);
  return folders.slice(1).flatMap((own, index) => {
    const parent = folders[index] ?? '';
    const others = files.list(parent).filter((name) => /^(?!pearlctl).*\.(slice|service|scope)$/.test(name));
    return others.map((name) => `${parent}/${name}`).filter((folder) => folder !== own);
  });
}

/** `/autogroup-25 nice 0`. */
export function autogroupOf(files: Files, pid: number | 'self'): { name: string | null; nice: number | null } {
  const [, name = null, nice] =
    /^(\/autogroup-\d+) nice (-?\d+)/.exec(files.read(`/proc/${pid}/autogroup`) ?? '') ?? [];
  return { name, nice: nice === undefined ? null : Number(nice) };
}

function groupPlace(files: Files, pid: number | 'self'): { folders: { folder: string; path: string }[] } | null {
  const lines = (files.read(`/proc/${pid}/cgroup`) ?? '')
    .split('\n')
    .map((line) => /^(\d+):([^:]*):(\/.*)$/.exec(line));
  const first = lines.find((line) => line?.[2]?.split(',').includes('cpu'));
  const unified = lines.find((line) => line?.[1] === '0');
  const [, , controllers = '', path] = first ?? unified ?? [];
  // A group that is outside of what this process can see.
  if (path === undefined || path.includes('/..')) return null;
  const mount = first == null ? ROOT : `${ROOT}/${controllers}`;
  // The files of a container's group are at the mount itself, wherever the machine has it.
  const known = path === '/' || files.list(`${mount}${path}`).length > 0;
  const names = known ? path.split('/').filter((name) => name !== '') : [];
  const paths = ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)];
  // The root of version 1 has the files of a group, and is none.
  const shown = first != null && known ? paths.slice(1) : paths;
  return { folders: shown.map((at) => ({ folder: `${mount}${at === '/' ? '' : at}`, path: at })) };
}

function weighedGroup({ read }: Files, folder: string, path: string): WeighedGroup[] {
  const number = (name: string) => Number(read(`${folder}/${name}`) || Number.NaN);
  const weight = number('cpu.weight');
  const shares = number('cpu.shares');
  const value = Number.isNaN(weight) ? Math.round(shares / SHARES_PER_WEIGHT) : weight;
  return Number.isNaN(value) ? [] : [{ path, idle: number('cpu.idle') === 1, weight: value }];
}

function threadsOf({ list, read }: Files, pid: number | 'self'): { threads: number; idleThreads: number } {
  const policies = list(`/proc/${pid}/task`).flatMap((task) => {
    // The name may have spaces and parentheses in it; the policy is field 41.
    const [, name = '', fields = ''] = /^\d+ \((.*)\) (.*)$/s.exec(read(`/proc/${pid}/task/${task}/stat`) ?? '') ?? [];
    return name.startsWith(MINING_THREAD) ? [Number(fields.split(' ')[38])] : [];
  });
  return { threads: policies.length, idleThreads: policies.filter((policy) => policy === SCHED_IDLE).length };
}

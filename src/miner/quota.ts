// How many processors' worth of time the control groups of a process allow it (cgroups(7): cpu.max of version 2, cfs_quota of version
// 1), and how often the kernel held it back for that.
import { groupFolders } from './priority/priority-facts.ts';
import type { SystemFiles } from './system-files.ts';

type Files = Pick<SystemFiles, 'read' | 'list'>;

/** Supervisor and gateway live in the same quota, and the kernel's periods are not ours. */
const HEADROOM = 0.95;

/** The least of all groups that a process is in; null without a quota. */
export function quotaCores(files: Files, pid: number | 'self'): number | null {
  const quotas = groupFolders(files, pid).flatMap((folder) => {
    const [quota, period] = (
      files.read(`${folder}/cpu.max`) ??
      `${files.read(`${folder}/cpu.cfs_quota_us`)} ${files.read(`${folder}/cpu.cfs_period_us`)}`
    ).split(' ');
    const cores = Number(quota) / Number(period);
    return Number.isFinite(cores) && cores > 0 ? [cores] : [];
  });
  return quotas.length === 0 ? null : Math.min(...quotas);
}

/** Periods in which a process's own group was held back, and all periods; null where the kernel does not count them. */
export function throttledPeriods(files: Files, pid: number | 'self'): { throttled: number; periods: number } | null {
  const counts = groupFolders(files, pid).flatMap((folder) => {
    const text = files.read(`${folder}/cpu.stat`) ?? '';
    const count = (name: string) => Number(new RegExp(`^${name} (\\d{1,15})$`, 'm').exec(text)?.[1] ?? Number.NaN);
    const [throttled, periods] = [count('nr_throttled'), count('nr_periods')];
    return Number.isFinite(throttled) && periods > 0 ? [{ throttled, periods }] : [];
  });
  return counts.reduce<{ throttled: number; periods: number } | null>(
    (most, one) => (most === null || one.throttled > most.throttled ? one : most),
    null,
  );
}

/** The share of the time, in percent, that each of so many threads may work without being held back. */
export function dutyWithin(quota: number | null, threads: number): number {
  const allowed = quota === null ? threads : quota * HEADROOM;
  return allowed >= threads ? 100 : Math.max(1, Math.round((100 * allowed) / threads));
}

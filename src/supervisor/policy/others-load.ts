// How much of the processors other programs use, and how long they wait for one. Our own processes are taken out of the first, and
// the second is asked of the control groups beside ours, since idle threads that wait for work are no need of others.
import { siblingGroups } from '../../miner/priority/priority-facts.ts';
import type { SystemFiles } from '../../miner/system-files.ts';

type Files = Pick<SystemFiles, 'read' | 'list'>;

/** Counts of one moment (proc(5), kernel documentation accounting/psi). */
export interface LoadCounts {
  readonly atMs: number;
  /** Ticks of all processors, and those in which one worked for a program. */
  readonly all: number;
  readonly busy: number;
  /** Ticks of each of our processes. */
  readonly own: ReadonlyMap<number, number>;
  /** Microseconds that some program of a group waited. */
  readonly waited: ReadonlyMap<string, number>;
}

export interface OthersLoad {
  readonly usePercent: number;
  /** The share of the time in which a program of another group waited for a processor; null where nothing tells. */
  readonly waitPercent: number | null;
}

/** Shorter than this, and single ticks show. */
const SHORTEST_MS = 500;

/** Null on a system other than Linux. */
export function readLoad(files: Files, pids: readonly number[], atMs: number): LoadCounts | null {
  const line = files.read('/proc/stat')?.split('\n', 1)[0] ?? '';
  const ticks = /^cpu +([\d ]+)$/.exec(line)?.[1]?.split(' ').map(Number) ?? [];
  // Guests are counted in user and nice already.
  const [user = 0, nice = 0, system = 0, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  if (idle === undefined) return null;
  const busy = user + nice + system + irq + softirq;
  const own = pids.flatMap((pid) => {
    const fields = /^\d+ \(.*\) (.*)$/s.exec(files.read(`/proc/${pid}/stat`) ?? '')?.[1]?.split(' ') ?? [];
    const [utime, stime] = [Number(fields[11]), Number(fields[12])];
    return Number.isFinite(utime + stime) ? [[pid, utime + stime] as const] : [];
  });
  const waited = siblingGroups(files, 'self').flatMap((folder) => {
    const total = /^some .*\btotal=(\d{1,18})$/m.exec(files.read(`${folder}/cpu.pressure`) ?? '')?.[1];
    return total === undefined ? [] : [[folder, Number(total)] as const];
  });
  return { atMs, all: busy + idle + iowait + steal, busy, own: new Map(own), waited: new Map(waited) };
}

/** Between two moments; null where they are too close, or a counter began again. */
export function loadBetween(before: LoadCounts, after: LoadCounts): OthersLoad | null {
  const all = after.all - before.all;
  const passedMs = after.atMs - before.atMs;
  if (passedMs < SHORTEST_MS || all <= 0) return null;
  const grown = (to: ReadonlyMap<number | string, number>, from: ReadonlyMap<number | string, number>) =>
    [...to].flatMap(([key, count]) => {
      const past = from.get(key);
      return past === undefined ? [] : [Math.max(0, count - past)];
    });
  const own = grown(after.own, before.own).reduce((sum, ticks) => sum + ticks, 0);
  const waits = grown(after.waited, before.waited);
  return {
    usePercent: percent(after.busy - before.busy - own, all),
    waitPercent: waits.length === 0 ? null : percent(Math.max(...waits) / 1000, passedMs),
  };
}

function percent(part: number, whole: number): number {
  return Math.min(100, Math.max(0, (100 * part) / whole));
}

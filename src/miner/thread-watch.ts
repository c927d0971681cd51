// What each mining thread does: its part of the rate over the last ten seconds, the core that it ran on last, and the clock of
// that core. All of it is read beside the work, from counters that the threads keep anyway and from /proc and /sys.
import type { NativeStats } from '../native/native.ts';
import { MAX_THREADS, type MinerHeartbeat } from '../protocol/channel/messages.ts';
import type { SystemFiles } from './system-files.ts';

type Counted = Pick<NativeStats, 'macs' | 'perThread'>;
type ThreadFigures = MinerHeartbeat['perThread'];

interface Sample {
  atMs: number;
  macs: bigint;
  tiles: readonly number[];
}

const WINDOW_MS = 10_000;
/** Heartbeats may follow each other closely. */
const SAMPLE_MS = 900;
const CLOCKS_MS = 10_000;
/** More than the largest machines have of it: 8192 processors of 1.5 kB. */
const CPUINFO_CHARACTERS = 16 * 1024 * 1024;
/** Of /proc/PID/task/TID/stat, counted behind the name in brackets: field 39 of proc(5). */
const PROCESSOR_FIELD = 36;

export class ThreadWatch {
  readonly #files: SystemFiles;
  #samples: Sample[] = [];
  #clocks = new Map<number, number | null>();
  #clocksMs = Number.NEGATIVE_INFINITY;
  #figures: ThreadFigures = [];

  constructor(files: SystemFiles) {
    this.#files = files;
  }

  /** In the order of the threads. */
  at({ macs, perThread }: Counted, nowMs: number): ThreadFigures {
    const newest = this.#samples.at(-1);
    if (newest !== undefined && nowMs - newest.atMs < SAMPLE_MS) return this.#figures;
    this.#samples.push({ atMs: nowMs, macs, tiles: perThread.map(({ tiles }) => tiles) });
    while ((this.#samples[1]?.atMs ?? nowMs) <= nowMs - WINDOW_MS) this.#samples.shift();
    const rates = ratesBetween(this.#samples[0], this.#samples.at(-1));
    const cores = perThread.slice(0, MAX_THREADS).map(({ id }) => (id === null ? null : this.#coreOf(id)));
    if (nowMs - this.#clocksMs >= CLOCKS_MS) this.#clocksMs = this.#readClocks(cores, nowMs);
    this.#figures = cores.map((core, index) => ({
      macsPerSecond: rates[index] ?? 0,
      core,
      megahertz: core === null ? null : (this.#clocks.get(core) ?? null),
    }));
    return this.#figures;
  }

  #coreOf(thread: number): number | null {
    const stat = this.#files.read(`/proc/self/task/${thread}/stat`);
    const field = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[PROCESSOR_FIELD];
    return field !== undefined && /^\d+$/.test(field) ? Number(field) : null;
  }

  #readClocks(cores: readonly (number | null)[], nowMs: number): number {
    const wanted = new Set(cores.filter((core) => core !== null));
    const told = [...wanted].map((core): [number, number | null] => [core, this.#scaledClock(core)]);
    const isTold = told.some(([, megahertz]) => megahertz !== null);
    this.#clocks = new Map(
      isTold || wanted.size === 0 ? told : clocksIn(this.#files.read('/proc/cpuinfo', CPUINFO_CHARACTERS)),
    );
    return nowMs;
  }

  #scaledClock(core: number): number | null {
    const kilohertz = this.#files.read(`/sys/devices/system/cpu/cpu${core}/cpufreq/scaling_cur_freq`);
    return kilohertz !== null && /^\d{1,9}$/.test(kilohertz) ? Math.round(Number(kilohertz) / 1000) : null;
  }
}

/** A tile of one thread is worth what a tile of another is. */
function ratesBetween(before: Sample | undefined, after: Sample | undefined): number[] {
  if (before === undefined || after === undefined || after.atMs <= before.atMs) return [];
  const done = after.tiles.map((tiles, index) => Math.max(0, tiles - (before.tiles[index] ?? 0)));
  const all = done.reduce((sum, tiles) => sum + tiles, 0);
  if (all === 0) return done;
  const macsPerSecond = Number(after.macs - before.macs) / ((after.atMs - before.atMs) / 1000);
  return done.map((tiles) => Math.max(0, Math.round((macsPerSecond * tiles) / all)));
}

/** The clock of each processor in the text of /proc/cpuinfo, in MHz; x86 has it there. */
export function clocksIn(cpuinfo: string | null): Map<number, number> {
  const clocks = new Map<number, number>();
  let core: number | null = null;
  for (const line of cpuinfo?.split('\n') ?? []) {
    const [, name, value] = /^(processor|cpu MHz)\s*:\s*(\d{1,7})(?:\.\d+)?$/.exec(line) ?? [];
    if (name === 'processor') core = Number(value);
    else if (name === 'cpu MHz' && core !== null) clocks.set(core, Number(value));
  }
  return clocks;
}

// What a soak looks at, read from /proc and the statistics, and how it is printed.
import { readdirSync, readFileSync } from 'node:fs';

export const PROCESSES = ['supervisor', 'gateway', 'miner'] as const;
export type ProcessName = (typeof PROCESSES)[number];

export interface ProcessSample {
  /** Proportional set size: shared pages are divided among those who share them (proc(5), smaps_rollup). */
  pssMebibytes: number;
  rssMebibytes: number;
  /** Its own, not any file's: what a leak adds to, whatever else runs the same programs at the time. */
  anonymousMebibytes: number;
  descriptors: number;
  /** Processor time since the first sample. */
  cpuSeconds: number;
}

export interface Sample {
  seconds: number;
  processes: Record<ProcessName, ProcessSample>;
  submitted: number;
  accepted: number;
  restarts: number;
}

/** Ticks of /proc/PID/stat: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Processor time is counted since the process' start here. */
export function processSample(pid: number): ProcessSample {
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0) / 1024;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pssMebibytes: mebibytes('Pss'),
    rssMebibytes: mebibytes('Rss'),
    anonymousMebibytes: mebibytes('Anonymous'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

/** A sample as a line of a table, under this: supervisor, gateway and miner side by side. */
export const SOAK_HEADING =
  '   time        PSS in MiB           RSS in MiB   descriptors   shares  accepted  restarts   cpu supervisor  gateway';

export function renderSample({ seconds, processes, submitted, accepted, restarts }: Sample): string {
  const three = (value: (sample: ProcessSample) => string) =>
    PROCESSES.map((name) => value(processes[name])).join(' / ');
  return [
    `${seconds.toFixed(0)} s`.padStart(7),
    three(({ pssMebibytes }) => pssMebibytes.toFixed(0)).padStart(18),
    three(({ rssMebibytes }) => rssMebibytes.toFixed(0)).padStart(21),
    three(({ descriptors }) => String(descriptors)).padStart(14),
    String(submitted).padStart(9),
    String(accepted).padStart(10),
    String(restarts).padStart(10),
    shareOfCore(processes.supervisor, seconds).padStart(17),
    shareOfCore(processes.gateway, seconds).padStart(9),
  ].join('');
}

export function shareOfCore({ cpuSeconds }: ProcessSample, seconds: number): string {
  return seconds < 1 ? '–' : `${((100 * cpuSeconds) / seconds).toFixed(2)} %`;
}

// Runs a real supervisor on the devnet for a while and samples what may grow: memory, descriptors, restarts, shares. Linux
// only, since the figures are those of /proc.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultStage, PATIENCE_MS, waitFor } from './stage.ts';

const PROCESSES = ['supervisor', 'gateway', 'miner'] as const;
export type ProcessName = (typeof PROCESSES)[number];

export interface ProcessSample {
  /** Proportional set size: shared pages are divided among those who share them (proc(5), smaps_rollup). */
  pssMebibytes: number;
  rssMebibytes: number;
  descriptors: number;
  /** Processor time since its start. */
  cpuSeconds: number;
}

export interface Sample {
  seconds: number;
  processes: Record<ProcessName, ProcessSample>;
  submitted: number;
  accepted: number;
  restarts: number;
}

export interface Soak {
  samples: readonly Sample[];
  /** Of the stop, in words. */
  end: string;
  orphans: number;
  filesLeft: readonly string[];
  unaccounted: number;
}

export interface SoakOptions {
  seconds: number;
  everySeconds: number;
  onSample?: (sample: Sample) => void;
}

export async function soak({ seconds, everySeconds, onSample }: SoakOptions): Promise<Soak> {
  const stage = new FaultStage();
  try {
    stage.start();
    await stage.running();
    const beganMs = performance.now();
    const samples: Sample[] = [];
    while (true) {
      const sample = take(stage, (performance.now() - beganMs) / 1000);
      samples.push(sample);
      onSample?.(sample);
      if (sample.seconds >= seconds) break;
      await sleep(Math.min(everySeconds, Math.max(0.1, seconds - sample.seconds)) * 1000);
    }
    const end = await stage.stop();
    await waitFor('the children to leave', () => stage.orphans().length === 0, PATIENCE_MS).catch(() => undefined);
    return {
      samples,
      end,
      orphans: stage.orphans().length,
      filesLeft: stage.filesLeft(),
      unaccounted: stage.unaccounted(),
    };
  } finally {
    await stage.close();
  }
}

function take(stage: FaultStage, seconds: number): Sample {
  const children = stage.sidecar()?.children;
  const { submitted, accepted } = JSON.parse(readFileSync(stage.path('run', 'stats.json'), 'utf8')).shares;
  return {
    seconds,
    processes: {
      supervisor: processSample(stage.supervisorPid),
      gateway: processSample(stage.pidOf('gateway')),
      miner: processSample(stage.pidOf('miner')),
    },
    submitted,
    accepted,
    restarts: (children?.gateway.restarts ?? 0) + (children?.miner.restarts ?? 0),
  };
}

/** Ticks of /proc/PID/stat: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

function processSample(pid: number): ProcessSample {
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(memory)?.[1] ?? 0) / 1024;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pssMebibytes: mebibytes('Pss'),
    rssMebibytes: mebibytes('Rss'),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

/** A sample as a line of a table, under `SOAK_HEADING`. */
export const SOAK_HEADING =
  '   time   PSS supervisor  gateway    miner   descriptors   shares  accepted  restarts   cpu supervisor  gateway';

export function renderSample({ seconds, processes, submitted, accepted, restarts }: Sample): string {
  const { supervisor, gateway, miner } = processes;
  const mib = (value: number) => `${value.toFixed(1)} M`.padStart(9);
  const share = (cpuSeconds: number) =>
    (seconds < 1 ? '–' : `${((100 * cpuSeconds) / seconds).toFixed(2)} %`).padStart(9);
  const descriptors = PROCESSES.map((name) => processes[name].descriptors).join('/');
  return [
    `${seconds.toFixed(0)} s`.padStart(7),
    mib(supervisor.pssMebibytes).padStart(16),
    mib(gateway.pssMebibytes),
    mib(miner.pssMebibytes),
    descriptors.padStart(13),
    String(submitted).padStart(8),
    String(accepted).padStart(9),
    String(restarts).padStart(9),
    share(supervisor.cpuSeconds).padStart(15),
    share(gateway.cpuSeconds),
  ].join('');
}

/** How much the later half of the samples lies above the earlier one, by its median: a leak is steady, a burst is not. */
export function growth(samples: readonly Sample[], value: (sample: Sample) => number): number {
  const half = Math.floor(samples.length / 2);
  return median(samples.slice(half).map(value)) - median(samples.slice(0, half).map(value));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

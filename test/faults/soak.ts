// Runs a real supervisor on the devnet for a while and samples what may grow: memory, descriptors, restarts, shares. Linux
// only, since the figures are those of /proc.
import { lasting, until } from '../fixtures/until.ts';
import { type ProcessName, processSample, type Sample } from './soak-sample.ts';
import { memoryRises } from './soak-verdict.ts';
import { FaultStage } from './stage.ts';

export { renderSample, SOAK_HEADING } from './soak-sample.ts';
export { memoryRises, renderVerdict, verdictOf } from './soak-verdict.ts';

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
  /** It is watched for as long where memory rises until then: on a busy machine the first collection comes late. */
  mostSeconds?: number;
  everySeconds: number;
  onSample?: (sample: Sample) => void;
}

export async function soak({ seconds, mostSeconds = seconds, everySeconds, onSample }: SoakOptions): Promise<Soak> {
  const stage = new FaultStage();
  try {
    stage.start();
    await stage.running();
    const beganMs = performance.now();
    const samples: Sample[] = [];
    const first = take(stage, 0);
    while (true) {
      const sample = since(first, take(stage, (performance.now() - beganMs) / 1000));
      samples.push(sample);
      onSample?.(sample);
      const end = sample.seconds >= seconds && memoryRises(samples) ? mostSeconds : seconds;
      if (sample.seconds >= end) break;
      await lasting(Math.min(everySeconds, Math.max(0.1, end - sample.seconds)) * 1000);
    }
    const end = await stage.stop();
    await until('the children to leave', () => stage.orphans().length === 0).catch(() => undefined);
    return {
      samples,
      end,
      orphans: stage.orphans().length,
      filesLeft: stage.filesLeft(),
      unaccounted: stage.difference(),
    };
  } finally {
    await stage.close();
  }
}

function take(stage: FaultStage, seconds: number): Sample {
  const children = stage.sidecar()?.children;
  const { submitted, accepted } = stage.statistics().shares;
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

/** Processor time from the first sample on: what a start costs is another question. */
function since(first: Sample, sample: Sample): Sample {
  const spent = (name: ProcessName) => sample.processes[name].cpuSeconds - first.processes[name].cpuSeconds;
  const of = (name: ProcessName) => ({ ...sample.processes[name], cpuSeconds: spent(name) });
  return { ...sample, processes: { supervisor: of('supervisor'), gateway: of('gateway'), miner: of('miner') } };
}

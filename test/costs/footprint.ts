// What pearlctl itself costs beside the mining: processor time and memory of supervisor and gateway, while the miner works
// for a pool that gives a job every ten seconds and gets a share every few. Linux only: the figures are those of /proc.
import { native } from '../../src/native/native.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { processSample } from '../faults/soak-sample.ts';
import { FaultStage } from '../faults/stage.ts';
import { lasting, PATIENCE_MS, until } from '../fixtures/until.ts';
import { TestPool } from '../pool/test-pool.ts';
import { testJob } from '../pool/upstream.ts';

/** `2^256 / target` multiply-accumulates are a share: seconds of two threads, with whichever kernel. */
const WORK_BITS: Record<string, bigint> = { scalar: 33n, amx: 43n };
const TARGET = (1n << (256n - (WORK_BITS[native().cpuFeatures().kernels[0] ?? ''] ?? 40n)))
  .toString(16)
  .padStart(64, '0');
const JOB_MS = 10_000;
/** Starting costs more than running, and is over by then: code is compiled, the first garbage collected. */
const SETTLE_MS = 10_000;

export interface Footprint {
  seconds: number;
  shares: number;
  /** Of supervisor and gateway together: percent of one core, and mebibytes. */
  corePercent: number;
  pssMebibytes: number;
  anonymousMebibytes: number;
  each: Record<'supervisor' | 'gateway', { corePercent: number; pssMebibytes: number; anonymousMebibytes: number }>;
}

export async function measureFootprint(seconds: number): Promise<Footprint> {
  const pool = await TestPool.start();
  const stage = new FaultStage();
  let number = 0;
  const announce = () => {
    number += 1;
    pool.announce(testJob(`job-${number}`, 1, number % 200, TARGET));
  };
  announce();
  const timer = setInterval(announce, JOB_MS);
  try {
    stage.configure({
      '': { network: 'mainnet' },
      miner: { wallet: walletFromProgram(new Uint8Array(32).fill(7), 'mainnet'), poll_interval: '1s', memory: '512M' },
      shape: { m: 16_384, n: 12_288, k: 2048, rank: 128, tile: '16x16' },
      gateway: { kind: 'pool', port: 0, metrics_port: 0 },
      pool: { 'url[]': pool.url() },
    });
    stage.start();
    await stage.running();
    stage.hurry();
    await until('a share', () => pool.submits.length > 0, 2 * PATIENCE_MS);
    await lasting(SETTLE_MS);
    const pids = { supervisor: stage.supervisorPid, gateway: stage.pidOf('gateway') };
    const sample = () => ({ supervisor: processSample(pids.supervisor), gateway: processSample(pids.gateway) });
    const shares = pool.submits.length;
    const beganMs = performance.now();
    const before = sample();
    await lasting(seconds * 1000);
    const after = sample();
    const elapsedSeconds = (performance.now() - beganMs) / 1000;
    const one = (name: 'supervisor' | 'gateway') => ({
      corePercent: (100 * (after[name].cpuSeconds - before[name].cpuSeconds)) / elapsedSeconds,
      pssMebibytes: after[name].pssMebibytes,
      anonymousMebibytes: after[name].anonymousMebibytes,
    });
    const each = { supervisor: one('supervisor'), gateway: one('gateway') };
    const both = (key: 'corePercent' | 'pssMebibytes' | 'anonymousMebibytes') =>
      each.supervisor[key] + each.gateway[key];
    return {
      seconds: elapsedSeconds,
      shares: pool.submits.length - shares,
      corePercent: both('corePercent'),
      pssMebibytes: both('pssMebibytes'),
      anonymousMebibytes: both('anonymousMebibytes'),
      each,
    };
  } finally {
    clearInterval(timer);
    await stage.stop();
    await stage.close();
    await pool.stop();
  }
}

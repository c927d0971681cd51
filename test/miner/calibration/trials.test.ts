import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { VERSION } from '../../../src/base/version.ts';
import type { Threads } from '../../../src/config/values.ts';
import {
  type CalibrationRecord,
  cpuModel,
  readCalibration,
  writeCalibration,
} from '../../../src/miner/calibration/calibration-record.ts';
import { calibrate, candidatesFor, type Trial, trialCount } from '../../../src/miner/calibration/trials.ts';
import { calibrationGap, tuningOf } from '../../../src/miner/tuning.ts';
import { native } from '../../../src/native/native.ts';
import { expectedMacs, expectedSeconds } from '../../../src/protocol/expectation.ts';
import { PRESETS } from '../../../src/protocol/shapes.ts';

const CANDIDATES = candidatesFor(['fast', 'plain', 'scalar'], 2, 4);

/** A machine whose rate follows from the trial alone. */
function machine(rate: (trial: Trial) => number) {
  const trials: Trial[] = [];
  const measureTrial = async (trial: Trial) => {
    trials.push(trial);
    return { macsPerSecond: rate(trial) };
  };
  return { trials, measureTrial };
}

t.test('the fastest of each step is kept for the steps that follow', async (t) => {
  const { trials, measureTrial } = machine(({ kernel, threads, blockRows, shape }) => {
    return (kernel === 'plain' ? 200 : 100) * threads + (blockRows === 64 ? 50 : 0) + (shape.n === 24576 ? 90 : 0);
  });
  const choice = await calibrate(PRESETS.light, CANDIDATES, measureTrial);
  t.match(choice, { kernel: 'plain', threads: 4, blockRows: 64, shape: { m: 16384, n: 24576 }, macsPerSecond: 940 });
  t.equal(trials.length, trialCount(CANDIDATES), 'as many trials as announced');
});

t.test('what is not clearly faster does not replace what is simpler', async (t) => {
  const { measureTrial } = machine(({ kernel }) => (kernel === 'fast' ? 1000 : 1009));
  const choice = await calibrate(PRESETS.light, CANDIDATES, measureTrial);
  t.match(choice, { kernel: 'fast', threads: 2, blockRows: 128, shape: { n: PRESETS.light.n } });
});

t.test('a cancelled trial ends it without a choice', async (t) => {
  let left = 3;
  const choice = await calibrate(PRESETS.light, CANDIDATES, async () => (left-- > 0 ? { macsPerSecond: left } : null));
  t.equal(choice, null);
});

t.test('the expected time is the mean of the lottery, longer for higher ranks', async (t) => {
  const tile = { h: 16, w: 16, k: 2048, rank: 128 };
  t.equal(expectedSeconds(1n << 216n, 2 ** 40, tile), 1);
  t.equal(expectedSeconds(1n << 216n, 2 ** 40, { ...tile, rank: 256 }), 2);
  t.equal(expectedSeconds(0n, 1, tile), Number.POSITIVE_INFINITY);
  t.equal(expectedSeconds(1n, 0, tile), Number.POSITIVE_INFINITY);
});

t.test('a share takes the work that the core’s own bound stands for', async (t) => {
  const core = native();
  for (const { h, w, k, rank } of [
    { h: 16, w: 16, k: 2048, rank: 128 },
    { h: 8, w: 16, k: 4096, rank: 256 },
    { h: 2, w: 64, k: 1024, rank: 32 },
    { h: 16, w: 16, k: 2100, rank: 128 },
  ]) {
    for (const target of [1n, 1n << 200n, (1n << 220n) + 12345n]) {
      const { bound } = core.bound(target, { h, w, k, rank }, rank >= 128);
      const chance = Number(bound) / 2 ** 256;
      const mean = Number(expectedMacs(target, { h, w, k, rank }));
      t.ok(Math.abs((mean * chance) / (h * w * k) - 1) < 1e-6, `${h}x${w}, k ${k}, rank ${rank}, target ${target}`);
    }
    t.equal(expectedMacs((1n << 256n) - 1n, { h, w, k, rank }), BigInt(h * w * k), 'never less than one tile');
  }
  t.equal(expectedMacs(0n, { h: 16, w: 16, k: 2048, rank: 128 }), 0n);
});

const RECORD = {
  schema: 1 as const,
  version: VERSION,
  cpu_model: cpuModel(),
  at: '2026-01-02T03:04:05.000Z',
  kernel: 'plain',
  threads: 4,
  block_rows: 64,
  shape: { m: 1, n: 1, k: 1, rank: 128 },
  macs_per_second: 1,
};

t.test('a record is read back on the same machine by the same version, and by no other', async (t) => {
  const file = join(t.testdir(), 'state', 'calibration.json');
  t.equal(readCalibration(file), null, 'none yet');
  writeCalibration(file, RECORD);
  t.same(readCalibration(file), RECORD);
  t.equal(statSync(file).mode & 0o777, 0o600);
  for (const [key, value] of [
    ['cpu_model', 'another'],
    ['version', '0.0.0'],
    ['threads', 0],
    ['schema', 2],
  ]) {
    writeFileSync(file, JSON.stringify({ ...RECORD, [key as string]: value }));
    t.equal(readCalibration(file), null, `${key} ${value}`);
  }
  for (const text of ['', '{', 'null', '[]', `"${'x'.repeat(100_000)}"`]) {
    writeFileSync(file, text);
    t.equal(readCalibration(file), null, text.slice(0, 10));
  }
});

t.test('a folder that cannot be made is one error', async (t) => {
  const blocked = join(t.testdir({ file: 'not a folder' }), 'file', 'state', 'calibration.json');
  t.throws(() => writeCalibration(blocked, RECORD), { code: 'HOME_UNWRITABLE' });
  t.notOk(existsSync(blocked));
  t.equal(readFileSync(join(blocked, '..', '..'), 'utf8'), 'not a folder');
});

t.test('the miner takes what was asked for, then what was calibrated, then what the core would', async (t) => {
  const core = {
    physicalCores: () => 4,
    cpuFeatures: () => ({ arch: 'x64', features: [], kernels: ['fast', 'plain', 'scalar'], refused: [] }),
  };
  const auto = { kind: 'auto' } as const;
  const tune = (threads: Threads, calibration: CalibrationRecord | null, forcedKernel?: string, quota?: number) =>
    tuningOf({ threads, calibration, core, forcedKernel, quota: quota ?? null });
  t.same(tune(auto, null), { threads: 4, shareOfDutyPercent: 100 });
  t.same(tune(auto, RECORD), { threads: 4, shareOfDutyPercent: 100, kernel: 'plain', blockRows: 64 });
  t.same(tune(auto, { ...RECORD, threads: 64 }).threads, 8, 'never far above what is ours now');
  t.same(
    tune(auto, { ...RECORD, kernel: 'gone' }),
    { threads: 4, shareOfDutyPercent: 100 },
    'a kernel that is not there',
  );
  t.same(tune(auto, RECORD, 'fast'), { threads: 4, shareOfDutyPercent: 100, kernel: 'fast' }, 'PEARLCTL_KERNEL wins');
  t.same(tune({ kind: 'count', count: 3 }, RECORD).threads, 3);
  const percent = (share: number, quota?: number) => tune({ kind: 'percent', percent: share }, null, undefined, quota);
  t.match(percent(10), { threads: 1, shareOfDutyPercent: 40 }, 'less than a core is a share of the time');
  t.match(percent(25), { threads: 1, shareOfDutyPercent: 100 });
  t.match(percent(75), { threads: 3, shareOfDutyPercent: 100 });
  t.match(percent(50, 0.5), { threads: 1, shareOfDutyPercent: 25 }, 'of what the quota allows');
  t.match(
    tune(auto, null, undefined, 0.5),
    { threads: 4, shareOfDutyPercent: 12 },
    'threads never want more than the quota',
  );
  t.match(tune({ kind: 'count', count: 1 }, null, undefined, 0.5), { threads: 1, shareOfDutyPercent: 48 });
  t.match(tune(auto, null, undefined, 16), { threads: 4, shareOfDutyPercent: 100 });
  t.match(tune(auto, { ...RECORD, threads: 4, cores: 2 }, undefined), { threads: 8 }, 'as many a core as were best');
  t.match(tune(auto, { ...RECORD, threads: 8, cores: 8 }, undefined), { threads: 4 });
  t.equal(calibrationGap({ calibration: { ...RECORD, cores: 4 }, core }), null);
  t.match(calibrationGap({ calibration: { ...RECORD, cores: 8 }, core }), /saw 8 cores, and there are 4 now/);
});

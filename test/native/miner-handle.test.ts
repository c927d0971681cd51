import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type NativeEvent, type NativeJob, type NativeMiner, native } from '../../src/native/native.ts';
import type { Shape } from '../../src/protocol/shapes.ts';
import { freeze, whyNoFreezer } from '../fixtures/freezer.ts';
import { atRest } from '../fixtures/native/at-rest.ts';
import { stays, until } from '../fixtures/until.ts';

type Solution = Extract<NativeEvent, { type: 'solution' }>;
type Test = { teardown(end: () => unknown): void };

/** The cheapest shape, rank 32, with the protocol's two reference patterns. */
const SMALL: Shape = {
  m: 256,
  n: 128,
  k: 1024,
  rank: 32,
  rows: [0, 8, 64, 72],
  cols: [0, 1, 8, 9, 32, 33, 40, 41],
};
const SIXTEEN = Array.from({ length: 16 }, (_, i) => i);
/** Mainnet's rules and tile, with a small attempt. */
const MAINNET: Shape = { m: 256, n: 256, k: 2048, rank: 128, rows: SIXTEEN, cols: SIXTEEN };
/** At the priority of the tests: at the lowest, a busy core beside them may take all time. */
const OPTIONS = { threads: 2, memoryBytes: 1 << 28, matrices: 'constant', idlePriority: false } as const;

/** About one tile in 64 wins: `2^256 / (64 * MACs of a tile)`. */
function easy(shape: Shape): bigint {
  return (1n << 250n) / BigInt(shape.rows.length * shape.cols.length * shape.k);
}

function job(id: number, shape: Shape, certVersion = 3): NativeJob {
  return { id, header: Buffer.alloc(76, id), certVersion, target: easy(shape), shape };
}

function verdict(solution: Solution, of: NativeJob) {
  const { header, certVersion, target, shape } = of;
  return native().verify({ header, certVersion, rankPenalty: shape.rank >= 128, target, proof: solution.proof });
}

/** A miner that is stopped with the test, and its events. */
function start(test: Test, options: Partial<Parameters<ReturnType<typeof native>['createMiner']>[0]> = {}) {
  const events: Solution[] = [];
  const errors: string[] = [];
  const miner = native().createMiner({ ...OPTIONS, ...options }, (event) => {
    if (event.type === 'solution') events.push(event);
    else errors.push(event.message);
  });
  test.teardown(() => miner.stop());
  return { miner, events, errors };
}

async function reaches(miner: NativeMiner, tiles: bigint): Promise<void> {
  await until(`${tiles} tiles`, () => miner.stats().tiles >= tiles);
}

for (const matrices of ['constant', 'random'] as const) {
  for (const certVersion of [1, 2, 3]) {
    t.test(`proofs mined on ${matrices} matrices under certificate version ${certVersion} verify`, async (t) => {
      for (const shape of [SMALL, MAINNET]) {
        const { miner, events } = start(t, { matrices });
        const work = job(certVersion, shape, certVersion);
        miner.setJob(work);
        await until('five proofs', () => events.length >= 5);
        await miner.stop();
        for (const solution of events.slice(0, 20)) {
          t.equal(solution.jobId, work.id);
          t.match(verdict(solution, work), { valid: true, hash: solution.hash });
          const fields = native().inspect(solution.proof);
          t.equal(fields.rows[0], solution.tRows);
          t.equal(fields.cols[0], solution.tCols);
          const altered = Buffer.from(solution.proof);
          const at = (solution.tRows * 977 + 13) % altered.length;
          altered[at] = (altered[at] ?? 0) ^ 1;
          t.equal(verdict({ ...solution, proof: altered }, work).valid, false, `byte ${at}`);
        }
      }
    });
  }
}

t.test('a stop is over when every proof has been handed on, and counts nothing more', async (t) => {
  const { miner, events } = start(t);
  miner.setJob(job(1, SMALL));
  await until('three proofs', () => events.length >= 3);
  await miner.stop();
  const stats = miner.stats();
  t.equal(BigInt(events.length), stats.wins);
  t.equal(stats.macs, stats.tiles * 32n * 1024n);
  t.ok(stats.attempts > 0);
  await stays('the same count', () => BigInt(events.length) === stats.wins, 50);
  t.strictSame(miner.stats(), stats);
  await miner.stop();
  t.throws(() => miner.setJob(job(2, SMALL)), { code: 'JOB_UNUSABLE' });
});

t.test('a thread that gets no time to end holds up the stop alone', { skip: whyNoFreezer() }, async (t) => {
  const { miner } = start(t);
  // Without winners: a thread that reports one holds the lock of its miner for a moment.
  miner.setJob({ ...job(1, SMALL), target: 1n });
  await reaches(miner, 100n);
  const thaw = freeze(t, { thread: Number(miner.stats().perThread[0]?.id) });
  let isOver = false;
  const stopping = miner.stop().then(() => {
    isOver = true;
  });
  await stays('the other calls to be answered', () => miner.stats().tiles >= 100n && !isOver, 500);
  thaw();
  await stopping;
});

t.test('a flood of winners is bounded and loses none', async (t) => {
  const { miner, events } = start(t);
  // The easiest target that does not overflow: all but every tile wins.
  const target = ((1n << 256n) - 1n) / BigInt(SMALL.rows.length * SMALL.cols.length * SMALL.k);
  miner.setJob({ ...job(1, SMALL), target });
  await until('500 proofs', () => events.length >= 500);
  await miner.stop();
  t.equal(BigInt(events.length), miner.stats().wins);
});

t.test('a new job takes the place of the old one', async (t) => {
  const { miner, events } = start(t);
  miner.setJob(job(1, SMALL));
  await until('a proof', () => events.length > 0);
  const second = job(2, MAINNET);
  miner.setJob(second);
  await until('a proof of the new job', () => events.some((event) => event.jobId === 2));
  const first = events.findIndex((event) => event.jobId === 2);
  t.ok(events.slice(first).every((event) => event.jobId === 2));
  t.ok(events.slice(first).every((event) => verdict(event, second).valid));
  // Its first winner is told before its first tiles are counted, with which the switch is over.
  t.ok(await until('the switch to be timed', () => (miner.stats().jobSwitchSeconds ?? -1) >= 0));
});

t.test('a paused or jobless miner rests, and goes on', async (t) => {
  const { miner } = start(t);
  const rests = () => atRest(() => miner.stats());
  miner.setJob({ ...job(1, SMALL), target: 1n });
  await reaches(miner, 1n);
  miner.pause();
  const paused = await rests();
  miner.resume();
  await reaches(miner, paused + 1n);
  miner.clearJob();
  const cleared = await rests();
  miner.setDuty(20);
  miner.setJob({ ...job(2, SMALL), target: 1n });
  await reaches(miner, cleared + 1n);
  t.throws(() => miner.setDuty(1.5));
});

t.test('a job that cannot be mined is refused with the reason, and the old one goes on', async (t) => {
  const { miner } = start(t);
  const good = { ...job(1, SMALL), target: 1n };
  miner.setJob(good);
  const refused: [Partial<NativeJob>, string, RegExp][] = [
    [{ certVersion: 4 }, 'JOB_UNUSABLE', /version 4/],
    [{ certVersion: 4294967299 }, 'SHAPE_INVALID', /certVersion/],
    [{ target: 1n << 255n }, 'JOB_UNUSABLE', /2\^256/],
    [{ target: 0n }, 'JOB_UNUSABLE', /target is 0/],
    [{ target: 1n << 256n }, 'SHAPE_INVALID', /target/],
    [{ header: Buffer.alloc(75) }, 'SHAPE_INVALID', /76 bytes/],
    [{ id: 0.5 }, 'SHAPE_INVALID', /id/],
    [{ shape: { ...SMALL, k: 1000 } }, 'SHAPE_INVALID', /64/],
    [{ shape: { ...SMALL, rank: 65536 + 32 } }, 'SHAPE_INVALID', /rank/],
    [{ shape: { ...SMALL, rows: [0, 1, 3] } }, 'SHAPE_INVALID', /rows/],
    [{ shape: { ...SMALL, m: 72 } }, 'SHAPE_INVALID', /m is 72/],
    [{ shape: { ...MAINNET, k: 65536 } }, 'JOB_UNUSABLE', /characters/],
  ];
  for (const [change, code, message] of refused) {
    t.throws(() => miner.setJob({ ...good, ...change }), { name: 'PearlError', code, message }, String(message));
  }
  await reaches(miner, miner.stats().tiles + 1n);
});

t.test('a job whose buffers do not fit into the memory allowed is an event, not the end', async (t) => {
  const { miner, errors } = start(t, { memoryBytes: 4096 });
  miner.setJob(job(7, SMALL));
  await until('the error', () => errors.length > 0);
  t.match(errors, [/memory/]);
  t.match(miner.stats(), { tiles: 0n, jobError: errors[0] });
});

t.test('each kernel of this processor can be asked for, others cannot', async (t) => {
  for (const kernel of native().cpuFeatures().kernels) {
    const { miner, events } = start(t, { kernel, threads: 1 });
    const work = job(1, SMALL);
    miner.setJob(work);
    await until('a proof', () => events.length > 0);
    t.equal(miner.stats().kernel, kernel);
    t.strictSame(miner.stats().rejectedKernels, []);
    const [solution] = events;
    t.ok(solution && verdict(solution, work).valid, kernel);
    await miner.stop();
  }
  t.throws(() => start(t, { kernel: 'abacus' }), { code: 'KERNEL_UNKNOWN', message: /abacus/ });
  t.throws(() => start(t, { threads: 0 }), { code: 'KERNEL_UNKNOWN' });
});

t.test('a running miner does not keep the process alive', async (t) => {
  const script = `
    const { Miner } = require(process.argv[1]);
    const sixteen = Array.from({ length: 16 }, (_, i) => i);
    const shape = { m: 256, n: 256, k: 2048, rank: 128, rows: sixteen, cols: sixteen };
    const miner = new Miner({ threads: 1, memoryBytes: 2 ** 28, matrices: 'constant', idlePriority: true }, () => {});
    miner.setJob({ id: 1, header: Buffer.alloc(76), certVersion: 3, target: 1n, shape });
    setTimeout(() => process.stdout.write(String(miner.stats().threads)), 50);`;
  const addon = fileURLToPath(new URL('../../dist/native/index.cjs', import.meta.url));
  const result = spawnSync(process.execPath, ['-e', script, addon], { encoding: 'utf8', timeout: 60_000 });
  t.equal(result.status, 0, result.stderr);
  t.equal(result.stdout, '1');
});

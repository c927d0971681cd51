// Real work end to end: the native miner on jobs of a real TCP connection, and a pool that judges every proof with the core.
import t from 'tap';
import { createExaminer } from '../../../src/gateway/examine-proof.ts';
import type { Job, Verdict } from '../../../src/gateway/upstream.ts';
import { native } from '../../../src/native/native.ts';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { SHAPE, settings, testJob, upstreamTo } from '../../pool/upstream.ts';

const JOBS = 1000;
const SHARES_A_JOB = 2;
/** An easy share: about 2^23 multiply-accumulates, sixteen tiles. */
const TARGET = `000001ffff${'0'.repeat(54)}`;

/** A job of its own header for each number, a new tip every tenth. */
function jobNumber(number: number) {
  const hex = number.toString(16).padStart(64, '0');
  const tip = Math.floor(number / 10)
    .toString(16)
    .padStart(64, 'a');
  const base = testJob(`job-${number}`, 1, 1, TARGET);
  return { ...base, header: `00000020${tip}${hex}${base.header.slice(-16)}` };
}

t.test('a thousand jobs and two thousand shares, not one of them invalid', async (t) => {
  const core = native();
  const headers = new Map<string, string>();
  let invalid = 0;
  const pool = await TestPool.start({
    onSubmit: (client, { id, params }) => {
      const header = Buffer.from(headers.get(params.job_id) ?? '', 'hex');
      const target = BigInt(`0x${TARGET}`);
      const request = { header, certVersion: 3, rankPenalty: true, target, proof: params.plain_proof };
      if (core.verifyBase64(request).valid) {
        client.accept(id);
      } else {
        invalid += 1;
        client.refuse(id, 26, 'invalid proof');
      }
    },
  });
  const chosen = settings({ limits: { maxInFlight: 100, maxSubmitsPerMinute: 1_000_000 } });
  const { upstream, seen } = upstreamTo([pool.url()], chosen, createExaminer(core));
  const jobs = new Map<number, Job>();
  const verdicts: Verdict[] = [];
  const shares = new Map<number, number>();
  let offered = 0;
  const miner = core.createMiner(
    { threads: 1, memoryBytes: 64 << 20, matrices: 'constant', idlePriority: false },
    (event) => {
      const job = event.type === 'solution' ? jobs.get(event.jobId) : undefined;
      if (event.type !== 'solution' || job === undefined) return;
      const found = (shares.get(event.jobId) ?? 0) + 1;
      shares.set(event.jobId, found);
      if (found > SHARES_A_JOB) return;
      offered += 1;
      void upstream.submit(event.proof.toString('base64'), job).then((verdict) => verdicts.push(verdict));
      if (found === SHARES_A_JOB) next(event.jobId + 1);
    },
  );
  t.teardown(async () => {
    await miner.stop();
    await Promise.all([upstream.close(), pool.stop()]);
  });
  const next = (number: number) => {
    if (number >= JOBS) return;
    const job = jobNumber(number);
    headers.set(String(job.jobId), job.header);
    pool.announce(job);
  };
  void (async () => {
    for await (const event of upstream.events()) {
      if (event.type !== 'job') continue;
      const number = Number(String(event.job.upstreamId).slice('job-'.length));
      jobs.set(number, event.job);
      miner.setJob({ id: number, ...event.job, shape: SHAPE });
    }
  })();
  next(0);
  for (let last = -1; offered < JOBS * SHARES_A_JOB; ) {
    t.comment(`${offered} shares offered`);
    last = offered;
    // In batches: a line a second is enough to see it move.
    const since = performance.now();
    const seconds = () => performance.now() - since > 1000 || offered >= JOBS * SHARES_A_JOB;
    await until('another share', () => offered > last && seconds());
  }
  await until('every verdict', () => verdicts.length === offered);
  t.equal(invalid, 0);
  const counts: Record<string, number> = {};
  for (const { result } of verdicts) counts[result] = (counts[result] ?? 0) + 1;
  t.equal(counts.accepted ?? 0, pool.submits.length, 'both sides’ books agree');
  t.same(
    Object.keys(counts).filter((result) => result !== 'accepted' && result !== 'dropped'),
    [],
  );
  t.ok((counts.accepted ?? 0) >= offered * 0.8, `${JSON.stringify(counts)}: only what its tip outlived was dropped`);
  t.equal(seen.filter(({ type }) => type === 'job').length, JOBS);
});

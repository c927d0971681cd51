import t, { type Test } from 'tap';
import { GatewayService } from '../../src/gateway/gateway-service.ts';
import type { Job } from '../../src/gateway/upstream.ts';
import { native } from '../../src/native/native.ts';
import { ExactNumber, type JsonObject, parseJson, stringifyJson } from '../../src/protocol/jsonrpc/lossless-json.ts';
import type { RpcOutcome } from '../../src/protocol/jsonrpc/rpc-message.ts';
import type { LedgerEntry } from '../../src/state/ledger/entry.ts';
import { mineOnce, SMALL_SHAPE } from '../fixtures/gateway/mine-once.ts';
import { jobOf, ScriptedUpstream } from '../fixtures/gateway/scripted-upstream.ts';

const EASY = { target: 1n << 230n };
const proofs = new Map<number, Promise<Buffer>>();

/** One real proof for the job of this seed. */
function proofFor(seed: number): Promise<Buffer> {
  const proof = proofs.get(seed) ?? mineOnce(jobOf(seed, EASY));
  proofs.set(seed, proof);
  return proof;
}

async function rig(t: Test, ...jobs: Job[]) {
  const upstream = new ScriptedUpstream();
  const entries: LedgerEntry[] = [];
  const service = new GatewayService({ upstream, core: native(), onVerdict: (entry) => void entries.push(entry) });
  const following = service.follow();
  for (const job of jobs) {
    upstream.offer(job);
    while (service.job !== job) await new Promise(setImmediate);
  }
  t.teardown(async () => {
    await upstream.close();
    await following;
  });
  return { upstream, service, entries };
}

async function ask(service: GatewayService, method: string, params: JsonObject = {}): Promise<RpcOutcome> {
  return service.handle({ method, params, id: new ExactNumber('1') });
}

/** As it comes from the wire. */
function submission(proof: Buffer, job: Job): JsonObject {
  const mining_job = {
    incomplete_header_bytes: job.header.toString('base64'),
    target: job.target,
    cert_version: job.certVersion,
  };
  return parseJson(stringifyJson({ plain_proof: proof.toString('base64'), mining_job })) as JsonObject;
}

t.test('it gives out the newest job, or says why there is none', async (t) => {
  const { service, upstream } = await rig(t);
  t.match(await ask(service, 'getMiningInfo'), { ok: false, failure: { code: -32001, message: /^mining_paused: / } });
  const job = jobOf(1, { target: (1n << 200n) + 1n });
  upstream.offer(job);
  while (service.job === null) await new Promise(setImmediate);
  t.strictSame(await ask(service, 'getMiningInfo'), {
    ok: true,
    result: {
      incomplete_header_bytes: job.header.toString('base64'),
      target: (1n << 200n) + 1n,
      cert_version: 3,
    },
  });
  upstream.pause('the pool is gone');
  while (service.job !== null) await new Promise(setImmediate);
  t.match(await ask(service, 'getMiningInfo'), {
    failure: { code: -32001, message: 'mining_paused: the pool is gone' },
  });
});

t.test('a proof is answered at once, and its verdict accounted for with everything about it', async (t) => {
  const job = jobOf(1, { ...EASY, upstreamId: 'job-7' });
  const { service, upstream, entries } = await rig(t, job);
  let decide: () => void = () => {};
  const decided = new Promise<void>((resolve) => {
    decide = resolve;
  });
  upstream.verdict = async () => {
    await decided;
    return { result: 'stale', reason: 'too late', block: false, latencyMs: 33 };
  };
  const proof = await proofFor(1);
  t.strictSame(await ask(service, 'submitPlainProof', submission(proof, job)), { ok: true, result: 'submitted' });
  t.strictSame(entries, []);
  decide();
  await service.settled();
  const { m, n, k, rank } = SMALL_SHAPE;
  t.match(entries, [
    {
      job: 'job-7',
      height: 1,
      certVersion: 3,
      target: 1n << 230n,
      shape: { m, n, k, rank, h: 16, w: 16 },
      result: 'stale',
      reason: 'too late',
      block: false,
      latencyMs: 33,
    },
  ]);
  t.equal(upstream.submitted[0]?.proof, proof.toString('base64'), 'the text as the miner sent it');
  t.equal(upstream.submitted[0]?.job, job);
});

t.test(
  'the same proof is not handed on twice, one for an unknown job not at all; both are in the ledger',
  async (t) => {
    const job = jobOf(1, EASY);
    const { service, upstream, entries } = await rig(t, job);
    const proof = await proofFor(1);
    for (const target of [job, job, jobOf(9, EASY)]) {
      t.match(await ask(service, 'submitPlainProof', submission(proof, target)), { result: 'submitted' });
    }
    await service.settled();
    t.equal(upstream.submitted.length, 1);
    t.strictSame(entries.map(({ result, reason }) => [result, reason]).sort(), [
      ['accepted', null],
      ['dropped', 'the same proof was handed in before'],
      ['dropped', 'this gateway gave out no such job lately'],
    ]);
  },
);

t.test('a proof belongs to the job of its header, and of its target where a header had several', async (t) => {
  const first = jobOf(1, { ...EASY, upstreamId: 'a' });
  const second = jobOf(1, { target: 1n << 220n, upstreamId: 'b' });
  const { service, upstream } = await rig(t, first, second, jobOf(2, EASY));
  const proof = await proofFor(1);
  await ask(service, 'submitPlainProof', submission(proof, first));
  await ask(service, 'submitPlainProof', submission(await proofFor(2), { ...first, target: 5n }));
  await service.settled();
  t.strictSame(
    upstream.submitted.map(({ job }) => job.upstreamId),
    ['a', 'b'],
  );
});

t.test('what is no proof is refused with the codes of the reference', async (t) => {
  const job = jobOf(1, EASY);
  const { service, entries } = await rig(t, job);
  const good = submission(await proofFor(1), job);
  const cases: [string, JsonObject, number][] = [
    ['not the alphabet', { ...good, plain_proof: 'not base64!!' }, -32602],
    ['the URL alphabet', { ...good, plain_proof: '__--' }, -32602],
    ['wrong padding', { ...good, plain_proof: 'AAA' }, -32000],
    ['unused bits set', { ...good, plain_proof: 'AB==' }, -32000],
    ['nothing', { ...good, plain_proof: '' }, -32000],
    ['no proof', { ...good, plain_proof: 'AAAA' }, -32000],
    ['a number', { ...good, plain_proof: new ExactNumber('1') }, -32602],
    ['an extra member', { ...good, extra: null }, -32602],
    ['no job', { plain_proof: 'AAAA' }, -32602],
  ];
  for (const [title, params, code] of cases) {
    t.match(await ask(service, 'submitPlainProof', params), { ok: false, failure: { code } }, title);
  }
  t.match(await ask(service, 'getMiningInfo', { x: null }), { failure: { code: -32602 } });
  t.match(await ask(service, 'getmininginfo'), { failure: { code: -32601 } });
  await service.settled();
  t.strictSame(entries, [], 'what was refused is no share');
});

t.test('more unsettled proofs than it may hold are dropped, and accounted for with the reason', async (t) => {
  const jobs = Array.from({ length: 1 }, () => jobOf(1, EASY));
  const { service, upstream, entries } = await rig(t, ...jobs);
  let decide: () => void = () => {};
  const decided = new Promise<void>((resolve) => {
    decide = resolve;
  });
  upstream.verdict = async () => {
    await decided;
    return { result: 'accepted', reason: null, block: false, latencyMs: 1 };
  };
  const [job] = jobs;
  if (job === undefined) throw new Error('no job');
  const params = submission(await proofFor(1), job);
  // Copies are settled as duplicates at once; what counts is how many are under way in one turn of the loop.
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => ask(service, 'submitPlainProof', params)));
  t.equal(outcomes.filter(({ ok }) => ok).length, 100);
  decide();
  await service.settled();
  t.equal(entries.length, 100);
  t.equal(entries.filter(({ reason }) => reason === 'too many proofs wait for a verdict').length, 36);
  t.match(await ask(service, 'submitPlainProof', params), { ok: true });
});

t.test('an upstream that breaks its promise of a verdict costs no proof and no gateway', async (t) => {
  const job = jobOf(1, EASY);
  const { service, upstream, entries } = await rig(t, job);
  upstream.verdict = () => {
    throw new Error('out of order');
  };
  await ask(service, 'submitPlainProof', submission(await proofFor(1), job));
  await service.settled();
  t.match(entries, [{ result: 'unknown', reason: 'out of order' }]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { shortDigest } from '../../src/base/short-digest.ts';
import { PendingProofs } from '../../src/gateway/ledger/pending.ts';
import { FoundBook } from '../../src/miner/found-book.ts';
import { ProofQueue } from '../../src/miner/proofs.ts';
import { Workshop, type WorkshopCore } from '../../src/miner/workshop.ts';
import { type NativeEvent, native } from '../../src/native/native.ts';
import { stringifyJson } from '../../src/protocol/jsonrpc/lossless-json.ts';
import { failed } from '../../src/protocol/jsonrpc/rpc-message.ts';
import { parseEntry } from '../../src/state/ledger/entry.ts';
import { foundPath } from '../../src/state/ledger/ledger-files.ts';
import { SMALL_SHAPE } from '../fixtures/gateway/mine-once.ts';
import { HARD_NBITS, headerOf, minerJob, wireJob } from '../fixtures/gateway/scripted-gateway.ts';
import { ledgerEntry } from '../fixtures/ledger/ledger-entry.ts';
import { atRest } from '../fixtures/native/at-rest.ts';
import { lasting, PATIENCE_MS, stays, until } from '../fixtures/until.ts';
import { rig } from './mining-rig.ts';

t.test('a proof goes out with its job exactly as it came, members we do not know included', async (t) => {
  const { gateway } = await rig(t);
  // 2^230 + 1 is what a double would lose.
  gateway.job = wireJob(1, { target: (1n << 230n) + 1n, new_member: { deep: [1.5, null] } });
  await until('a submit', () => gateway.submits.length > 0);
  const [submit] = gateway.submits;
  t.strictSame(Object.keys(submit ?? {}), ['plain_proof', 'mining_job']);
  t.equal(stringifyJson(submit?.mining_job ?? null), stringifyJson(gateway.job));
});

t.test('a job with the headers of thousands of ancestors goes back with all of them', async (t) => {
  const { gateway } = await rig(t);
  // A line of nearly 4 MiB, as newer gateways may write.
  const ancestors = Array.from({ length: 36_000 }, (_, index) => Buffer.alloc(76, index).toString('base64'));
  gateway.job = wireJob(1, { ancestor_headers: ancestors });
  gateway.onSubmit = () => ({ ok: true, result: 'submitted' });
  await until('a submit', () => gateway.submits.length > 0);
  t.equal(stringifyJson(gateway.submits[0]?.mining_job ?? null), stringifyJson(gateway.job));
});

t.test('a proof waits while the gateway’s queue is full, and is taken when there is room', async (t) => {
  const { gateway, workshop, proofs, said, dropped, stop } = await rig(t);
  // With the first proof it has enough: more of them would push that one out of its hand.
  const full = () => {
    workshop.pause();
    return failed(-32000, 'proof submission queue full');
  };
  gateway.onSubmit = () => (gateway.submits.length < 3 ? full() : { ok: true, result: 'submitted' });
  gateway.job = wireJob(1, { target: 1n << 227n });
  await until('the third try', () => gateway.submits.length === 3);
  t.equal(new Set(gateway.submits.map((submit) => submit.plain_proof)).size, 1, 'the same proof each time');
  await until('counted', () => proofs.counts.sent === 1);
  t.equal(said.filter((line) => line.includes('queue full')).length, 1, 'told once');
  gateway.onSubmit = full;
  workshop.resume();
  gateway.job = wireJob(2, { target: 1n << 227n });
  await until('a refusal', () => gateway.submits.length > 3);
  gateway.job = wireJob(3, { target: 1n });
  await until('its job to be gone', () => dropped.some((line) => /queue full\), and then its job is gone/.test(line)));
  await stop();
  const { found, sent, dropped: lost } = proofs.counts;
  t.equal(found, sent + lost, 'nothing is unaccounted for');
});

t.test('each proof it hands over verifies with the penalised bound', async (t) => {
  const { gateway } = await rig(t);
  for (let seed = 1; seed <= 3; seed += 1) {
    gateway.job = wireJob(seed, { cert_version: seed });
    await until('a submit', () => gateway.submits.length === seed);
    const submit = gateway.submits[seed - 1] ?? {};
    const request = { header: headerOf(submit), certVersion: seed, rankPenalty: true, target: 1n << 230n };
    t.match(
      native().verifyBase64({ ...request, proof: String(submit.plain_proof) }),
      { valid: true },
      `version ${seed}`,
    );
  }
});

t.test('a solved header is never mined again, however often it is given out', async (t) => {
  const { gateway, workshop, proofs, dropped } = await rig(t);
  gateway.job = wireJob(1);
  await until('the first submit', () => gateway.submits.length === 1);
  const asked = gateway.asked;
  await until('more questions', () => gateway.asked > asked + 8);
  t.equal(gateway.submits.length, 1);
  t.match(workshop.work, { state: 'no-job', reason: /solved/ });
  const rested = workshop.restingMs;
  t.ok(rested > 0 && rested < 60_000, 'it says for how long it has rested');
  const { receivedAt = 0 } = workshop.current ?? {};
  const { asked: then } = gateway;
  await until('one more question', () => gateway.asked > then + 1);
  t.equal(workshop.current?.receivedAt, receivedAt, 'its age counts from its first arrival');
  gateway.job = wireJob(2);
  await until('the next submit', () => gateway.submits.length === 2);
  gateway.job = wireJob(1);
  await until('more questions', () => gateway.asked > asked + 20);
  t.equal(gateway.submits.length, 2, 'not when it comes back later either');
  await until('all accounted for', () => proofs.counts.found === proofs.counts.sent + proofs.counts.dropped);
  t.ok(
    dropped.every((reason) => /solved|gone/.test(reason)),
    dropped.join(', '),
  );
});

t.test('shares of a pool’s job are mined on and on, each sent once', async (t) => {
  const { gateway, proofs, stop } = await rig(t);
  gateway.job = wireJob(1, {}, HARD_NBITS);
  await until('many submits', () => gateway.submits.length >= 5);
  await stop();
  const texts = gateway.submits.map(({ plain_proof: proof }) => proof);
  t.equal(new Set(texts).size, texts.length);
  const { found, sent, dropped } = proofs.counts;
  t.equal(sent, texts.length);
  t.equal(found, sent + dropped);
});

t.test('when the gateway dies it is mined for again within two seconds of the first retry', async (t) => {
  const { gateway, miner, said } = await rig(t);
  gateway.job = wireJob(1);
  await until('a submit', () => gateway.submits.length === 1);
  await gateway.close();
  await until('noticed', () => miner.trouble !== null);
  gateway.job = wireJob(2);
  await gateway.open();
  const since = performance.now();
  await until('a submit to the new one', () => gateway.submits.length === 2);
  t.ok(performance.now() - since < 10_000);
  t.equal(said.filter((line) => /trying again/.test(line)).length, 1, 'one word of it, not one for each try');
  t.equal(said.filter((line) => /answers again/.test(line)).length, 1);
});

t.test('a proof found while the gateway is gone is sent when it is back with the job, else dropped', async (t) => {
  for (const back of ['same', 'other'] as const) {
    const { gateway, miner, proofs, dropped, stop } = await rig(t);
    // The target is out of reach until the connection is gone: then a proof is put into the queue by hand.
    gateway.job = wireJob(1, { target: 1n << 180n });
    await until('the job', () => miner.reached && proofs.counts.found === 0);
    await gateway.close();
    await until('noticed', () => miner.trouble !== null);
    const entry = ledgerEntry('a');
    await proofs.find(entry);
    proofs.push({ text: 'AAAA', entry, job: minerJob(1, { target: 1n << 180n }), block: true });
    gateway.job = wireJob(back === 'same' ? 1 : 9, { target: 1n << 180n });
    await gateway.open();
    await until('settled', () => proofs.counts.sent + proofs.counts.dropped === 1);
    t.equal(gateway.submits.length, back === 'same' ? 1 : 0);
    t.strictSame(dropped, back === 'same' ? [] : ['its job is gone']);
    await stop();
  }
});

t.test('a proof whose answer never came is not sent a second time', async (t) => {
  const { gateway, proofs, dropped } = await rig(t);
  gateway.onSubmit = () => new Promise(() => {});
  gateway.job = wireJob(1);
  await until('a submit', () => gateway.submits.length === 1);
  await gateway.close();
  gateway.onSubmit = () => ({ ok: true, result: 'submitted' });
  await gateway.open();
  await until('another submit', () => gateway.submits.length >= 2);
  t.ok(dropped.includes('the gateway went away before it answered'));
  t.equal(new Set(gateway.submits.map(({ plain_proof: proof }) => proof)).size, gateway.submits.length);
  t.ok(proofs.counts.dropped > 0);
  // There may be a block of it: the drop tells by what that is found.
  await until('the word of the drop', () =>
    gateway.drops.some(({ entry }) => `${entry}`.includes('before it answered')),
  );
  for (const { entry, may_be_known: mayBeKnown } of gateway.drops) {
    const wasHandedIn = `${entry}`.includes('before it answered');
    t.match({ mayBeKnown, traced: `${entry}`.includes('"awaited"') }, { mayBeKnown: wasHandedIn, traced: wasHandedIn });
  }
});

t.test('a kill between the hand-over and its answer leaves a note by which the block is found', async (t) => {
  const { gateway } = await rig(t);
  gateway.onSubmit = () => new Promise(() => {});
  gateway.job = wireJob(1);
  await until('a submit', () => gateway.submits.length === 1);
  const { plain_proof: proof, mining_job: job } = gateway.submits[0] as { plain_proof: string; mining_job: object };
  const handedIn = await until('its note, which may be later on a slow disk', () => {
    const text = readFileSync(join(t.testdirName, 'shares.found.jsonl'), 'utf8');
    const notes = text.split('\n').flatMap((line) => parseEntry(Buffer.from(line)) ?? []);
    const traced = notes.filter(({ awaited }) => awaited !== undefined);
    return traced.length > 0 && traced;
  });
  // What the next miner reads, though this one lives.
  const next = await FoundBook.open(join(t.testdirName, 'shares.jsonl'), () => {});
  t.match(handedIn, [{ proof: shortDigest(Buffer.from(proof, 'base64')), result: 'dropped' }]);
  t.equal(handedIn[0]?.awaited?.header, headerOf({ mining_job: job } as never).toString('hex'));
  t.match(next.next, { mayBeKnown: true });
  await next.close();
});

t.test('the last proof that was taken stays noted until the next, or a stop in order', async (t) => {
  const ledger = join(t.testdir(), 'shares.jsonl');
  const left = async () => {
    const notes = await PendingProofs.open(ledger, () => {}, foundPath(ledger));
    return notes.left.map(({ proof }) => proof.at(-1));
  };
  const book = await FoundBook.open(ledger, () => {});
  for (const proof of ['a', 'b']) {
    await book.note(ledgerEntry(proof));
    await book.note(ledgerEntry(proof));
    await until('the note, which may be later on a slow disk', async () => (await left()).includes(proof));
    book.taken(ledgerEntry(proof));
  }
  t.ok((await left()).includes('b'), 'for a miner that is started after a kill of both');
  await book.close();
  t.same(await left(), []);
});

t.test('mining_paused is waited out', async (t) => {
  const { gateway, miner, workshop, said } = await rig(t);
  await until('asked', () => miner.reached);
  t.match(workshop.work, { state: 'no-job', reason: 'no template' });
  t.equal(miner.trouble, null);
  gateway.job = wireJob(1);
  await until('a submit', () => gateway.submits.length === 1);
  t.strictSame(said, []);
});

t.test('what answers nonsense is complained of once and tried again', async (t) => {
  const { gateway, miner, said } = await rig(t);
  let answer: () => ReturnType<typeof failed> | { ok: true; result: string } = () => ({ ok: true, result: 'hello' });
  gateway.onAsk = () => answer();
  await until('several tries', () => gateway.asked >= 3);
  t.match(miner.trouble, /no gateway to mine with/);
  t.equal(said.length, 1, said.join('; '));
  answer = () => failed(-32000, 'boom');
  await until('the other nonsense', () => said.some((line) => /-32000: boom/.test(line)));
  gateway.onAsk = null;
  gateway.job = wireJob(1);
  await until('a submit', () => gateway.submits.length === 1);
  t.equal(miner.trouble, null);
});

t.test('jobs that cannot be mined are refused with the reason, and the next is taken', async (t) => {
  const { gateway, workshop } = await rig(t);
  const cases: [ReturnType<typeof wireJob>, RegExp][] = [
    [wireJob(1, { cert_version: 4 }), /version 4.*FP8/],
    [wireJob(2, { cert_version: 5 }), /version 5.*FP16/],
    [wireJob(6, { cert_version: 6 }), /version 6.*not know/],
    [wireJob(3, { target: 0n }), /target of 0/],
    [wireJob(4, { target: (1n << 256n) - 1n }), /./],
  ];
  for (const [job, reason] of cases) {
    gateway.job = job;
    const asked = gateway.asked;
    await until('refused', () => gateway.asked > asked + 2 && workshop.work.state !== 'mining');
    const state = Number(job.cert_version) > 3 ? 'outdated-rules' : 'unusable-job';
    t.match(workshop.work, { state, reason });
  }
  t.equal(gateway.submits.length, 0);
  gateway.job = wireJob(5);
  await until('a submit', () => gateway.submits.length === 1);
});

t.test('a job without cert_version is of version 1, which is said, and goes back without it', async (t) => {
  const { gateway, said } = await rig(t);
  const { cert_version: _, ...old } = wireJob(1);
  gateway.job = old;
  await until('a submit', () => gateway.submits.length === 1);
  t.match(said, [/certificate version/]);
  const [submit = {}] = gateway.submits;
  t.equal(stringifyJson(submit.mining_job ?? null), stringifyJson(old));
  const request = { header: headerOf(submit), certVersion: 1, rankPenalty: true, target: 1n << 230n };
  t.match(native().verifyBase64({ ...request, proof: String(submit.plain_proof) }), { valid: true });
});

t.test('a gateway that is silent while it proves is waited for, and nothing is mined meanwhile', async (t) => {
  const { gateway, miner, workshop } = await rig(t, { answerMs: 200 });
  gateway.job = wireJob(1);
  let release = () => {};
  const proving = new Promise<void>((resolve) => {
    release = resolve;
  });
  gateway.onSubmit = () => {
    gateway.onAsk = async () => {
      await proving;
      gateway.onAsk = null;
      gateway.job = wireJob(2);
      return { ok: true, result: wireJob(1) };
    };
    gateway.onSubmit = () => ({ ok: true, result: 'submitted' });
    return { ok: true, result: 'submitted' };
  };
  await until('a submit', () => gateway.submits.length === 1);
  // Longer than its usual patience.
  await stays('no trouble', () => miner.trouble === null, 500);
  t.match(workshop.work, { state: 'no-job' });
  release();
  await until('the next submit', () => gateway.submits.length === 2);
});

t.test('what was found before a stop is handed over, and everything is accounted for', async (t) => {
  const { gateway, proofs, stop } = await rig(t, { handOverMs: PATIENCE_MS });
  // Slow to answer, so that some proofs always wait when the stop comes.
  gateway.onSubmit = async () => {
    await lasting(60);
    return { ok: true, result: 'submitted' };
  };
  gateway.job = wireJob(1, { target: 1n << 231n }, HARD_NBITS);
  await until('proofs wait', () => proofs.length >= 2);
  await stop();
  const { found, sent, dropped } = proofs.counts;
  t.equal(found, sent + dropped);
  t.ok(sent >= 3, `${sent} sent, ${dropped} dropped`);
  t.equal(proofs.length, 0);
});

t.test('what waits is handed over while the threads still end', async (t) => {
  const { gateway, workshop, proofs, stop } = await rig(t, { handOverMs: PATIENCE_MS });
  const busy = failed(-32000, 'proof submission queue full');
  gateway.onSubmit = () => busy;
  gateway.job = wireJob(1);
  await until('a proof that waits', () => gateway.submits.length > 0 && proofs.length > 0);
  gateway.onSubmit = () => ({ ok: true, result: 'submitted' });
  const end = workshop.stop.bind(workshop);
  t.intercept(workshop, 'stop', {
    value: async () => {
      await until('the proof to be taken', () => proofs.counts.sent > 0);
      return end();
    },
  });
  await stop();
  t.ok(proofs.counts.sent > 0);
});

t.test('a stop waits for no gateway that has gone mute, and still accounts for everything', async (t) => {
  const { gateway, workshop, proofs, stop } = await rig(t, { handOverMs: 300 });
  gateway.onSubmit = () => new Promise(() => {});
  gateway.job = wireJob(1, { target: 1n << 231n }, HARD_NBITS);
  await until('a submit', () => gateway.submits.length === 1);
  const since = performance.now();
  await stop();
  t.ok(performance.now() - since < 8000);
  // On a busy machine some winners are judged only after the time for handing over: the book has had them since they were found.
  await workshop.stop();
  const { found, sent, dropped } = proofs.counts;
  t.equal(sent, 0);
  t.equal(found, dropped + proofs.length);
});

t.test('pause and resume keep the job; nothing is found in between', async (t) => {
  const { gateway, workshop } = await rig(t);
  gateway.job = wireJob(1, {}, HARD_NBITS);
  await until('a submit', () => gateway.submits.length >= 1);
  workshop.pause();
  const tiles = await atRest(() => workshop.stats);
  await stays('nothing is counted', () => workshop.stats.tiles === tiles, 300);
  workshop.resume();
  const submits = gateway.submits.length;
  await until('a submit', () => gateway.submits.length > submits);
});

t.test('a native miner that failed is told in its own words, and its winners still count', async (t) => {
  const proofs = new ProofQueue({ onFound: async () => {}, onDrop: () => {} });
  const failures: string[] = [];
  let emit: (event: NativeEvent) => void = () => t.fail('no miner was made');
  const core: WorkshopCore = {
    ...native(),
    createMiner: (options, onEvent) => {
      emit = onEvent;
      return native().createMiner(options, onEvent);
    },
  };
  const workshop = new Workshop({
    core,
    shape: SMALL_SHAPE,
    threads: 1,
    memoryBytes: 64 << 20,
    matrices: 'random',
    proofs,
    onProof: () => {},
    onFailure: (reason) => failures.push(reason),
    say: () => {},
  });
  emit({ type: 'failure', message: 'pearl-mine-0 panicked: index out of bounds' });
  t.strictSame(failures, ['pearl-mine-0 panicked: index out of bounds']);
  // A winner of a job that it does not know any more is counted and dropped.
  emit({ type: 'solution', jobId: 99, proof: Buffer.alloc(1), hash: Buffer.alloc(32), tRows: 0, tCols: 0 });
  await workshop.stop();
  t.match(proofs.counts, { found: 1, dropped: 1 });
});

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, rm, stat, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { blockId, GENESIS_ID, merkleRoot } from '../../../src/gateway/devnet/block.ts';
import { RECORD_BYTES } from '../../../src/gateway/devnet/block-record.ts';
import { DevnetUpstream } from '../../../src/gateway/devnet/devnet.ts';
import type { Job } from '../../../src/gateway/upstream.ts';
import { native } from '../../../src/native/native.ts';
import { decodeHeader } from '../../../src/protocol/header.ts';
import { mineOnce } from '../../fixtures/gateway/mine-once.ts';

const ADDRESS = 'rprl1ptest';

async function openDevnet(t: Test, folder: string): Promise<DevnetUpstream> {
  const devnet = await DevnetUpstream.open({ folder, payoutAddress: ADDRESS, core: native(), log: () => {} });
  t.teardown(() => devnet.close());
  return devnet;
}

async function newestJob(devnet: DevnetUpstream): Promise<Job> {
  for await (const event of devnet.events()) {
    if (event.type === 'job') return event.job;
  }
  throw new Error('the devnet is closed');
}

/** As the ledger names headers and proofs. */
function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

async function mineBlock(devnet: DevnetUpstream): Promise<{ job: Job; proof: Buffer }> {
  const job = await newestJob(devnet);
  const proof = await mineOnce(job);
  return { job, proof };
}

t.test('real proofs become blocks whose headers chain, and a restart goes on where it was', async (t) => {
  const folder = t.testdir();
  const core = native();
  const devnet = await openDevnet(t, folder);
  let parent: Buffer = GENESIS_ID;
  for (let height = 1; height <= 3; height += 1) {
    const { job, proof } = await mineBlock(devnet);
    const { prevBlock, merkleRoot: root, nbits } = decodeHeader(job.header);
    t.equal(job.height, height);
    t.equal(job.certVersion, 3);
    t.equal(job.target, core.targetFromNbits(nbits));
    t.same(prevBlock, parent, 'it builds on the block before');
    t.same(root, merkleRoot(core, height, ADDRESS));
    t.match(await devnet.submit(proof.toString('base64'), job), { result: 'accepted', block: true, reason: null });
    parent = blockId(core, { height, header: job.header, proofHash: core.blake3(proof) });
  }
  await devnet.close();
  const again = await openDevnet(t, folder);
  const next = await newestJob(again);
  t.equal(next.height, 4);
  t.same(decodeHeader(next.header).prevBlock, parent);
});

t.test('a block that a crash tore is as if it had never been', async (t) => {
  const folder = t.testdir();
  const devnet = await openDevnet(t, folder);
  for (let count = 0; count < 2; count += 1) {
    const { job, proof } = await mineBlock(devnet);
    await devnet.submit(proof.toString('base64'), job);
  }
  await devnet.close();
  const file = join(folder, 'headers.bin');
  t.equal((await stat(file)).size, 2 * RECORD_BYTES);
  await truncate(file, 2 * RECORD_BYTES - 5);
  const torn = await openDevnet(t, folder);
  const { job, proof } = await mineBlock(torn);
  t.equal(job.height, 2);
  t.match(await torn.submit(proof.toString('base64'), job), { result: 'accepted' });
  await torn.close();
  t.equal((await stat(file)).size, 2 * RECORD_BYTES);
  const whole = await openDevnet(t, folder);
  t.equal((await newestJob(whole)).height, 3);
});

t.test('a record with a wrong byte ends the chain before it', async (t) => {
  const folder = t.testdir();
  const devnet = await openDevnet(t, folder);
  for (let count = 0; count < 2; count += 1) {
    const { job, proof } = await mineBlock(devnet);
    await devnet.submit(proof.toString('base64'), job);
  }
  await devnet.close();
  const handle = await open(join(folder, 'headers.bin'), 'r+');
  await handle.write(Buffer.from([0xff]), 0, 1, RECORD_BYTES + 40);
  await handle.close();
  t.equal((await newestJob(await openDevnet(t, folder))).height, 2);
});

t.test('a proof that does not verify is no block, one for a header that is gone is dropped', async (t) => {
  const devnet = await openDevnet(t, t.testdir());
  const { job, proof } = await mineBlock(devnet);
  const flipped = Buffer.from(proof);
  flipped[200] = (flipped[200] ?? 0) ^ 1;
  t.match(await devnet.submit(flipped.toString('base64'), job), { result: 'rejected', block: false, reason: String });
  t.equal((await newestJob(devnet)).height, 1);
  t.match(await devnet.submit(proof.toString('base64'), job), { result: 'accepted' });
  t.match(await devnet.submit(proof.toString('base64'), job), { result: 'dropped', reason: /another block/ });
  t.equal((await newestJob(devnet)).height, 2);
});

t.test('two winners of one header at once make one block', async (t) => {
  const devnet = await openDevnet(t, t.testdir());
  const job = await newestJob(devnet);
  const proofs = [await mineOnce(job), await mineOnce(job)];
  const verdicts = await Promise.all(proofs.map((proof) => devnet.submit(proof.toString('base64'), job)));
  t.strictSame(
    verdicts.map(({ result }) => result),
    ['accepted', 'dropped'],
  );
});

t.test('of a proof that a killed gateway was handed, the chain knows what became', async (t) => {
  const folder = t.testdir();
  const devnet = await openDevnet(t, folder);
  const { job, proof } = await mineBlock(devnet);
  const late = await mineOnce(job);
  await devnet.submit(proof.toString('base64'), job);
  const next = await mineBlock(devnet);
  await devnet.close();
  const again = await openDevnet(t, folder);
  const note = (of: Job, bytes: Buffer) => ({ job: digest(of.header), height: of.height, proof: digest(bytes) });
  t.match(await again.recall(note(job, proof)), { result: 'accepted', block: true, reason: null });
  t.match(await again.recall(note(job, late)), { result: 'dropped', reason: /another block/ });
  t.match(await again.recall(note(next.job, next.proof)), { result: 'dropped', reason: /ended before/ });
  // Killed between the block and the copy of its proof.
  await truncate(join(folder, 'proofs', '1.proof'), 1000);
  t.match(await again.recall(note(job, proof)), { result: 'accepted' }, 'the beginning of a copy');
  await rm(join(folder, 'proofs', '1.proof'));
  t.match(await again.recall(note(job, proof)), { result: 'accepted' }, 'no copy');
  t.match(await again.recall(note({ ...next.job, height: 1 }, next.proof)), { result: 'dropped' });
});

t.test('the last proofs are kept and verify; the folder belongs to one gateway', async (t) => {
  const folder = t.testdir();
  const devnet = await openDevnet(t, folder);
  const { job, proof } = await mineBlock(devnet);
  await devnet.submit(proof.toString('base64'), job);
  t.strictSame(await readdir(join(folder, 'proofs')), ['1.proof']);
  const { header, target } = job;
  const kept = await readFile(join(folder, 'proofs', '1.proof'), 'utf8');
  t.match(native().verifyBase64({ header, certVersion: 3, rankPenalty: true, target, proof: kept }), { valid: true });
  await t.rejects(openDevnet(t, folder), { code: 'ALREADY_RUNNING' });
});

t.test(
  'on a full disk a proof makes no block, and the reason is said',
  { skip: !existsSync('/dev/full') },
  async (t) => {
    const folder = t.testdir();
    await symlink('/dev/full', join(folder, 'headers.bin'));
    const devnet = await openDevnet(t, folder);
    const { job, proof } = await mineBlock(devnet);
    const verdict = await devnet.submit(proof.toString('base64'), job);
    t.match(verdict, { result: 'rejected', block: false, reason: /cannot be stored.*ENOSPC/ });
    t.equal((await newestJob(devnet)).height, 1, 'the chain stays where it is');
    // The miner holds that header for solved, so there has to be another one, although no target can be easier.
    let next = job;
    for await (const event of devnet.events()) {
      if (event.type === 'job') next = event.job;
      if (!next.header.equals(job.header)) break;
    }
    t.notSame(next.header, job.header, 'another header is handed out');
  },
);

import assert from 'node:assert/strict';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type Block, blockId, GENESIS_ID } from '../../../src/gateway/devnet/block.ts';
import { encodeRecord, RECORD_BYTES, readTail } from '../../../src/gateway/devnet/block-record.ts';
import { BlockStore } from '../../../src/gateway/devnet/chain-store.ts';
import { native } from '../../../src/native/native.ts';
import { encodeHeader } from '../../../src/protocol/header.ts';

const core = native();

function chain(length: number): Block[] {
  const blocks: Block[] = [];
  for (let height = 1; height <= length; height += 1) {
    const parent = blocks.at(-1);
    const prevBlock = parent === undefined ? GENESIS_ID : blockId(core, parent);
    const header = encodeHeader({
      version: 1,
      prevBlock,
      merkleRoot: Buffer.alloc(32),
      timestamp: height,
      nbits: 0x1d00ffff,
    });
    blocks.push({ height, header, proofHash: Buffer.alloc(32, height % 256) });
  }
  return blocks;
}

t.test('its size is bounded, and the tail survives the cut', async (t) => {
  const folder = t.testdir();
  const options = { folder, core, tailLength: 10, maxRecords: 20 };
  const store = await BlockStore.open(options);
  for (const block of chain(101)) {
    await store.append(block, Buffer.from('proof'));
    t.ok((await stat(join(folder, 'headers.bin'))).size <= 20 * RECORD_BYTES);
  }
  await store.close();
  t.strictSame((await readdir(join(folder, 'proofs'))).length, 16);
  const again = await BlockStore.open(options);
  t.strictSame(
    again.tail.map(({ height }) => height),
    [92, 93, 94, 95, 96, 97, 98, 99, 100, 101],
  );
  await again.close();
});

t.test('any cut of the file leaves the whole records before it', async (_t) => {
  const bytes = Buffer.concat(chain(5).map((block) => encodeRecord(core, block)));
  for (let length = 0; length <= bytes.length; length += 1) {
    const { blocks, records } = readTail(core, bytes.subarray(0, length), 3);
    const whole = Math.floor(length / RECORD_BYTES);
    assert.equal(records, whole);
    assert.equal(blocks.at(-1)?.height, whole === 0 ? undefined : whole);
    assert.equal(blocks.length, Math.min(whole, 3));
  }
});

t.test('a flipped bit in the last record gives it up; blocks that do not follow each other are no tail', async (t) => {
  const [first, second, third] = chain(3).map((block) => encodeRecord(core, block));
  if (!first || !second || !third) throw new Error('no blocks');
  for (let at = 0; at < RECORD_BYTES; at += 1) {
    const broken: Buffer = Buffer.from(third);
    broken[at] = (broken[at] ?? 0) ^ 0x10;
    assert.equal(readTail(core, Buffer.concat([first, second, broken]), 9).records, 2);
  }
  t.strictSame(
    readTail(core, Buffer.concat([first, third]), 9).blocks.map(({ height }) => height),
    [3],
  );
});

t.test('a block that could not be written is none, and the next try is a clean one', async (t) => {
  const folder = t.testdir();
  const options = { folder, core, tailLength: 10, maxRecords: 2 };
  const store = await BlockStore.open(options);
  const [first, second, third] = chain(3);
  if (!first || !second || !third) throw new Error('no blocks');
  await store.append(first, Buffer.alloc(1));
  await store.append(second, Buffer.alloc(1));
  // The file is full by its bound, and there is no place for its shorter successor.
  await mkdir(join(folder, 'headers.bin.new'));
  await t.rejects(store.append(third, Buffer.alloc(1)), { code: 'EISDIR' });
  await rm(join(folder, 'headers.bin.new'), { recursive: true });
  await store.append(third, Buffer.alloc(1));
  await store.close();
  const again = await BlockStore.open(options);
  t.strictSame(
    again.tail.map(({ height }) => height),
    [2, 3],
  );
  await again.close();
});

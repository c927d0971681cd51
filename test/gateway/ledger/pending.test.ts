import { spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Books } from '../../../src/gateway/ledger/books.ts';
import { notedProofs, PendingProofs } from '../../../src/gateway/ledger/pending.ts';
import { type LedgerEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { readLedger } from '../../../src/state/ledger/read-ledger.ts';
import { ledgerEntry } from '../../fixtures/ledger/ledger-entry.ts';
import { until } from '../../fixtures/until.ts';

function silent(error: unknown): void {
  throw error;
}

/** A note of a slow disk is awaited for a moment only, and is in the file later. */
async function onDisk(file: string, ...proofs: string[]): Promise<void> {
  await until(`the notes of ${proofs}`, () => {
    const text = readFileSync(file, 'utf8');
    return proofs.every((proof) => text.includes(`"${proof.padStart(16, '0')}"`));
  });
}

async function ledgerOf(path: string): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of readLedger(path)) entries.push(entry);
  return entries;
}

t.test('what was noted and not settled is left for the next process that opens the file', async (t) => {
  const ledger = join(t.testdir(), 'shares.jsonl');
  const first = await PendingProofs.open(ledger, silent);
  t.same(first.left, []);
  for (const proof of ['a', 'b', 'c']) await first.note(ledgerEntry(proof));
  const file = join(t.testdirName, 'shares.pending.jsonl');
  await onDisk(file, 'a', 'b', 'c');
  t.equal(statSync(file).mode & 0o777, 0o600);
  // A kill: it is never closed.
  const second = await PendingProofs.open(ledger, silent);
  t.same(
    second.left.map(({ proof }) => proof),
    ['a', 'b', 'c'].map((proof) => proof.padStart(16, '0')),
  );
  for (const entry of second.left) second.settle(entry);
  await second.close();
  t.notOk(existsSync(file), 'a file for nothing is not kept');
});

t.test('a verdict in the ledger stands for one note of its proof, and only for one that is older', async (t) => {
  const folder = t.testdir({
    'shares.jsonl': [
      renderEntry(ledgerEntry('b', { result: 'accepted', time: '2026-01-01T00:00:01.000Z' })),
      renderEntry(ledgerEntry('c', { result: 'accepted', time: '2025-12-31T00:00:00.000Z' })),
      renderEntry(ledgerEntry('d', { result: 'accepted', time: '2026-01-01T00:00:01.000Z', job: 'another' })),
    ].join(''),
    'shares.pending.jsonl': ['a', 'b', 'b', 'c', 'd'].map((proof) => renderEntry(ledgerEntry(proof))).join(''),
  });
  const pending = await PendingProofs.open(join(folder, 'shares.jsonl'), silent);
  t.equal(pending.left.map(({ proof }) => proof.at(-1)).join(''), 'abcd');
  await pending.close();
});

t.test('a note for another wallet is not in flight for this one, also where the miner has it too', async (t) => {
  const [mine, theirs] = ['mine', 'theirs'].map((wallet) => ({ origin: { network: 'mainnet', wallet, pool: null } }));
  const folder = t.testdir({
    'shares.pending.jsonl': [ledgerEntry('a', mine), ledgerEntry('b', theirs)].map(renderEntry).join(''),
    'shares.found.jsonl': [ledgerEntry('b'), ledgerEntry('c')].map(renderEntry).join(''),
  });
  const { inFlight } = await notedProofs(join(folder, 'shares.jsonl'), { network: 'mainnet', wallet: 'mine' });
  t.same([...inFlight].map((proof) => proof.at(-1)).sort(), ['a', 'c']);
});

t.test('a torn or foreign line costs no other note', async (t) => {
  const torn = renderEntry(ledgerEntry('b')).slice(0, 50);
  const folder = t.testdir({ 'shares.pending.jsonl': `${renderEntry(ledgerEntry('a'))}{"foreign":1}\n${torn}` });
  const ledger = join(folder, 'shares.jsonl');
  const first = await PendingProofs.open(ledger, silent);
  await first.note(ledgerEntry('c'));
  await onDisk(join(folder, 'shares.pending.jsonl'), 'c');
  const second = await PendingProofs.open(ledger, silent);
  t.equal(second.left.map(({ proof }) => proof.at(-1)).join(''), 'ac');
});

t.test('the file stays small, and loses no note that still waits', async (t) => {
  const ledger = join(t.testdir(), 'shares.jsonl');
  const file = join(t.testdirName, 'shares.pending.jsonl');
  const written = new EventEmitter();
  const books = await Books.open({ ledgerFile: ledger, warn: silent, onWritten: () => written.emit('verdict') });
  await books.note(ledgerEntry('f'));
  await onDisk(file, 'f');
  let largest = 0;
  for (let number = 0; number < 250; number += 1) {
    const entry = ledgerEntry(number.toString(10));
    await books.note(entry);
    await onDisk(file, entry.proof);
    const isWritten = once(written, 'verdict');
    books.settle({ ...entry, result: 'accepted', time: '2026-01-01T00:00:01.000Z' });
    // A disk that is slow to take verdicts keeps their notes.
    await isWritten;
    largest = Math.max(largest, statSync(file).size);
  }
  await books.close();
  // All notes together have 86 kB.
  t.ok(largest > 60_000 && largest < 80_000, `${largest} bytes`);
  const again = await PendingProofs.open(ledger, silent);
  t.equal(again.left.map(({ proof }) => proof.at(-1)).join(''), 'f');
});

t.test('a disk that refuses the note is told once, and holds nothing up', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, 'shares.pending.jsonl'));
  const troubles: unknown[] = [];
  const pending = await PendingProofs.open(join(folder, 'shares.jsonl'), (error) => troubles.push(error));
  await pending.note(ledgerEntry('a'));
  await pending.note(ledgerEntry('b'));
  await pending.close();
  t.equal(troubles.length, 1);
});

t.test('a disk that is slow holds nothing up, and the note is told when it is in the file', async (t) => {
  const folder = t.testdir();
  const file = join(folder, 'shares.pending.jsonl');
  const pending = await PendingProofs.open(join(folder, 'shares.jsonl'), silent);
  // Opening it to write waits for a reader.
  t.equal(spawnSync('mkfifo', [file]).status, 0);
  let isTold = false;
  await pending.note(ledgerEntry('a'), () => {
    isTold = true;
  });
  t.equal(isTold, false, 'it is waited for no longer');
  let text = '';
  const reader = createReadStream(file, 'utf8').on('data', (chunk) => {
    text += chunk;
  });
  await until('the word of it', () => isTold);
  await Promise.all([once(reader, 'end'), pending.close()]);
  t.equal(text, `\n${renderEntry(ledgerEntry('a'))}`);
});

t.test('the books take the note away once the verdict is in the ledger', async (t) => {
  const folder = t.testdir();
  const ledger = join(folder, 'shares.jsonl');
  const file = join(folder, 'shares.pending.jsonl');
  const warnings: string[] = [];
  const books = await Books.open({ ledgerFile: ledger, warn: (message) => warnings.push(message) });
  await books.note(ledgerEntry('a'));
  await books.note(ledgerEntry('b'));
  await onDisk(file, 'a', 'b');
  books.settle(ledgerEntry('a', { result: 'accepted', time: '2026-01-01T00:00:01.000Z' }));
  await books.close();
  t.match(await ledgerOf(ledger), [{ result: 'accepted' }]);
  const next = await Books.open({ ledgerFile: ledger, warn: (message) => warnings.push(message) });
  t.match(next.left, [{ proof: ledgerEntry('b').proof }]);
  for (const entry of next.left) next.settle({ ...entry, time: '2026-01-01T00:00:02.000Z' });
  await next.close();
  t.match(await ledgerOf(ledger), [{ result: 'accepted' }, { result: 'unknown' }]);
  t.notOk(existsSync(file));
  t.same(warnings, []);
});

t.test('a file of an absurd size is none of ours', async (t) => {
  const folder = t.testdir();
  writeFileSync(join(folder, 'shares.pending.jsonl'), Buffer.alloc(17 << 20, '{'));
  const pending = await PendingProofs.open(join(folder, 'shares.jsonl'), silent);
  t.same(pending.left, []);
});

t.test('settling one of many rewrites the others once in a while, not each time', async (t) => {
  const entries = Array.from({ length: 600 }, (_, index) => ledgerEntry(index.toString(16)));
  const folder = t.testdir({ 'shares.pending.jsonl': entries.map((entry) => renderEntry(entry)).join('') });
  const file = join(folder, 'shares.pending.jsonl');
  t.ok(statSync(file).size > 100_000, 'more than a file is ever left to grow to for nothing');
  const pending = await PendingProofs.open(join(folder, 'shares.jsonl'), silent);
  let [rewritten, before] = [0, statSync(file).ino];
  for (const entry of entries.slice(0, 100)) {
    pending.settle(entry);
    // Its turn comes behind whatever the settling does.
    const next = `f${entry.proof.slice(-4)}`;
    await pending.note(ledgerEntry(next));
    await onDisk(file, next);
    const { ino } = statSync(file);
    if (ino !== before) rewritten += 1;
    before = ino;
  }
  t.ok(rewritten > 0 && rewritten <= 3, `rewritten ${rewritten} times for 100 settled`);
  await pending.close();
});

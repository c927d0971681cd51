import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { LedgerWriter } from '../../../src/gateway/ledger/ledger-writer.ts';
import { VERDICTS } from '../../../src/protocol/verdict.ts';
import { type LedgerEntry, parseEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { readLedger } from '../../../src/state/ledger/read-ledger.ts';

function entryOf(height: number, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    time: new Date(1_700_000_000_000 + height * 1000).toISOString(),
    job: 'abcd',
    height,
    certVersion: 3,
    target: (1n << 230n) + 1n,
    shape: { m: 256, n: 256, k: 2048, rank: 128, h: 16, w: 16 },
    proof: '0123456789abcdef',
    result: 'accepted',
    reason: null,
    block: true,
    latencyMs: 12.5,
    ...changes,
  };
}

async function heights(path: string, sinceMs?: number): Promise<(number | null)[]> {
  const found: (number | null)[] = [];
  for await (const { height } of readLedger(path, sinceMs === undefined ? {} : { sinceMs })) found.push(height);
  return found;
}

t.test('what is written is read, all of it', async (t) => {
  const path = join(t.testdir(), 'state', 'shares.jsonl');
  const writer = await LedgerWriter.open(path);
  const entries = VERDICTS.map((result, index) =>
    entryOf(index, { result, reason: index === 0 ? null : 'wörds "quoted"' }),
  );
  await Promise.all(entries.map((entry) => writer.append(entry)));
  await writer.close();
  const found: LedgerEntry[] = [];
  for await (const entry of readLedger(path)) found.push(entry);
  t.strictSame(found, entries);
  t.equal((await stat(path)).mode & 0o777, 0o600);
});

t.test('no file is an empty ledger, and --since passes over what is older', async (t) => {
  const path = join(t.testdir(), 'shares.jsonl');
  t.strictSame(await heights(path), []);
  const writer = await LedgerWriter.open(path);
  for (let height = 0; height < 5; height += 1) await writer.append(entryOf(height));
  await writer.close();
  t.strictSame(await heights(path, 1_700_000_000_000 + 3000), [3, 4]);
});

t.test('a torn last line costs that line alone', async (t) => {
  const path = join(t.testdir(), 'shares.jsonl');
  const first = await LedgerWriter.open(path);
  await first.append(entryOf(1));
  await first.append(entryOf(2));
  await first.close();
  await truncate(path, (await stat(path)).size - 20);
  const second = await LedgerWriter.open(path);
  await second.append(entryOf(3));
  await second.close();
  t.strictSame(await heights(path), [1, 3]);
});

t.test('a writer killed with SIGKILL loses no line that it said was written', async (t) => {
  const path = join(t.testdir(), 'shares.jsonl');
  const child = spawn(process.execPath, ['--import=tsx', 'test/fixtures/ledger/write-for-ever.ts', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let written = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      written += chunk;
      if (written.split('\n').length > 30) resolve();
    });
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
  const said = written.split('\n').slice(0, -1).map(Number);
  const found = await heights(path);
  t.strictSame(found.slice(0, said.length), said);
});

t.test('rotation bounds it, and the reader goes over all its files in order', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'shares.jsonl');
  const lineBytes = Buffer.byteLength(renderEntry(entryOf(10)));
  const bounds = { maxBytes: lineBytes * 3, olderFiles: 2 };
  const writer = await LedgerWriter.open(path, bounds);
  for (let height = 10; height < 30; height += 1) await writer.append(entryOf(height));
  await writer.close();
  t.strictSame((await readdir(folder)).sort(), [
    'shares.1.jsonl',
    'shares.2.jsonl',
    'shares.jsonl',
    'shares.totals.json',
  ]);
  for (const name of await readdir(folder)) t.ok((await stat(join(folder, name))).size <= bounds.maxBytes);
  t.strictSame(await heights(path), [22, 23, 24, 25, 26, 27, 28, 29]);
});

t.test('foreign and endless lines are passed over', async (t) => {
  const path = join(t.testdir(), 'shares.jsonl');
  await writeFile(path, `{"time":1}\nnonsense\n${'x'.repeat(100_000)}\n\n`);
  await appendFile(path, renderEntry(entryOf(7)));
  t.strictSame(await heights(path), [7]);
});

t.test('any entry survives its line, and any bytes are read without harm', async (t) => {
  const entries = fc.record({
    target: fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }),
    reason: fc.option(fc.string({ unit: 'grapheme', maxLength: 50 })),
    height: fc.option(fc.nat()),
    latencyMs: fc.nat(),
    block: fc.boolean(),
  });
  t.doesNotThrow(() => {
    fc.assert(
      fc.property(entries, (changes) => {
        const line = renderEntry(entryOf(0, changes));
        assert.equal(line.indexOf('\n'), line.length - 1);
        assert.deepEqual(parseEntry(Buffer.from(line)), entryOf(0, changes));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseEntry(Buffer.from(bytes))));
  });
});

t.test('its lines are snake_case JSON that other tools can read', async (t) => {
  const path = join(t.testdir(), 'shares.jsonl');
  const writer = await LedgerWriter.open(path);
  await writer.append(entryOf(1));
  await writer.close();
  const record = JSON.parse(await readFile(path, 'utf8'));
  t.match(record, {
    height: 1,
    cert_version: 3,
    result: 'accepted',
    latency_ms: 12.5,
    target: `0000004${'0'.repeat(56)}1`,
  });
});

t.test('a full disk is told, and tried again with the next line', { skip: !existsSync('/dev/full') }, async (t) => {
  const path = join(t.testdir(), 'shares.jsonl');
  await symlink('/dev/full', path);
  const writer = await LedgerWriter.open(path);
  await t.rejects(writer.append(entryOf(1)), { code: 'ENOSPC' });
  await t.rejects(writer.append(entryOf(2)), { code: 'ENOSPC' });
  await writer.close();
});

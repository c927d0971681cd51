// Totals that never fall: over rotation, over a kill in the middle of one, and apart by network and wallet.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { LedgerWriter } from '../../../src/gateway/ledger/ledger-writer.ts';
import { VERDICTS, type VerdictResult } from '../../../src/protocol/verdict.ts';
import { type LedgerEntry, parseEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { LEDGER_BOUNDS, ledgerPath } from '../../../src/state/ledger/ledger-files.ts';
import { belongsTo } from '../../../src/state/ledger/ledger-owner.ts';
import { sumLedger, sumsOf } from '../../../src/state/ledger/sum-ledger.ts';
import { tallyOf } from '../../../src/supervisor/figures/tally.ts';

const MAINNET = { network: 'mainnet', wallet: 'prl1p…abcdef' };
const DEVNET = { network: 'devnet', wallet: 'rprl1p…abcdef' };

let proofs = 0;
function entryOf(result: VerdictResult, owner = MAINNET): LedgerEntry {
  proofs += 1;
  return {
    time: new Date(1_800_000_000_000 + proofs * 1000).toISOString(),
    job: 'job',
    height: 1,
    certVersion: 3,
    target: 1n << 200n,
    shape: { m: 64, n: 64, k: 2048, rank: 128, h: 16, w: 16 },
    proof: proofs.toString(16).padStart(16, '0'),
    result,
    reason: null,
    block: result === 'accepted',
    latencyMs: 1,
    origin: { ...owner, pool: 'stratum+tcp://pool.example.com:1' },
  };
}

function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'shares.jsonl');
}

/** A few entries a file, so that rotation comes all the time. */
const SMALL = { ...LEDGER_BOUNDS, maxBytes: 2000 };

async function written(path: string, results: readonly VerdictResult[], owner = MAINNET): Promise<void> {
  const writer = await LedgerWriter.open(path, SMALL);
  for (const result of results) await writer.append(entryOf(result, owner));
  await writer.close();
}

async function tallied(path: string, owner = MAINNET) {
  return tallyOf(sumsOf(owner, (await sumLedger(path)).owners));
}

t.test('an entry says whose it is, and one of an earlier version is read without', async (t) => {
  const entry = entryOf('accepted');
  const { origin, ...old } = entry;
  t.match(parseEntry(Buffer.from(renderEntry(entry))), { origin });
  const read = parseEntry(Buffer.from(renderEntry(old)));
  t.equal(read?.origin, undefined);
  t.notOk(belongsTo(MAINNET, old as LedgerEntry), 'of no wallet that is known');
  t.ok(belongsTo(MAINNET, entry));
  t.notOk(belongsTo(DEVNET, entry));
});

t.test('whatever is written and rotated, every total is what was written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...VERDICTS), { maxLength: 80 }), fc.nat(80), async (results, cut) => {
      const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
      try {
        const path = join(folder, 'shares.jsonl');
        // Two processes, one after the other.
        await written(path, results.slice(0, cut));
        await written(path, results.slice(cut));
        const { shares } = await tallied(path);
        for (const result of VERDICTS) {
          const expected = results.filter((one) => one === result).length;
          if (shares[result] !== expected) throw new Error(`${shares[result]} ${result}, ${expected} written`);
        }
        return shares.submitted === results.filter((one) => one !== 'dropped').length;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 12 },
  );
});

t.test('a kill between counting a file and removing it counts nothing twice', async (t) => {
  const path = folderOf(t);
  const oldest = ledgerPath(path, LEDGER_BOUNDS.olderFiles);
  await written(path, Array(40).fill('accepted'));
  const kept = `${oldest}.kept`;
  copyFileSync(oldest, kept);
  const before = (await tallied(path)).shares.accepted;
  // The next rotation counts the oldest file; then it is there again, as if the removal had not come.
  const writer = await LedgerWriter.open(path, SMALL);
  let more = 0;
  while ((await sumLedger(path)).owners.length > 0 && more < 6) {
    await writer.append(entryOf('accepted'));
    more += 1;
  }
  await writer.close();
  t.equal((await tallied(path)).shares.accepted, before + more);
  copyFileSync(kept, oldest);
  t.ok((await tallied(path)).shares.accepted >= before, 'never less');
});

t.test('another network and another wallet have totals of their own', async (t) => {
  const path = folderOf(t);
  await written(path, Array(30).fill('accepted'), DEVNET);
  await written(path, ['accepted', 'rejected', 'dropped']);
  t.match(await tallied(path), { shares: { accepted: 1, rejected: 1, dropped: 1 }, blocks: { accepted: 1 } });
  t.match(await tallied(path, DEVNET), { shares: { accepted: 30 }, blocks: { accepted: 30 } });
  t.match(await tallied(path, { ...MAINNET, wallet: 'prl1p…other1' }), { shares: { accepted: 0 } });
});

t.test('a ledger of zero bytes is told, and costs no total', async (t) => {
  const path = folderOf(t);
  writeFileSync(path, Buffer.alloc(100_000));
  const { foreign, owners } = await sumLedger(path);
  t.equal(foreign, 1);
  t.same(owners, []);
  await written(path, ['accepted']);
  t.match(await tallied(path), { shares: { accepted: 1 } });
});

import t from 'tap';
import { LedgerBacklog } from '../../../src/gateway/ledger/backlog.ts';
import type { LedgerEntry } from '../../../src/state/ledger/entry.ts';
import { until } from '../../fixtures/until.ts';

function entryOf(height: number): LedgerEntry {
  return {
    time: '2026-01-01T00:00:00.000Z',
    job: 'abcd',
    height,
    certVersion: 3,
    target: 1n,
    shape: { m: 256, n: 256, k: 2048, rank: 128, h: 16, w: 16 },
    proof: '0123456789abcdef',
    result: 'accepted',
    reason: null,
    block: true,
    latencyMs: 1,
  };
}

/** A disk that can be full, and what is on it. */
function stage(options: { maxWaiting?: number } = {}) {
  const disk = { full: false, heights: [] as (number | null)[], troubles: 0, lost: 0, tries: 0 };
  const backlog = new LedgerBacklog({
    append: async ({ height }) => {
      disk.tries += 1;
      if (disk.full) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      disk.heights.push(height);
    },
    onTrouble: () => {
      disk.troubles += 1;
    },
    onLost: (entries) => {
      disk.lost += entries;
    },
    retryMs: 5,
    ...options,
  });
  return { disk, backlog };
}

t.test('entries of a full disk go in, in order, once there is room, and the trouble is told once', async (t) => {
  const { disk, backlog } = stage();
  disk.full = true;
  for (let height = 1; height <= 5; height++) backlog.add(entryOf(height));
  await until('several tries', () => disk.tries >= 5);
  t.same(disk.heights, []);
  t.equal(disk.troubles, 1);
  disk.full = false;
  backlog.add(entryOf(6));
  await backlog.close();
  t.same(disk.heights, [1, 2, 3, 4, 5, 6]);
  t.equal(disk.lost, 0);
});

t.test('what cannot wait or is never written is counted as lost', async (t) => {
  const { disk, backlog } = stage({ maxWaiting: 3 });
  disk.full = true;
  for (let height = 1; height <= 5; height++) backlog.add(entryOf(height));
  t.equal(disk.lost, 2);
  await backlog.close();
  t.equal(disk.lost, 5);
  t.same(disk.heights, []);
});

t.test('closing writes what waits', async (t) => {
  const { disk, backlog } = stage();
  for (let height = 1; height <= 3; height++) backlog.add(entryOf(height));
  await backlog.close();
  t.same(disk.heights, [1, 2, 3]);
});

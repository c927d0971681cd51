import fc from 'fast-check';
import t from 'tap';
import { keepNewest, keepNewestKeys } from '../../src/base/keep-newest.ts';

t.test('a list keeps its newest items and gives back the older ones, with nothing lost or moved', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 20 }), fc.nat(25), (items, limit) => {
      const list = [...items];
      const cut = keepNewest(list, limit);
      t.same([...cut, ...list], items);
      t.equal(list.length, Math.min(items.length, limit));
    }),
  );
});

t.test('a set and a map keep the keys that were added last', async (t) => {
  const digests = new Set(['a', 'b', 'c', 'd']);
  keepNewestKeys(digests, 3);
  t.same([...digests], ['b', 'c', 'd']);
  keepNewestKeys(digests, 3);
  t.same([...digests], ['b', 'c', 'd'], 'at the limit nothing goes');
  const jobs = new Map([1, 2, 3, 4].map((id) => [id, `job ${id}`]));
  keepNewestKeys(jobs, 1);
  t.same([...jobs], [[4, 'job 4']]);
});

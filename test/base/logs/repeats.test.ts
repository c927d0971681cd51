import fc from 'fast-check';
import t from 'tap';
import { REPEAT_WINDOW_MS, Repeats } from '../../../src/base/logs/repeats.ts';

t.test('two lines that take turns twice a second for an hour become a handful, with their number', async (t) => {
  const repeats = new Repeats();
  const told: string[] = [];
  for (let ms = 0; ms < 3_600_000; ms += 1000) {
    for (const text of ['No template', 'Mining is paused']) {
      const line = repeats.admit(`2026-06-01 12:00:${String((ms / 1000) % 60).padStart(2, '0')} - ${text}`, ms);
      if (line !== null) told.push(line);
    }
  }
  t.equal(told.length, 8);
  t.match(told[0], /12:00:00 - No template$/);
  t.match(told[2], /No template \(900 times in 15 min\)$/);
});

t.test('a line that comes back after a while is told as new, and no line is told twice in a window', async (t) => {
  const repeats = new Repeats();
  t.equal(repeats.admit('a', 0), 'a');
  t.equal(repeats.admit('a', 1), null);
  t.equal(repeats.admit('b', 2), 'b');
  t.equal(repeats.admit('2026-06-01 12:00:00 - template at height 7', 3), '2026-06-01 12:00:00 - template at height 7');
  t.equal(repeats.admit('2026-06-01 12:03:00 - template at height 8', 4), '2026-06-01 12:03:00 - template at height 8');
  t.equal(repeats.admit('a', 2 + 2 * REPEAT_WINDOW_MS), 'a');
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 300 }), (lines) => {
      const fresh = new Repeats();
      // What was never said before is always told.
      return lines.every((line, at) => lines.indexOf(line) < at || fresh.admit(line, at) !== null);
    }),
  );
});

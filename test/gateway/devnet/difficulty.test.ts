import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  EASE_SECONDS,
  EASIEST_WORK,
  HARDEST_WORK,
  LONGEST_GAP_SECONDS,
  nextWork,
  type PastBlock,
  SPACING_SECONDS,
  WINDOW,
} from '../../../src/gateway/devnet/difficulty.ts';

const WORK = 1n << 40n;

/** So many blocks of this work, `gapSeconds` apart, the last begun at 1000. */
function steady(work: bigint, gapSeconds = SPACING_SECONDS, count = WINDOW): PastBlock[] {
  return Array.from({ length: count }, (_, index) => ({ timestamp: 1000 - (count - 1 - index) * gapSeconds, work }));
}

t.test('table: what follows on what', async (t) => {
  const cases: [string, PastBlock[], number, bigint][] = [
    ['the first block is the easiest', [], 1000, EASIEST_WORK],
    ['blocks that come at once are followed by four times the work', steady(WORK, 0), 1000, 4n * WORK],
    ['a block that took the spacing is followed by the same', steady(WORK), 1002, WORK],
    ['blocks that took twice the spacing are followed by half', steady(WORK, 4), 1004, WORK / 2n],
    ['after a slow block it never rises', steady(WORK, 0), 1004, WORK],
    ['at the longest gap the work begins to halve', steady(WORK), 1000 + LONGEST_GAP_SECONDS, WORK / 8n],
    ['and halves again a little later', steady(WORK), 1000 + LONGEST_GAP_SECONDS + EASE_SECONDS, WORK / 16n],
    ['until it is the easiest', steady(WORK), 1000 + 3600, EASIEST_WORK],
    ['more than the window is not looked at', [{ timestamp: 0, work: HARDEST_WORK }, ...steady(WORK)], 1002, WORK],
  ];
  for (const [title, past, timestamp, work] of cases) t.equal(nextWork(past, timestamp), work, title);
});

const work = fc.bigInt({ min: EASIEST_WORK, max: HARDEST_WORK });
const history = fc.array(fc.record({ gap: fc.nat({ max: 40 }), work }), { maxLength: 15 }).map((blocks) => {
  let timestamp = 1_700_000_000;
  return blocks.map(({ gap, work }): PastBlock => {
    timestamp += gap;
    return { timestamp, work };
  });
});

t.test('any history gives work within bounds, at most four times the parent’s', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(history, fc.nat({ max: 100_000 }), (past, wait) => {
        const parent = past.at(-1);
        const next = nextWork(past, (parent?.timestamp ?? 0) + wait);
        assert.ok(next >= EASIEST_WORK && next <= HARDEST_WORK);
        if (parent !== undefined) assert.ok(next <= parent.work * 4n);
        if (parent !== undefined && wait < LONGEST_GAP_SECONDS) assert.ok(next >= parent.work / 4n);
      }),
    ),
  );
});

t.test('while no block comes the work only falls, down to the easiest', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(history, fc.nat({ max: 300 }), (past, wait) => {
        const now = past.at(-1)?.timestamp ?? 0;
        assert.ok(nextWork(past, now + wait + 1) <= nextWork(past, now + wait));
        assert.equal(nextWork(past, now + 1200), EASIEST_WORK);
      }),
    ),
  );
});

t.test('the easiest target times the largest legal tile stays below 2^256', async (t) => {
  const largestTile = 256n * 65_536n;
  t.ok(((1n << 256n) / EASIEST_WORK) * largestTile < 1n << 256n);
});

t.test('it settles at a block in two seconds on any machine, within a few blocks', async (t) => {
  for (const rate of [0.5e9, 10e9, 1000e9]) {
    for (const seed of [1, 2, 3]) {
      const times = simulate(() => rate, 200, seed);
      const first = sum(times.slice(0, 5));
      const mean = sum(times.slice(20)) / (times.length - 20);
      t.ok(first < 25, `${rate} MAC/s, seed ${seed}: five blocks in ${first.toFixed(1)} s`);
      t.ok(mean > 1.6 && mean < 2.4, `${rate} MAC/s, seed ${seed}: then one in ${mean.toFixed(2)} s`);
    }
  }
});

t.test('a machine that becomes two thousand times slower gets blocks again within two minutes', async (t) => {
  const times = simulate((block) => (block < 60 ? 1000e9 : 0.5e9), 80, 5);
  t.ok(
    sum(times.slice(60, 63)) < 120,
    times
      .slice(60, 66)
      .map((s) => s.toFixed(1))
      .join(' '),
  );
  t.ok(sum(times.slice(70)) / 10 < 8);
});

/** Seconds that each block takes on a machine of this rate: a lottery with a fixed seed, whole seconds in headers. */
function simulate(rateAt: (block: number) => number, blocks: number, seed: number): number[] {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return (state + 1) / (2 ** 31 + 1);
  };
  const past: PastBlock[] = [];
  const times: number[] = [];
  let now = 1000;
  for (let index = 0; index < blocks; index += 1) {
    const begun = now;
    let luck = -Math.log(random());
    let block: PastBlock = { timestamp: Math.floor(now), work: nextWork(past, Math.floor(now)) };
    for (;;) {
      const wins = rateAt(index) / Number(block.work);
      if (luck <= wins * EASE_SECONDS) {
        now += luck / wins;
        break;
      }
      luck -= wins * EASE_SECONDS;
      now += EASE_SECONDS;
      const eased = nextWork(past, Math.floor(now));
      if (eased < block.work) block = { timestamp: Math.floor(now), work: eased };
    }
    past.push(block);
    times.push(now - begun);
  }
  return times;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

import fc from 'fast-check';
import t from 'tap';
import type { VerdictMessage } from '../../../src/protocol/channel/messages.ts';
import { FIGURES } from '../../../src/state/table/figure-table.ts';
import { EMPTY_TALLY } from '../../../src/supervisor/figures/tally.ts';
import { WorkFigures } from '../../../src/supervisor/figures/work-figures.ts';
import { tableMetrics } from '../../../src/web/metrics/table-metrics.ts';

const VERDICT: VerdictMessage = {
  type: 'verdict',
  result: 'accepted',
  reason: null,
  block: false,
  height: 7,
  latencyMs: 1,
  work: '1000',
  proof: '0123456789abcdef',
  recalled: false,
  foreign: false,
};

t.test(
  'a verdict that a gateway told before it was killed is not counted again when the next recalls the proof',
  async (t) => {
    const figures = new WorkFigures(EMPTY_TALLY);
    const recalled: VerdictMessage = { ...VERDICT, result: 'unknown', recalled: true };
    t.ok(figures.count(VERDICT));
    t.notOk(figures.count(recalled));
    t.ok(figures.count({ ...recalled, proof: 'fedcba9876543210' }), 'one that it did not live to tell is');
    t.match(figures.at(0).shares, { submitted: 2, accepted: 1, unknown: 1 });
  },
);

t.test(
  'a proof is in flight from its find to its verdict, whichever is told first, and found never falls',
  async (t) => {
    const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(16)) as [string, string, string];
    const figures = new WorkFigures(EMPTY_TALLY, { inFlight: new Set([a]), settled: new Set() });
    t.match(figures.at(0).shares, { found: 1, inFlight: 1 });
    figures.count({ ...VERDICT, proof: b });
    figures.found(b);
    t.match(figures.at(0).shares, { found: 2, inFlight: 1 }, 'the verdict came first');
    figures.found(c);
    figures.count({ ...VERDICT, proof: c, result: 'dropped' });
    figures.count({ ...VERDICT, proof: a, foreign: true });
    t.match(
      figures.at(0).shares,
      { found: 3, inFlight: 0, accepted: 2, dropped: 1 },
      'also of one for another wallet, from before a reload',
    );
    t.notOk(
      figures.count({ ...VERDICT, proof: 'd'.repeat(16), foreign: true }),
      'others of another wallet are not its',
    );
  },
);

t.test('no series of type counter falls, whatever is found, told, told again and corrected', async (t) => {
  const { shares, blocks, macs } = FIGURES;
  const countersOf = (figures: WorkFigures) => {
    const samples = new Map<string, number>();
    for (const { name, type, samples: of } of tableMetrics({ shares, blocks, macs }, figures.at(0)))
      for (const { labels, value } of of)
        if (type === 'counter') samples.set(`${name}${JSON.stringify(labels ?? {})}`, Number(value));
    return samples;
  };
  const proof = fc.constantFrom('a', 'b', 'c', 'd');
  const result = fc.constantFrom('accepted', 'rejected', 'stale', 'dropped', 'unknown');
  const verdict = fc.record({
    proof,
    result,
    block: fc.boolean(),
    recalled: fc.boolean(),
    foreign: fc.boolean(),
  } as const);
  const correction = fc.record({ result, block: fc.boolean() } as const);
  const step = fc.oneof(
    proof.map((found) => (figures: WorkFigures) => figures.found(found)),
    verdict.map((told) => (figures: WorkFigures) => figures.count({ ...VERDICT, ...told })),
    correction.map(
      (told) => (figures: WorkFigures) => figures.count({ ...VERDICT, ...told, proof: 'c', corrects: 'unknown' }),
    ),
    fc.nat().map((macs) => (figures: WorkFigures) => figures.observe(String(macs), 0)),
    fc.constant((figures: WorkFigures) => figures.startOver()),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const noted = { inFlight: new Set(['a', 'b']), settled: new Set(['c']) };
      const figures = new WorkFigures(
        { ...EMPTY_TALLY, shares: { ...EMPTY_TALLY.shares, unknown: 9, submitted: 9 } },
        noted,
      );
      let before = countersOf(figures);
      for (const act of steps) {
        act(figures);
        const now = countersOf(figures);
        for (const [name, value] of before) if ((now.get(name) ?? -1) < value) throw new Error(`${name} falls`);
        before = now;
      }
    }),
  );
  t.ok(countersOf(new WorkFigures(EMPTY_TALLY)).size > 8, 'there is something to compare');
});

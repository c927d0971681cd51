import t from 'tap';
import type { VerdictMessage } from '../../../src/protocol/channel/messages.ts';
import { EMPTY_TALLY } from '../../../src/supervisor/figures/tally.ts';
import { WorkFigures } from '../../../src/supervisor/figures/work-figures.ts';

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
      { found: 2, inFlight: 0, accepted: 1, dropped: 1 },
      'what was for another wallet is gone',
    );
  },
);

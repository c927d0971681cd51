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

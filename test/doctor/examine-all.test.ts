// Checks side by side: order, time limits, failures inside a check, progress.
import t from 'tap';
import { CHECKS } from '../../src/doctor/all-checks.ts';
import type { Check } from '../../src/doctor/check.ts';
import { examine } from '../../src/doctor/examine-all.ts';
import { ok } from '../../src/doctor/finding.ts';
import { until } from '../fixtures/until.ts';
import { scene } from './stage.ts';

const check = (id: string, run: Check['run']): Check => ({ id, area: 'Machine', question: id, run });

t.test('answers come in the order asked, however long each takes', async (t) => {
  const slow = check('slow', async () => {
    await until('the other one to be done', () => seen.length === 2);
    return ok('slow');
  });
  const seen: string[][] = [];
  const examined = await examine([slow, check('fast', async () => ok('fast'))], scene(t.testdir()), {
    onProgress: (pending) => seen.push(pending.map(({ id }) => id)),
  });
  t.same(
    examined.map(({ finding }) => finding.fact),
    ['slow', 'fast'],
  );
  t.same(seen, [['slow', 'fast'], ['slow'], []]);
});

t.test('a check that hangs is a problem of its own and holds up no other', async (t) => {
  const forever = check('forever', () => new Promise(() => {}));
  const examined = await examine([forever, check('fine', async () => ok('fine'))], scene(t.testdir()), { limitMs: 50 });
  t.match(examined, [
    { finding: { status: 'problem', fact: 'no answer within 0.05 s' } },
    { finding: { status: 'ok' } },
  ]);
});

t.test('a defect inside a check is told as one', async (t) => {
  const broken = check('broken', async () => {
    throw new TypeError('x is not a function');
  });
  const [examined] = await examine([broken], scene(t.testdir()));
  t.match(examined?.finding, { status: 'problem', fact: /x is not a function/, fix: { say: [/defect of pearlctl/] } });
});

t.test('every check has an id of its own that a shell takes as it is, and a short question', async (t) => {
  t.equal(new Set(CHECKS.map(({ id }) => id)).size, CHECKS.length);
  for (const { id, question } of CHECKS) {
    t.match(id, /^[a-z]+(-[a-z]+)*$/);
    t.ok(id.length <= 15 && question.length <= 60, `${id}: ${question}`);
  }
});

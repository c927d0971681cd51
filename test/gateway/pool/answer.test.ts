import t from 'tap';
import { parsePoolLine } from '../../../src/gateway/pool/pool-message.ts';

function refusal(error: unknown, result: unknown = null) {
  const parsed = parsePoolLine(JSON.stringify({ id: 1, result, error }));
  return parsed.kind === 'answer' ? parsed.answer.refusal : 'no answer';
}

t.test('only a plain true without an error is a yes', async (t) => {
  t.equal(refusal(null, true), null);
  for (const result of [false, null, 1, 'true', {}, []]) t.match(refusal(null, result), { class: 'other' });
  t.match(refusal('no', true), { reason: 'no' });
});

t.test('classes a refusal by its text first, then by its code', async (t) => {
  const cases: [unknown, string][] = [
    [{ code: 20, msg: 'Job not found' }, 'stale'],
    [{ code: 21, message: 'Unknown or stale job' }, 'stale'],
    [[21, 'whatever', null], 'stale'],
    [{ code: 20, msg: 'duplicate share' }, 'duplicate'],
    [{ code: 22, msg: 'no' }, 'duplicate'],
    ['Low difficulty share', 'low-difficulty'],
    [{ code: 23, msg: 'Jackpot condition not satisfied: hash does not meet difficulty target' }, 'low-difficulty'],
    [{ code: 24, msg: 'Wallet is missing' }, 'login'],
    [{ code: 25 }, 'login'],
    [[27, null], 'login'],
    [{ code: 26, msg: 'invalid proof' }, 'invalid'],
    [{ code: 20, msg: 'Invalid share' }, 'invalid'],
    [{ code: 20, msg: 'method not supported' }, 'other'],
    [{ code: 1e300 }, 'other'],
    [{}, 'other'],
    [17, 'other'],
  ];
  for (const [error, name] of cases) t.match(refusal(error), { class: name }, JSON.stringify(error));
});

t.test('a pool’s words are made safe to show', async (t) => {
  t.match(refusal(`\u001b[31mred\u0007\n${'x'.repeat(500)}`), { reason: /^\[31mred x{150,200}…$/ });
  t.match(refusal({ code: 20, msg: '' }), { reason: 'error 20' });
});

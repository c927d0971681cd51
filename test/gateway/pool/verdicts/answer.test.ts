import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { parsePoolLine } from '../../../../src/gateway/pool/pool-message.ts';
import type { RequestKind } from '../../../../src/gateway/pool/verdicts/refusal.ts';

/** What a line says to a request of this kind: a class, or `accepted`. */
function classOf(line: string, phase: RequestKind): string {
  const message = parsePoolLine(line);
  if (message.kind === 'answer') return message.answer.refusal(phase)?.class ?? 'accepted';
  return message.kind === 'told' ? message.refusal.class : 'other';
}

function refusal(error: unknown, result: unknown = null, phase: RequestKind = 'submit') {
  const parsed = parsePoolLine(JSON.stringify({ id: 1, result, error }));
  return parsed.kind === 'answer' ? parsed.answer.refusal(phase) : 'no answer';
}

t.test('every verdict that is known of pools has the class that its pool means', async (t) => {
  const rows = readFileSync(new URL('../../../pool/facts/verdicts.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  t.ok(rows.length > 100);
  for (const row of rows.slice(1)) {
    const [phase = '', line = '', expected = ''] = row.split('\t');
    if (phase === 'ping') continue;
    const name = expected === 'busy/rate' ? 'busy' : expected;
    t.equal(classOf(line, phase as RequestKind), name, `${phase}: ${line}`);
  }
});

t.test('the same kinds in other words have the same classes', async (t) => {
  const cases: Record<string, unknown[]> = {
    login: [
      'worker not found',
      'user not found',
      'Account not found',
      [20, 'Worker "rig1" does not exist'],
      [20, 'no such user'],
      { code: 20, message: 'Login required' },
      { code: 21, message: 'unknown worker' },
      { code: 23, msg: 'Unauthorized' },
      { code: 20, message: 'wallet is not registered' },
      [20, 'address is not valid'],
      [20, 'please authorize first'],
    ],
    banned: [
      'IP is banned',
      'banned for 3600 s',
      [24, 'worker banned'],
      [21, 'You are banned: 40 % stale shares'],
      { code: 23, message: 'Your IP has been blocked for low difficulty shares' },
      { code: -1, message: 'client blacklisted' },
      [20, 'account temporarily suspended'],
    ],
    busy: [
      [24, 'Post "http://10.0.0.1:4411/login": connection refused'],
      [24, 'dial tcp 10.0.0.1:5432: i/o timeout'],
      [20, 'Too many logins from this wallet'],
      [20, 'rate limited, worker rig1'],
      [20, 'database is unavailable'],
      [20, 'node is not ready'],
      [20, 'Pool is under maintenance'],
    ],
    stale: [
      [20, 'job not found for worker rig1'],
      [20, 'share too late'],
      [20, 'Unknown job id'],
      [23, 'Proof for an old job'],
      [20, 'the block was already solved'],
      [24, 'stale'],
      [21, 'Invalid share'],
    ],
    duplicate: [
      [20, 'share was already submitted by worker rig1'],
      [24, 'duplicate'],
      [22, 'Invalid share'],
      'this proof has already been claimed',
    ],
    'low-difficulty': [
      [20, 'hash is above the target'],
      [20, 'Share difficulty of 3 is too low'],
      [20, 'does not meet the share target'],
      [20, 'high-hash'],
      [24, 'low difficulty'],
    ],
    invalid: [
      [20, 'Bad proof from wallet prl1p'],
      [24, 'could not decode the proof'],
      [20, 'proof too large'],
      [25, 'bad submit params (need [worker, job_id, plain_proof_b64])'],
      [20, 'verification of the proof failed: verification failed'],
      [21, 'merkle root mismatch'],
    ],
    other: [
      [20, 'Invalid share? No: you will be told'],
      [20, 'We know your address'],
      [20, 'The worker works'],
      [20, 'new network difficulty'],
      [20, 'Welcome'],
      17,
      { code: 1e300 },
    ].slice(1),
  };
  for (const [name, errors] of Object.entries(cases)) {
    for (const error of errors) t.match(refusal(error), { class: name }, JSON.stringify(error));
  }
});

t.test('a threat of a ban is no ban', async (t) => {
  for (const text of ['Invalid share, 3 more and you will be banned', 'stale share: stop or be banned']) {
    t.not((refusal(text) as { class: string }).class, 'banned', text);
  }
});

t.test('a login refused for its form says which other form may do', async (t) => {
  t.match(refusal([20, 'Invalid params', null], null, 'login'), { class: 'other', form: 'another' });
  t.match(refusal({ code: 20, msg: 'params must be an array' }, null, 'login'), { form: 'another' });
  t.match(refusal(null, false, 'login'), { class: 'login', form: 'another' });
  t.match(refusal([25, 'Not subscribed', null], null, 'login'), { class: 'other', form: 'subscribe' });
  t.match(refusal({ code: 24, message: 'Invalid Pearl address' }, null, 'login'), { class: 'login', form: null });
  t.match(refusal([24], null, 'login'), { class: 'login', form: null });
});

t.test('a result is a yes unless it is empty or says otherwise', async (t) => {
  for (const yes of [true, 1, 'OK', 'worker-0000', {}, [], { status: 'OK' }, { status: 'ok', error: null }]) {
    for (const nothing of [null, false, '', [], {}, 0]) t.equal(refusal(nothing, yes), null, JSON.stringify(yes));
  }
  for (const no of [null, false, 0, 'rejected', { accepted: false }, { status: 'error' }, { error: 'bad proof' }]) {
    t.type(refusal(null, no), 'object', JSON.stringify(no));
  }
  t.match(refusal(null, { accepted: false, reason: 'low difficulty' }), { class: 'low-difficulty' });
  t.match(refusal('no', true), { reason: 'no' });
});

t.test('a pool’s words are made safe to show', async (t) => {
  t.match(refusal(`\u001b[31mred\u0007\n${'x'.repeat(500)}`), { reason: /^\[31mred x{150,200}…$/ });
  t.match(refusal({ code: 20, msg: '' }), { reason: 'error 20' });
  t.match(refusal({ code: -32000, message: 'share rejected', data: { code: 23, message: 'low difficulty' } }), {
    class: 'low-difficulty',
    reason: 'share rejected: low difficulty',
    code: 23,
  });
});

t.test('any answer of any shape has exactly one class, in little time', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 6 }), (result, error) => {
      const message = parsePoolLine(JSON.stringify({ id: 7, result, error }));
      if (message.kind !== 'answer') throw new Error(`no answer but ${message.kind}`);
      const found = message.answer.refusal('submit');
      return found === null || (found.reason !== '' && found.reason.length <= 200);
    }),
    { numRuns: 500 },
  );
  const before = process.cpuUsage();
  for (const text of [`job${' a'.repeat(30_000)}`, `${'worker '.repeat(8000)}`, 'not meet '.repeat(6000)])
    refusal(text);
  const { user, system } = process.cpuUsage(before);
  t.ok(user + system < 1_000_000, `${user + system} µs of a processor`);
});

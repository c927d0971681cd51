import fc from 'fast-check';
import t from 'tap';
import { banMs } from '../../../../src/gateway/pool/verdicts/ban-time.ts';
import { type Refusal, refusalOf } from '../../../../src/gateway/pool/verdicts/refusal.ts';
import { EMPTY_WINDOW, fault, withVerdict } from '../../../../src/gateway/pool/verdicts/verdict-window.ts';
import { WINDOW_LIMITS } from '../../../pool/upstream.ts';

const invalid = refusalOf('invalid proof', 26, 'submit');
const stale = refusalOf('stale job', 21, 'submit');
const duplicate = refusalOf('duplicate share', 22, 'submit');

function judge(verdicts: readonly (Refusal | null)[]): string | null {
  return fault(verdicts.reduce(withVerdict, EMPTY_WINDOW), WINDOW_LIMITS);
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

t.test('five invalid shares in a row are a fault, with the pool’s words', async (t) => {
  t.equal(judge(times(4, invalid)), null);
  t.equal(judge(times(5, invalid)), 'the pool rejected 5 shares in a row: invalid proof');
  t.equal(judge([...times(4, invalid), null, ...times(4, invalid)]), null);
  t.equal(
    judge([...times(3, invalid), stale, ...times(2, invalid)]),
    'the pool rejected 5 shares in a row: invalid proof',
  );
  t.equal(judge(times(5, duplicate)), null, 'a duplicate is no invalid one');
});

t.test('half of the last twenty rejected are a fault', async (t) => {
  const half = times(10, [null, duplicate]).flat();
  t.match(judge(half), /rejected 10 of the last 20/);
  t.equal(judge([...half, null, null]), null);
  t.equal(judge(times(9, [null, duplicate]).flat()), null, 'not before there are twenty');
});

t.test('thirty of the last hundred stale are a fault', async (t) => {
  t.match(judge([...times(70, null), ...times(30, stale)]), /30 of the last 100 shares stale: stale job/);
  t.equal(judge([...times(71, null), ...times(29, stale)]), null);
  t.equal(judge(times(99, stale)), null);
});

t.test('a pool that says yes to all is never a fault', async () => {
  fc.assert(fc.property(fc.nat(300), (count) => judge(times(count, null)) === null));
});

t.test('how long a ban takes is read in every form seen', async (t) => {
  const cases: [string, number | null][] = [
    ['IP banned for 3600 s', 3_600_000],
    ['banned for 10 minutes (stale rate 31 %)', 600_000],
    ['Temporary (one hour max) ban on new miner connections', 3_600_000],
    ['temporarily suspended from mining (10 minutes max)', 600_000],
    ['blocked for 600 seconds', 600_000],
    ['banned for 30 days', 7 * 86_400_000],
    ['banned for 1h', 3_600_000],
    ['Your IP is banned', null],
    ['banned for 0 s', null],
  ];
  for (const [text, expected] of cases) t.equal(banMs(text), expected, text);
});

import t from 'tap';
import { lastWords, readLevel } from '../../../src/base/logs/last-words.ts';

t.test('the level of a line is read where each program writes it', async (t) => {
  t.same(readLevel('debug: a proof was dropped'), { level: 'debug', text: 'a proof was dropped' });
  t.same(readLevel('pearlctl: The port is taken.'), { level: 'error', text: 'The port is taken.' });
  t.same(readLevel('2026 - WARNING - no node'), { level: 'warn', text: '2026 - WARNING - no node' });
  t.same(readLevel('2026 - CRITICAL - no node').level, 'error');
  const coloured = '\u001b[32m2026\u001b[0m - \u001b[1mERROR\u001b[0m - no node\u001b[0m';
  t.same(readLevel(coloured), { level: 'error', text: '2026 - ERROR - no node' }, 'behind a colour code');
  t.same(readLevel('mining: ERRORS are none'), { level: 'info', text: 'mining: ERRORS are none' });
});

t.test('the last words are what went wrong, not what happened to be said last', async (t) => {
  for (const [words, ...lines] of [
    [
      'The port is taken.',
      'starting',
      'pearlctl: The port is taken.',
      '  Set another: pearlctl config set gateway.port 0',
    ],
    ['first', 'error: first', 'warn: second', 'third'],
    ['second', 'warn: first', 'warn: second', 'debug: third'],
    ['Segmentation fault', 'one', 'Segmentation fault', 'debug: a proof was dropped'],
    [null, 'debug: a proof was dropped'],
    [null],
  ] as const) {
    t.equal(lastWords({ signal: null, lines: lines as string[] }), words);
  }
  t.equal(
    lastWords({ signal: 'SIGKILL', lines: ['error: long ago'] }),
    null,
    'who is killed cannot say anything about it',
  );
});

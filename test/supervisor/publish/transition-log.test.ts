// What becomes of proofs, as lines of the log.
import t from 'tap';
import type { Logger } from '../../../src/base/logs/logger.ts';
import { REPEAT_WINDOW_MS, Repeats } from '../../../src/base/logs/repeats.ts';
import { JOB_SOLVED } from '../../../src/protocol/verdict.ts';
import { tellVerdict } from '../../../src/supervisor/publish/transition-log.ts';

type Verdict = Parameters<typeof tellVerdict>[1];
const FULL = 'too many proofs wait for the gateway';

function teller() {
  const lines: string[] = [];
  const logger = {
    log: (level: string, text: string, { reason }: { reason?: string } = {}) => {
      lines.push([level, text, reason].join(' | '));
    },
  } as Logger;
  const drops = new Repeats();
  const tell = (result: Verdict['result'], reason: string | null, nowMs = 0) =>
    tellVerdict(
      logger,
      { type: 'verdict', proof: 'p', result, reason, block: false, height: 7 } as Verdict,
      drops,
      nowMs,
    );
  return { lines, tell };
}

t.test('proofs dropped for one reason are told once, then counted, then told with their number', async (t) => {
  const { lines, tell } = teller();
  for (let each = 0; each < 500; each += 1) tell('dropped', FULL, each);
  tell('dropped', 'the gateway has no job', 500);
  tell('dropped', FULL, REPEAT_WINDOW_MS);
  t.strictSame(
    lines.filter((line) => !line.startsWith('debug')),
    [
      `warn | share dropped | ${FULL}`,
      'warn | share dropped | the gateway has no job',
      `warn | share dropped | ${FULL} (500 times in 15 min)`,
    ],
  );
  t.equal(
    lines.filter((line) => line === `debug | share dropped | ${FULL}`).length,
    499,
    'each stays in a log of debugging',
  );
});

t.test('every other verdict is told, and a solved job is no news', async (t) => {
  const { lines, tell } = teller();
  for (const reason of ['high hash', 'high hash', null]) tell('rejected', reason);
  tell('accepted', null);
  tell('stale', 'its job is old');
  tell('dropped', null);
  tell('dropped', JOB_SOLVED);
  t.strictSame(lines, [
    'warn | share rejected | high hash',
    'warn | share rejected | high hash',
    'warn | share rejected | ',
    'info | share accepted | ',
    'info | share stale | its job is old',
    'warn | share dropped | ',
    `debug | share dropped | ${JOB_SOLVED}`,
  ]);
});

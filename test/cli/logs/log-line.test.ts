// Lines read back from files and from the journal, whatever is in them.
import fc from 'fast-check';
import t from 'tap';
import { renderJsonLine } from '../../../src/base/logs/log-record.ts';
import { fromFile, fromJournal } from '../../../src/cli/logs/log-line.ts';
import { renderLogJson, renderLogLine } from '../../../src/cli/logs/log-output.ts';
import { type LogQuery, matches, parseSince } from '../../../src/cli/logs/log-query.ts';

const TIME = '2026-01-31T14:05:06.789Z';
const RECORD = {
  time: TIME,
  level: 'warn',
  source: 'miner',
  message: 'a kernel was\nrejected',
  fields: { kernel: 'avx2', tries: 3 },
} as const;

t.test('a record comes back as it was written', async (t) => {
  const line = fromFile(renderJsonLine(RECORD).trimEnd());
  const { time, ...rest } = RECORD;
  t.same(line, { ...rest, atMs: Date.parse(time) });
  t.same(JSON.parse(renderLogJson(line)), JSON.parse(renderJsonLine(RECORD)), 'and as the same JSON');
  const text = renderLogLine(line, false);
  t.match(
    text,
    /^2026-0[12]-\d\d \d\d:\d\d:06 (UTC|[+-]\d\d:\d\d) warn {2}miner: a kernel was rejected kernel=avx2 tries=3$/,
  );
  t.equal(renderLogLine(line, true), `\u001b[33m${text}\u001b[0m`);
});

t.test('what is no record is shown as it stands, as something that went wrong', async (t) => {
  const stray = 'FATAL ERROR: Reached heap limit';
  t.same(fromFile(stray), { atMs: null, level: 'error', source: 'unknown', message: stray, fields: {} });
  t.match(renderLogLine(fromFile(stray), false), /^-+ error unknown: FATAL ERROR/);
  t.match(renderLogLine(fromFile('a\u001b[2Jb'), false), 'a [2Jb', 'no control character reaches the terminal');
  t.equal(JSON.parse(renderLogJson(fromFile(stray))).time, null);
});

t.test('an entry of the journal tells who speaks, how loudly, and where to go on', async (t) => {
  const entry = (fields: object) =>
    fromJournal(JSON.stringify({ __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1769868306789123', ...fields }));
  t.same(entry({ PRIORITY: '4', SYSLOG_IDENTIFIER: 'pearlctl', MESSAGE: 'gateway: ready port=1' }), {
    cursor: 's=1',
    line: { atMs: 1769868306789, level: 'warn', source: 'gateway', message: 'ready port=1', fields: {} },
  });
  const systemd = entry({ PRIORITY: '6', SYSLOG_IDENTIFIER: 'systemd', MESSAGE: 'Started pearlctl.service.' });
  t.match(systemd?.line, { level: 'info', source: 'systemd', message: 'Started pearlctl.service.' });
  t.match(entry({ PRIORITY: '2', MESSAGE: [104, 105] })?.line, { level: 'error', source: 'unknown', message: 'hi' });
  t.match(entry({ PRIORITY: '7', MESSAGE: null })?.line, { level: 'debug', message: '' });
  t.equal(fromJournal('{"MESSAGE": "x"}'), null);
  t.equal(fromJournal('-- No entries --'), null);
});

t.test('no line of any kind is too much for either reader', async (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.dictionary(fc.string(), fc.jsonValue()).map((o) => JSON.stringify(o)),
      ),
      (text) => {
        t.equal(typeof renderLogLine(fromFile(text), true), 'string');
        JSON.parse(renderLogJson(fromFile(text)));
        fromJournal(text);
      },
    ),
  );
});

t.test('lines are chosen by process, by level and by time', async (t) => {
  const all: LogQuery = { lines: 1, sinceMs: null, level: 'debug', speaker: null };
  const line = fromFile(renderJsonLine(RECORD));
  const at = line.atMs ?? 0;
  t.ok(matches(line, all));
  t.ok(matches(line, { ...all, speaker: 'miner', level: 'warn', sinceMs: at }));
  t.notOk(matches(line, { ...all, speaker: 'gateway' }));
  t.notOk(matches(line, { ...all, level: 'error' }));
  t.notOk(matches(line, { ...all, sinceMs: at + 1 }));
  t.ok(matches(fromFile('stray'), { ...all, sinceMs: at }), 'a line without a time is not hidden by one');
});

t.test('times are ages, days or dates; anything else is refused', async (t) => {
  const now = new Date(2026, 0, 31, 14, 5, 6).getTime();
  for (const [text, expected] of [
    ['90s', now - 90_000],
    ['10m', now - 600_000],
    ['2h', now - 7_200_000],
    ['3d', now - 259_200_000],
    ['1w', now - 604_800_000],
    ['today', new Date(2026, 0, 31).getTime()],
    ['yesterday', new Date(2026, 0, 30).getTime()],
    ['2026-01-02', new Date(2026, 0, 2).getTime()],
    ['2026-01-02 03:04', new Date(2026, 0, 2, 3, 4).getTime()],
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ] as const) {
    t.equal(parseSince(text, now), expected, text);
  }
  for (const text of ['', 'soon', '5', '-5m', '2026-13-01', '1e9d', '10 m', "'; rm"]) {
    t.throws(() => parseSince(text, now), { code: 'USAGE', hint: /--since 2h/ }, text);
  }
});

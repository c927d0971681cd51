import t from 'tap';
import { parsePast, secondsUntil } from '../../../src/cli/live/remembered-rate.ts';
import { summaryOf } from '../../../src/cli/live/run-summary.ts';
import { Screen } from '../../../src/cli/live/screen.ts';
import { ScreenDisplay } from '../../../src/cli/live/screen-display.ts';
import { sparkline } from '../../../src/cli/live/sparkline.ts';
import { type Display, jsonLine, LineDisplay, watchStatus } from '../../../src/cli/live/watch-loop.ts';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import type { StatusModel } from '../../../src/state/status/gather.ts';
import { RUNNING, SITUATIONS, STATS } from '../../state/status/facts.ts';

const RUNS = deriveStatus(RUNNING);
const LATER = deriveStatus({ ...RUNNING, nowMs: RUNNING.nowMs + 1000 });

class Stream {
  columns = 60;
  rows = 24;
  written = '';
  write(text: string): void {
    this.written += text;
  }
}

t.test('a sparkline is drawn from zero, keeps the newest, and leaves a gap for what is not known', async (t) => {
  t.equal(sparkline([0, 1, 2, 4, 8], 10), '▁▁▂▄█');
  t.equal(sparkline([97, 100, 98], 10), '███', 'a steady rate looks steady');
  t.equal(sparkline([1, null, 1], 10), '█ █');
  t.equal(sparkline([1, 2, 3, 4], 2), '▆█');
  t.equal(sparkline([0, 0], 5), '▁▁');
  t.equal(sparkline([1, 2], 0), '');
  t.equal(sparkline([], 5), '');
});

t.test('the screen is entered once, drawn over without blanking, cut to its rows, and given back', async (t) => {
  const stream = new Stream();
  const screen = new Screen(stream);
  const listeners = process.listenerCount('exit');
  screen.draw('before it is entered nothing is drawn');
  t.equal(stream.written, '');
  screen.enter();
  screen.enter();
  t.equal(stream.written, '\u001b[?1049h\u001b[?25l');
  t.equal(process.listenerCount('exit'), listeners + 1, 'an end of the process gives the terminal back too');
  stream.written = '';
  stream.rows = 2;
  screen.draw('one\ntwo\nthree\n');
  t.equal(stream.written, '\u001b[?2026h\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J\u001b[?2026l');
  t.notMatch(stream.written, '\u001b[2J', 'the screen is never blank in between');
  stream.written = '';
  screen.leave();
  screen.leave();
  t.equal(stream.written, '\u001b[?25h\u001b[?1049l');
  t.equal(process.listenerCount('exit'), listeners);
});

t.test('the display follows the size of the terminal, and leaves its last answer behind', async (t) => {
  const stream = new Stream();
  const display = new ScreenDisplay(stream, false);
  display.show(RUNS);
  t.match(stream.written, /Trend: {4}█/);
  stream.written = '';
  stream.columns = 30;
  display.redraw();
  const lines = stream.written.replace(/\u001b\[\??[\d]*[A-Za-z]/g, '').split('\r\n');
  t.same(
    lines.filter((line) => line.length > 30 && !line.includes('Every second')),
    [],
  );
  stream.written = '';
  display.end();
  t.ok(stream.written.startsWith('\u001b[?25h\u001b[?1049l● pearlctl: running'));
});

t.test('what was before stands before what was shown, and no more than the widest terminal has', async (t) => {
  const stream = new Stream();
  const display = new ScreenDisplay(stream, false);
  display.show(RUNS);
  display.precede([null, 256e9, 512e9]);
  t.match(stream.written, /Trend: {5}▄██/);
  display.precede(Array(1000).fill(512e9));
  t.match(stream.written, /Trend: {4}█{43} ▄██\u001b/);
  stream.columns = 1000;
  display.redraw();
  t.match(stream.written, /Trend: {4}█{396} ▄██\u001b/);
  display.end();
  stream.written = '';
  display.precede([1]);
  t.equal(stream.written, '', 'an answer that comes after the end draws nothing');
});

t.test('the past is told second by second, with its gaps, up to the moment that was asked for', async (t) => {
  const past = {
    atSeconds: 1000,
    stepSeconds: 2,
    points: [
      [980, 1, 0],
      [982, 2, 0],
      [994, 3, 0],
      [996, 4, 0],
    ],
  } as const;
  t.same(secondsUntil(past, 0, 7), [3, 3, 4, 4, 4, 4, null]);
  t.same(secondsUntil(past, 4, 5), [3, 3, 4], 'it begins where there is a measurement');
  t.same(secondsUntil(past, 4, 400), [1, 1, 2, 2, 2, 2, ...Array(8).fill(null), 3, 3, 4]);
  t.same(secondsUntil(past, 20, 400), [1]);
  t.same(secondsUntil(past, 21, 400), []);
  t.same(secondsUntil({ ...past, points: [] }, 0, 400), []);
});

t.test('only an answer of the page is a past', async (t) => {
  const recent = { stepSeconds: 2, points: [[1_767_225_600, 5, 1]] };
  const answer = { schemaVersion: 1, at: '2026-01-01T00:00:02.500Z', ...recent, more: {} };
  t.same(parsePast(JSON.stringify(answer)), { atSeconds: 1_767_225_602.5, ...recent });
  for (const wrong of [
    'nonsense',
    'null',
    { ...answer, schemaVersion: 2 },
    { ...answer, at: 'now' },
    { ...answer, points: null },
    { ...answer, stepSeconds: 0 },
    { ...answer, points: [[1]] },
    { ...answer, points: [[1, '\u001b[2J']] },
  ]) {
    t.equal(parsePast(typeof wrong === 'string' ? wrong : JSON.stringify(wrong)), null, JSON.stringify(wrong));
  }
});

t.test('the display is ended by the signal, and also by an error', async (t) => {
  const seen: string[] = [];
  const controller = new AbortController();
  const display: Display = {
    show: (model) => {
      seen.push(model.state);
      if (seen.length === 3) controller.abort();
    },
    end: () => seen.push('end'),
  };
  t.equal(await watchStatus(async () => RUNS, display, controller.signal, 1), RUNS);
  t.same(seen, ['running', 'running', 'running', 'end']);
  seen.length = 0;
  const failing = async () => {
    throw new Error('no disk');
  };
  await t.rejects(watchStatus(failing, display, new AbortController().signal, 1), { message: 'no disk' });
  t.same(seen, ['end']);
});

t.test('growing older is no change; anything else is', async (t) => {
  const lines: string[] = [];
  const display = new LineDisplay((text) => lines.push(text), jsonLine);
  display.show(RUNS);
  display.show(LATER);
  t.equal(lines.length, 1);
  const shares = { ...STATS.shares, accepted: 15 };
  const richer = deriveStatus({ ...RUNNING, stats: { kind: 'valid', value: { ...STATS, shares } } });
  display.show(richer);
  display.show(RUNS);
  t.same(
    lines.map((line) => (JSON.parse(line) as StatusModel).shares?.accepted),
    [14, 15, 14],
  );
  t.ok(lines.every((line) => line.endsWith('}\n')));
  t.not(jsonLine(LATER).line, jsonLine(RUNS).line, 'the line itself is of the moment');
});

t.test('one line says the state, why, and the figures', async (t) => {
  t.equal(summaryOf(RUNS), 'running, 512 GMAC/s, 14 accepted, 1 rejected, 1 stale, height 1234');
  t.equal(
    summaryOf(deriveStatus(SITUATIONS['never-configured'] ?? RUNNING)),
    'not_configured (there is no configuration at /home/me/pearlctl.ini), health: config-missing',
  );
  t.notMatch(summaryOf({ ...RUNS, stateReason: 'a\u001b[2J\nb' }), /[\u001b\n]/);
});

import t from 'tap';
import type { LogRecord } from '../../../src/base/logs/log-record.ts';
import { LiveView } from '../../../src/cli/live/live-view.ts';
import type { StatusModel } from '../../../src/state/status/gather.ts';

const model: StatusModel = {
  schemaVersion: 1,
  version: '0.0.0',
  instance: null,
  scope: 'user',
  network: 'devnet',
  state: 'running',
  stateReason: null,
  stateSince: null,
  stateCommand: null,
  threads: [],
  pools: [],
  machine: null,
  expectation: null,
  energy: null,
  startedAt: null,
  uptimeSeconds: 5,
  wallet: null,
  supervisor: { pid: 1, memoryBytes: null },
  service: null,
  gateway: null,
  children: null,
  miner: null,
  working: null,
  rate: null,
  macs: null,
  impliedRate: null,
  shares: null,
  blocks: null,
  job: null,
  shape: null,
  pauseReason: null,
  dashboardUrl: null,
  health: [],
};

const record: LogRecord = {
  time: '2026-01-02T03:04:05.678Z',
  level: 'info',
  source: 'miner',
  message: 'hello',
  fields: {},
};

/** A terminal that understands what the view writes: text, newlines, cursor up and erase below. */
class Screen {
  readonly columns = 60;
  readonly rows: number;
  lines: string[] = [''];
  writes = 0;

  constructor(rows = 24) {
    this.rows = rows;
  }

  write(text: string): void {
    this.writes += 1;
    const erased = /^\u001b\[(\d+)A\u001b\[J/.exec(text);
    if (erased) this.lines = [...this.lines.slice(0, this.lines.length - 1 - Number(erased[1])), ''];
    for (const [i, part] of text
      .slice(erased?.[0].length ?? 0)
      .split('\n')
      .entries()) {
      if (i > 0) this.lines.push('');
      this.lines[this.lines.length - 1] += part;
    }
  }
}

t.test('log lines stay above, and one status stays below them', async (t) => {
  const screen = new Screen();
  const view = new LiveView(screen, false);
  view.record(record);
  view.change(model);
  view.record({ ...record, message: 'again' });
  view.change({ ...model, state: 'degraded' });
  t.same(screen.lines.slice(0, 2), ['03:04:05 miner: hello', '03:04:05 miner: again']);
  t.equal(screen.lines.filter((line) => line.includes('pearlctl')).length, 1);
  t.match(screen.lines.join('\n'), 'degraded');
  view.end();
  t.same(screen.lines, ['03:04:05 miner: hello', '03:04:05 miner: again', '']);
});

t.test('what has not changed is not drawn again', async (t) => {
  const screen = new Screen();
  const view = new LiveView(screen, false);
  view.change(model);
  view.change(model);
  t.equal(screen.writes, 1);
});

t.test('a low terminal gets no more lines than can be erased again', async (t) => {
  const screen = new Screen(4);
  const view = new LiveView(screen, false);
  view.change(model);
  t.ok(screen.lines.length - 1 <= 2);
  view.end();
  t.same(screen.lines, ['']);
});

// What real commands print with `--json`, held against its description.
import { readFileSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { DOCUMENTS, renderJsonReference } from '../../../scripts/docs/json-page.ts';
import { calibrationModel } from '../../../src/cli/calibration/calibration-model.ts';
import type { Calibrated } from '../../../src/miner/calibration/calibration-session.ts';
import { costOf } from '../../../src/miner/power/energy-cost.ts';
import { PRESETS } from '../../../src/protocol/shapes.ts';
import { type LedgerEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { runCli } from '../run-cli.ts';
import { neverSeen, violations } from './conform.ts';
import { expectHeld, hold, SHARES } from './held.ts';

t.setTimeout(300_000);

const HOW = 'npm run docs';

t.test('docs/json.md names keys of the status that are there', async (t) => {
  const page = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8');
  const [, rows = ''] = /^\| key \| \|\n(.*?)\n\n/ms.exec(page) ?? [];
  const named = [...rows.matchAll(/`([a-z][\w.[\]]*)`/g)].map(([, key = '']) => key);
  const known = new Set(Object.keys(DOCUMENTS.status.keys));
  t.ok(named.length > 15, `${named.length} are named`);
  t.same(
    // What is set in the configuration, beside what it comes to.
    named.filter((key) => !known.has(key) && key !== 'power_price'),
    [],
  );
});

t.test('docs/json-reference.md is up to date', async (t) => {
  t.equal(
    readFileSync(new URL('../../../docs/json-reference.md', import.meta.url), 'utf8'),
    renderJsonReference(),
    HOW,
  );
});

/** The document of a command, or each line of its lines. */
async function documentsOf(home: string, args: string[], input?: string): Promise<unknown[]> {
  const { stdout } = await runCli(args, { home, ...(input === undefined ? {} : { input }) });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const ENTRY: LedgerEntry = {
  time: '2026-01-02T03:04:05.000Z',
  job: '1a',
  height: 7,
  certVersion: 3,
  target: 1n << 220n,
  shape: { m: 16384, n: 12288, k: 2048, rank: 128, h: 16, w: 16 },
  proof: '0123456789abcdef',
  result: 'accepted',
  reason: null,
  block: true,
  latencyMs: 12.5,
};

t.test('shares, configuration, log, metrics and pauses', async (t) => {
  const home = t.testdir();
  hold(t, 'init', await documentsOf(home, ['init', '--yes', '--network', 'devnet', '--json']));
  await mkdir(join(home, 'state'), { recursive: true });
  await writeFile(join(home, 'state', 'shares.jsonl'), renderEntry(ENTRY));
  await appendFile(
    join(home, 'state', 'shares.jsonl'),
    renderEntry({ ...ENTRY, result: 'rejected', reason: 'no', height: null }),
  );
  hold(t, 'shares', await documentsOf(home, ['shares', '--all', '--json']));
  hold(t, 'version', await documentsOf(home, ['--version', '--json']));

  hold(t, 'list', await documentsOf(home, ['list', '--json']));

  hold(t, 'configShow', await documentsOf(home, ['config', 'show', '--effective', '--json']));
  hold(t, 'configGet', [
    ...(await documentsOf(home, ['config', 'get', 'miner.wallet', '--json'])),
    ...(await documentsOf(home, ['config', 'get', 'pool.url', '--json'])),
  ]);
  const sound = await documentsOf(home, ['config', 'validate', '--json']);
  const set = await documentsOf(home, ['config', 'set', 'miner.threads', '1', '--json']);
  await appendFile(join(home, 'pearlctl.ini'), '[pool]\nnonsense = 1\n');
  const unsound = await documentsOf(home, ['config', 'validate', '--json']);
  await appendFile(join(home, 'pearlctl.ini'), '[gateway\n');
  const unreadable = await documentsOf(home, ['config', 'validate', '--json']);
  t.match(unreadable, [{ valid: false, problems: [{ code: 'CONFIG_SYNTAX' }] }]);
  hold(t, 'configValidate', [...sound, ...unsound, ...unreadable]);
  hold(t, 'configChange', set);

  await mkdir(join(home, 'logs'), { recursive: true });
  const line = { time: ENTRY.time, level: 'info', source: 'miner', message: 'hello' };
  await writeFile(join(home, 'logs', 'pearlctl.log'), `${JSON.stringify(line)}\n`);
  hold(t, 'logs', await documentsOf(home, ['logs', '--json']));

  const metrics = (await documentsOf(home, ['metrics', '--json'])) as {
    metrics: { samples: { labels: object }[] }[];
  }[];
  // The names of labels are those of the metrics.
  for (const document of metrics) {
    for (const { samples } of document.metrics) for (const sample of samples) sample.labels = {};
  }
  hold(t, 'metrics', metrics);
  hold(t, 'metricsHive', await documentsOf(home, ['metrics', '--hive', join(home, 'hive.json'), '--json']));
  hold(t, 'metricsTemplate', await documentsOf(home, ['metrics', '--template', 'alerts', '--json']));

  hold(t, 'pause', [
    ...(await documentsOf(home, ['pause', '--json'])),
    ...(await documentsOf(home, ['resume', '--json'])),
  ]);
  const fresh = join(home, 'fresh');
  await mkdir(fresh);
  hold(t, 'render', await documentsOf(fresh, ['render', 'systemd', '--json']));
  hold(t, 'completion', await documentsOf(home, ['completion', 'fish', '--json']));
});

t.test('the doctor, all its checks and the list of them', async (t) => {
  const home = t.testdir();
  await runCli(['init', '--yes', '--network', 'devnet'], { home });
  const found = await documentsOf(home, ['doctor', 'wallet', 'node', 'configuration', '--json']);
  hold(t, 'doctor', found);
  // Nothing is configured: the fix is a command.
  hold(t, 'doctor', await documentsOf(t.testdir(), ['doctor', 'configuration', '--json']));
  hold(t, 'doctor', await documentsOf(home, ['doctor', '--list', '--json']));
});

t.test('what is measured and judged', async (t) => {
  const home = t.testdir();
  const bench = await documentsOf(home, ['bench', '--seconds', '0.2', '--threads', '1', '--json']);
  hold(t, 'bench', bench);
  const [several] = (await documentsOf(home, ['bench', '--seconds', '0.1', '--threads', '1,1', '--json'])) as {
    schemaVersion: number;
    runs: object[];
  }[];
  hold(t, 'bench', several?.runs.map((run) => ({ schemaVersion: several.schemaVersion, ...run })) ?? []);
  hold(t, 'selfTest', await documentsOf(home, ['self-test', '--json']));

  const header = '00'.repeat(76);
  const single = ['verify', '--header', header, '--cert-version', '3', '--nbits', '1d00ffff', '--proof', '-', '--json'];
  hold(t, 'verify', await documentsOf(home, single, 'AAAA'));
  const lines = 'nonsense\n{"id":1}\n{"id":"a"}\n';
  hold(t, 'verifyBatch', await documentsOf(home, ['verify', '--batch'], lines));
});

t.test('a calibration, with all that a machine can tell and with nothing', async (t) => {
  const choice = {
    kernel: 'avx2',
    threads: 2,
    blockRows: 128,
    shape: PRESETS.light,
    macsPerSecond: 5e11,
  };
  const found = {
    choice,
    macsPerSecond: 5e11,
    spread: 0.01,
    power: costOf('processor', 10, 60),
  } as unknown as Calibrated;
  const times = { shareSeconds: 12.5, blockSeconds: null };
  const whole = calibrationModel(found, { kind: 'times', times, source: 'http://127.0.0.1:8337' }, 0.32);
  const bare = calibrationModel({ ...found, power: { source: null, reason: '', hint: null } }, null, null);
  const documents = [whole, bare].map((model) => ({ schemaVersion: 1, ...model }));
  for (const document of documents) t.same(violations(DOCUMENTS.calibrate, document), []);
  t.same(neverSeen(DOCUMENTS.calibrate, documents), []);
});

t.test('every failure is an object on standard error, and standard output stays empty', async (t) => {
  const home = t.testdir();
  for (const args of [
    ['nonsense', '--json'],
    ['status', '--json', '--nonsense'],
    ['reload', '--json'],
    ['config', 'show', '--json'],
    ['attach', '--gateway-url', 'unix:/no/such', '--json'],
  ]) {
    const { code, stdout, stderr } = await runCli(args, { home });
    t.not(code, 0, args.join(' '));
    t.equal(stdout, '');
    hold(t, 'failure', [JSON.parse(stderr)]);
  }
});

t.test('these were all held, and so is every document that docs/json-reference.md has', async (t) => {
  expectHeld(t, 'cli/documents/commands.test.ts');
  const held = new Set<string>(Object.values(SHARES).flat());
  t.same(
    Object.keys(DOCUMENTS).filter((name) => !held.has(name)),
    [],
    'each is the share of a test',
  );
  for (const file of Object.keys(SHARES)) {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    t.match(text, `expectHeld(t, '${file}')`, `${file} answers for its share`);
  }
});

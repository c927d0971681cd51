// Several who write the configuration at once: no change is lost, and none is overwritten that its writer was not shown.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { whileLocked } from '../../src/config/config-lock.ts';
import { person, play } from '../cli/init/play.ts';
import { CLI, runCli } from '../cli/run-cli.ts';
import { DEVNET } from '../doctor/stage.ts';
import { stays } from '../fixtures/until.ts';

t.setTimeout(600_000);

const SETTINGS = [
  ['miner.worker', 'worker = desk'],
  ['miner.threads', 'threads = 1'],
  ['miner.memory', 'memory = 256M'],
  ['miner.matrices', 'matrices = random'],
  ['miner.poll_interval', 'poll_interval = 2s'],
  ['gateway.stop_timeout', 'stop_timeout = 7s'],
  ['pool.max_in_flight', 'max_in_flight = 8'],
  ['pool.max_submits_per_minute', 'max_submits_per_minute = 9'],
  ['supervisor.limit', 'limit = 20 in 10m'],
  ['logs.level', 'level = debug'],
  ['logs.files', 'files = 3'],
  ['logs.max_size', 'max_size = 1M'],
] as const;

function homeWith(t: Test, text: string): { home: string; path: string } {
  const home = t.testdir();
  const path = join(home, 'pearlctl.ini');
  writeFileSync(path, text, { mode: 0o600 });
  return { home, path };
}

t.test('of many keys that are set and removed at the same time none is lost, and no file stays behind', async (t) => {
  const { home, path } = homeWith(t, `${DEVNET}[service]\nmemory_max = 2G\n`);
  const sets = SETTINGS.map(([key, line]) => ['set', key, line.slice(line.indexOf('=') + 2)]);
  const all = await Promise.all(
    [...sets, ['unset', 'service.memory_max']].map((words) =>
      runCli(['config', ...words], { home, timeoutMs: 240_000 }),
    ),
  );
  for (const { code, stderr } of all) t.match({ code, stderr }, { code: 0, stderr: '' });
  const text = readFileSync(path, 'utf8');
  for (const [key, line] of SETTINGS) t.match(text, `\n${line}\n`, key);
  t.notMatch(text, 'memory_max');
  t.same(readdirSync(home), ['pearlctl.ini']);
});

t.test('a writer waits for the one before it, and a killed one has let go', async (t) => {
  const { home, path } = homeWith(t, DEVNET);
  const fixture = fileURLToPath(new URL('../fixtures/native/hold-lock.cjs', import.meta.url));
  const holder = spawn(process.execPath, [fixture, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => holder.kill('SIGKILL'));
  t.match(String(await once(holder.stdout, 'data')), /^held/);
  await t.rejects(
    whileLocked(path, async () => t.fail('two at once'), 50),
    { code: 'CONFIG_BUSY', exitCode: 75 },
  );
  const waiting = runCli(['config', 'set', 'miner.threads', '1'], { home });
  let isOver = false;
  void waiting.finally(() => {
    isOver = true;
  });
  // Longer than the command takes when it has nothing to wait for.
  await stays('the second writer waits', () => !isOver, 1500);
  t.equal(readFileSync(path, 'utf8'), DEVNET);
  holder.kill('SIGKILL');
  t.match(await waiting, { code: 0, stdout: /\+ threads = 1/ });
  t.same(readdirSync(home), ['pearlctl.ini']);
});

t.test('of two who make a configuration where there is none, one does', async (t) => {
  const home = t.testdir();
  const runs = await Promise.all(
    [1, 2, 3, 4].map(() => runCli(['init', '--yes', '--network', 'devnet'], { home, timeoutMs: 240_000 })),
  );
  const made = runs.filter(({ code }) => code === 0);
  t.equal(made.length >= 1, true, 'at least one');
  // The others were told that there is one by now, or came so late that they kept its wallet.
  for (const run of runs) {
    if (run.code !== 0) t.match(run, { code: /^(2|75)$/, stderr: /another configuration|changed meanwhile/ });
  }
  t.equal(runs.filter(({ stdout }) => stdout.startsWith('Written:')).length, 1, 'never is one written over another');
  t.same(readdirSync(home), ['pearlctl.ini']);
});

t.test(
  'init shows the difference again when it is another than the one that was agreed to',
  { skip: person },
  async (t) => {
    const { home, path } = homeWith(t, DEVNET);
    const { code, shown } = await play(
      home,
      ['init', '--network', 'devnet', '--threads', '2', '--no-calibrate'],
      [
        ['as now?', '\r'],
        ['Write this?', '\r', [path, '[logs]\nlevel = warn\n']],
        ['Another program changed', ''],
        ['[miner] threads: ', ''],
        ['Write this?', 'n'],
      ],
    );
    t.equal(code, 2, shown);
    t.equal(readFileSync(path, 'utf8'), `${DEVNET}[logs]\nlevel = warn\n`);
  },
);

t.test(
  'config edit keeps both when another writer was faster: the file, and what was edited',
  { skip: person },
  async (t) => {
    const { home, path } = homeWith(t, DEVNET);
    const temporary = mkdtempSync(join(tmpdir(), 'pearlctl-test-'));
    t.teardown(() => rmSync(temporary, { recursive: true }));
    const editor = join(home, 'editor.mjs');
    writeFileSync(
      editor,
      `import { appendFileSync } from 'node:fs';
     import { spawnSync } from 'node:child_process';
     spawnSync(process.execPath, [${JSON.stringify(CLI)}, 'config', 'set', 'miner.threads', '1']);
     appendFileSync(process.argv[2], '[logs]\\nlevel = warn\\n');`,
    );
    const edited = await play(home, ['config', 'edit'], [], {
      VISUAL: `${process.execPath} ${editor}`,
      TMPDIR: temporary,
    });
    t.match(edited, { code: 75, shown: /\+ threads = 1[\s\S]*changed meanwhile[\s\S]*diff / }, edited.shown);
    t.match(readFileSync(path, 'utf8'), /threads = 1/);
    t.notMatch(readFileSync(path, 'utf8'), /level = warn/);
    const [copy = ''] = /diff \S+ (\S+)/.exec(edited.shown)?.slice(1) ?? [];
    t.equal(readFileSync(copy, 'utf8'), `${DEVNET}[logs]\nlevel = warn\n`);
  },
);

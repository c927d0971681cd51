// Commands whose output cannot be written any more, as real processes: the reader of a pipe leaves, the terminal is closed, the
// disk is full.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { DEVNET } from '../doctor/stage.ts';
import { CLI, runCli } from './run-cli.ts';

t.setTimeout(300_000);

const PERSON = fileURLToPath(new URL('../fixtures/person.py', import.meta.url));
const withoutPython =
  spawnSync('python3', ['-c', 'import pty, sys; assert sys.version_info >= (3, 9)']).status !== 0 && 'needs python3';
const withoutFull = process.platform !== 'linux' && 'needs /dev/full';
/** 128 + SIGHUP. */
const HUNG_UP = 129;

interface Home {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

function makeHome(t: Test): Home {
  const folder = t.testdir({ tmp: {}, 'pearlctl.ini': DEVNET });
  t.teardown(() => runCli(['stop'], { home: folder }));
  const { PATH } = process.env;
  return {
    folder,
    env: { PATH, HOME: folder, PEARLCTL_HOME: folder, TMPDIR: join(folder, 'tmp'), TERM: 'xterm', LANG: 'C.UTF-8' },
  };
}

const OPTIONS = { extendEnv: false, reject: false, timeout: 120_000, killSignal: 'SIGKILL' } as const;

/** Runs a shell line: `$0` is Node, `$1` the command line. The exit code is that of the first command of a pipe. */
async function shell({ env }: Home, line: string) {
  const run = await execa('bash', ['-c', `${line}; exit \${PIPESTATUS[0]}`, process.execPath, CLI], {
    env,
    ...OPTIONS,
  });
  return { code: run.exitCode, stdout: run.stdout, stderr: run.stderr };
}

/** The same line at a terminal that is closed once `text` is shown. */
async function closedAt({ env, folder }: Home, line: string, text: string) {
  const steps = JSON.stringify([[text, null]]);
  const program = ['bash', '-c', `exec 2>"${folder}/stderr"; ${line}`, process.execPath, CLI];
  const { exitCode, stdout } = await execa('python3', [PERSON, steps, ...program], {
    env: { ...env, PERSON_PATIENCE: '100' },
    ...OPTIONS,
  });
  return { code: exitCode, shown: stdout, stderr: readFileSync(join(folder, 'stderr'), 'utf8') };
}

/** It stopped in order: its last word, and nothing that would be taken for a crash. */
async function hasStopped(t: Test, { folder }: Home, why: string) {
  const log = readFileSync(join(folder, 'logs', 'pearlctl.log'), 'utf8')
    .trimEnd()
    .split('\n');
  const messages = log.map((line) => (JSON.parse(line) as { message: string }).message);
  t.ok(messages.includes(`stopping: ${why}`), messages.join('; '));
  t.equal(messages.at(-1), 'stopped');
  const { code, stdout } = await runCli(['status', '--field', 'state'], { home: folder });
  t.same({ code, stdout }, { code: 3, stdout: 'stopped\n' });
}

for (const [line, says] of [
  ['"$0" "$1" run --json | head -2', /^\{"time".*\n\{"time".*$/],
  ['"$0" "$1" run 2>&1 | head -2', /^.* supervisor: .*\n.* supervisor: .*$/],
] as const) {
  t.test(`the reader of ${line.slice(10)} leaves: the supervisor stops in order`, async (t) => {
    const home = makeHome(t);
    const { code, stdout, stderr } = await shell(home, line);
    t.equal(code, 0, stderr);
    t.match(stdout, says);
    t.equal(stderr, '');
    await hasStopped(t, home, 'its lines are not read any more');
  });
}

t.test('the reader of the demo leaves: it is no failure, and nothing is left', async (t) => {
  const home = makeHome(t);
  const { code, stderr } = await shell(home, '"$0" "$1" demo | head -2');
  t.same({ code, stderr }, { code: 0, stderr: '' });
  t.same(readdirSync(join(home.folder, 'tmp')), []);
});

t.test('the terminal of run is closed: the supervisor stops in order', { skip: withoutPython }, async (t) => {
  const home = makeHome(t);
  const { code, shown, stderr } = await closedAt(home, 'exec "$0" "$1" run', 'block accepted');
  t.equal(code, HUNG_UP, shown);
  t.notMatch(shown, / debug: |Devnet block/, 'what is not for every reader is not shown, and a block is told once');
  t.equal(stderr, '');
  await hasStopped(t, home, 'the terminal is gone');
});

t.test('the terminal of run is closed while its lines go elsewhere', { skip: withoutPython }, async (t) => {
  const home = makeHome(t);
  const lines = join(home.folder, 'lines');
  const wait = `{ until grep -qs "ready:" "${lines}"; do sleep 0.1; done; echo it is up; } &`;
  const { code, shown, stderr } = await closedAt(home, `${wait} exec "$0" "$1" run --json >"${lines}"`, 'it is up');
  t.equal(code, HUNG_UP, shown);
  t.equal(stderr, '');
  await hasStopped(t, home, 'the terminal is gone');
});

t.test('the terminal of the demo is closed: nothing of it is left', { skip: withoutPython }, async (t) => {
  const home = makeHome(t);
  const { code, shown, stderr } = await closedAt(home, 'exec "$0" "$1" demo', 'number 1 accepted');
  t.equal(code, HUNG_UP, shown);
  t.match(stderr, /^(?:Interrupted, and all of it was removed\..*\n)?$/);
  t.same(readdirSync(join(home.folder, 'tmp')), []);
});

t.test('the terminal of a watch is closed', { skip: withoutPython }, async (t) => {
  const { code, shown, stderr } = await closedAt(makeHome(t), 'exec "$0" "$1" status --watch', 'Every second');
  t.equal(code, HUNG_UP, shown);
  t.equal(stderr, '');
});

t.test('a full disk is told in a line, whatever the command', { skip: withoutFull }, async (t) => {
  const home = makeHome(t);
  for (const words of ['--help', '--version', 'status', 'status --json', 'status --watch', 'metrics', 'demo']) {
    const { code, stderr } = await shell(home, `"$0" "$1" ${words} >/dev/full`);
    t.equal(code, 69, words);
    if (words.endsWith('--json')) t.match(JSON.parse(stderr), { error: { code: 'OUTPUT_UNWRITABLE' } });
    else t.equal(stderr, 'pearlctl: Standard output cannot be written (ENOSPC).\n  Free some space where it goes to.');
  }
  t.same(readdirSync(join(home.folder, 'tmp')), [], 'and the demo has cleaned up');
});

t.test('talk that cannot be written changes nothing', { skip: withoutFull }, async (t) => {
  const home = makeHome(t);
  t.match(await shell(home, '"$0" "$1" nonsense 2>/dev/full'), { code: 2, stdout: '' });
  t.match(await shell(home, '"$0" "$1" bench --threads 1 --seconds 0.1 2>/dev/full'), { code: 0, stdout: /MAC\/s/ });
});

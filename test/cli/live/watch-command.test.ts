// `status --watch` and `--field` as real processes: at a pseudo-terminal, in a pipe, and ended in each way.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t from 'tap';
import type { Config } from '../../../src/config/configuration.ts';
import { Events } from '../../../src/state/history/events.ts';
import { Past } from '../../../src/state/history/past.ts';
import { processIdentity } from '../../../src/state/sidecar/identity.ts';
import { sidecarFields } from '../../../src/state/sidecar/sidecar-record.ts';
import { statsFields } from '../../../src/state/stats/stats-record.ts';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { Site } from '../../../src/web/site/site.ts';
import { RUNNING, SIDECAR, STATS } from '../../state/status/facts.ts';
import { CLI, runCli } from '../run-cli.ts';

const PERSON = fileURLToPath(new URL('../../fixtures/person.py', import.meta.url));
const skip =
  spawnSync('python3', ['-c', 'import pty, sys; assert sys.version_info >= (3, 9)']).status !== 0 && 'needs python3';
const LEAVE = '\u001b[?25h\u001b[?1049l';

/** A home in which this very process passes for supervisor and children. */
function running(home: string, accepted = 14, dashboardUrl: string | null = null): void {
  const self = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const child = { ...SIDECAR.children.miner, ...self };
  mkdirSync(join(home, 'run'), { recursive: true });
  mkdirSync(join(home, 'state'), { recursive: true });
  const sidecar = {
    ...SIDECAR,
    dashboardUrl,
    supervisor: self,
    children: { gateway: child, miner: child },
  };
  const shares = { ...STATS.shares, accepted };
  writeFileSync(join(home, 'pearlctl.ini'), 'network = devnet\n');
  writeFileSync(join(home, 'run', 'mining.json'), JSON.stringify(sidecarFields(sidecar)));
  writeFileSync(
    join(home, 'run', 'stats.json'),
    JSON.stringify(statsFields({ ...STATS, shares, updatedAt: new Date().toISOString() })),
  );
}

function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home, TERM: 'xterm', LANG: 'C.UTF-8' };
}

/** Runs a shell line at a pseudo-terminal: `$0` is Node, `$1` the command line. */
async function atTerminal(home: string, line: string, steps: [wait: string, type: string][]) {
  const program = ['sh', '-c', line, process.execPath, CLI];
  const run = await execa('python3', [PERSON, JSON.stringify(steps), ...program], {
    env: environment(home),
    extendEnv: false,
    reject: false,
    timeout: 80_000,
    killSignal: 'SIGKILL',
  });
  return { code: run.exitCode, shown: run.stdout };
}

const TELL_MODES = '; code=$?; stty -a | tr " " "\\n" | grep -x -e icanon -e -icanon -e echo -e -echo; exit $code';

for (const [how, key] of [
  ['q', 'q'],
  ['Ctrl-C', '\u0003'],
] as const) {
  t.test(`${how} ends the watch, and the terminal is as before`, { skip }, async (t) => {
    const home = t.testdir();
    running(home);
    const { code, shown } = await atTerminal(home, `"$0" "$1" status --watch${TELL_MODES}`, [['Ctrl-C or q', key]]);
    t.equal(code, 0, shown);
    t.equal(shown.split('\u001b[?1049h').length, 2, 'the alternate screen is entered once');
    const [, after = ''] = shown.split(LEAVE);
    t.match(after, /● pearlctl: running/, 'the last answer stays');
    t.match(after, /^icanon\r?$/m, 'lines are edited again');
    t.match(after, /^echo\r?$/m, 'and shown');
  });
}

t.test('the curve begins with what the supervisor remembers', { skip }, async (t) => {
  const gateway = { host: '127.0.0.1', metricsPort: 0, dashboard: true } as Config['gateway'];
  // Up to the moment of the question, however long the programs take to start.
  const site = await Site.open(gateway, () => {
    const history = { past: new Past(), events: new Events() };
    const nowMs = Date.now();
    for (let ageMs = 60_000; ageMs >= 0; ageMs -= 2000) {
      const macsPerSecond = ageMs > 30_000 ? 64e9 : 512e9;
      const shares = { accepted: 14, rejected: 0, stale: 0, dropped: 0 };
      history.past.add({ atMs: nowMs - ageMs, macsPerSecond, shares, celsius: null, watts: null });
    }
    return { metrics: () => [], status: () => deriveStatus(RUNNING), history };
  });
  t.teardown(() => site.close());
  const home = t.testdir();
  running(home, 14, site.dashboardUrl);
  // Half a minute of little, and then as much as now.
  const { code, shown } = await atTerminal(home, '"$0" "$1" status --watch', [['▁'.repeat(20), 'q']]);
  t.equal(code, 0, shown);
  t.match(shown, /Trend: {4}█\u001b/, 'it waits for no answer');
  t.match(shown, /Trend: {4}▁{18,31}[▂-▇]{0,5}█{25,40}\u001b/);
});

t.test('a page that does not answer is not missed', { skip }, async (t) => {
  const sockets = new Set<Socket>();
  let questions = 0;
  const silent = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('data', () => {
      questions += 1;
    });
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const home = t.testdir();
  running(home, 14, `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
  const { code, shown } = await atTerminal(home, '"$0" "$1" status --watch', [
    ['██', ''],
    ['███', 'q'],
  ]);
  t.equal(code, 0, shown);
  t.equal(questions, 1, 'it was asked, and once');
  t.notMatch(shown, /rror/);
});

t.test('a terminal gets colour, unless it or its owner wants none', { skip }, async (t) => {
  const home = t.testdir();
  running(home);
  for (const [before, flags, coloured] of [
    ['', '', true],
    ['NO_COLOR=1', '', false],
    ['CLICOLOR=0', '', false],
    ['TERM=dumb', '', false],
    ['NO_COLOR=1', '--color always', true],
    ['', '--color never', false],
  ] as const) {
    const { code, shown } = await atTerminal(home, `${before} "$0" "$1" status ${flags}`, []);
    t.equal(code, 0, shown);
    t.equal(shown.includes('\u001b['), coloured, `${before} status ${flags}`);
  }
});

t.test('SIGTERM gives the terminal back too', { skip }, async (t) => {
  const home = t.testdir();
  running(home);
  const line = `"$0" "$1" status --watch & pid=$!; read line; kill -TERM $pid; wait $pid${TELL_MODES}`;
  // In the background the keys belong to the shell; the screen is drawn all the same.
  const { code, shown } = await atTerminal(home, `set +m; ${line}`, [['Ctrl-C or q', '\r']]);
  t.equal(code, 0, shown);
  t.match(shown.split(LEAVE)[1] ?? '', /● pearlctl: running/);
  t.match(shown, /^icanon\r?$/m);
});

t.test('in a pipe there is a line for each change, until SIGTERM', async (t) => {
  const home = t.testdir();
  running(home);
  for (const { flags, first, second } of [
    { flags: ['--watch'], first: /^\S+Z running, 512 GMAC\/s, 14 accepted/, second: / 15 accepted/ },
    { flags: ['--watch', '--json'], first: /^\{"schemaVersion":1,.*"accepted":14/, second: /"accepted":15/ },
    { flags: ['--watch', '--field', 'shares.accepted'], first: /^14\n/, second: /^15$/m },
  ]) {
    running(home, 14);
    const child = spawn(process.execPath, [CLI, 'status', ...flags], { env: environment(home) });
    let text = '';
    const until = async (wanted: RegExp) => {
      while (!wanted.test(text)) text += String((await once(child.stdout, 'data'))[0]);
    };
    await until(first);
    running(home, 15);
    await until(second);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    t.equal(code, 0, flags.join(' '));
    t.notMatch(text, /\u001b/, 'no control sequence in a pipe');
  }
});

t.test('one value for scripts, with the exit code of the state', async (t) => {
  const home = t.testdir();
  t.same(await runCli(['status', '--field', 'state'], { home }), { code: 4, stdout: 'not_configured\n', stderr: '' });
  t.same(await runCli(['status', '--field', 'shares.accepted'], { home }), { code: 4, stdout: '\n', stderr: '' });
  running(home);
  t.same(await runCli(['status', '--field=shares.accepted'], { home }), { code: 0, stdout: '14\n', stderr: '' });
  t.same(await runCli(['status', '--field', 'rate', '--json'], { home }), {
    code: 0,
    stdout: `${JSON.stringify({ macsPerSecond10s: 512e9, macsPerSecond60s: 498.2e9, macsPerSecond15m: 501e9 })}\n`,
    stderr: '',
  });
  for (const flags of [[], ['--watch']]) {
    const mistyped = await runCli(['status', '--field', 'shares.acepted', ...flags], { home });
    t.match(mistyped, { code: 2, stdout: '', stderr: /has no field.*\n {2}Did you mean: --field shares\.accepted\n$/ });
  }
});

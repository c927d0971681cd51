// `pearlctl logs` over real files: what is chosen, in which order, and a follower that outlives rotations.
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import type { LogLevel, LogSource } from '../../../src/base/logs/log-record.ts';
import { renderJsonLine } from '../../../src/base/logs/log-record.ts';
import { until } from '../../fixtures/until.ts';
import { CLI, runCli } from '../run-cli.ts';

const START = Date.UTC(2026, 0, 31, 12);

function record(minute: number, level: LogLevel, source: LogSource, message: string): string {
  const time = new Date(START + minute * 60_000).toISOString();
  return renderJsonLine({ time, level, source, message, fields: {} });
}

function homeWith(t: Test, files: Record<string, string>): { home: string; log: string } {
  const home = t.testdir();
  mkdirSync(join(home, 'logs'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, 'logs', name), text);
  return { home, log: join(home, 'logs', 'pearlctl.log') };
}

const OLD = record(0, 'info', 'supervisor', 'one') + record(1, 'error', 'miner', 'two');
const NEW =
  record(2, 'debug', 'gateway', 'three') + record(3, 'warn', 'miner', 'four') + record(4, 'info', 'miner', 'five');

const said = (stdout: string) => stdout.split('\n').flatMap((line) => /: (\w+)$/.exec(line)?.[1] ?? []);

t.test('the newest lines come last, older files first', async (t) => {
  const { home } = homeWith(t, { 'pearlctl.log': NEW, 'pearlctl.log.1': OLD });
  const ask = async (...flags: string[]) => said((await runCli(['logs', ...flags], { home })).stdout);
  t.same(await ask(), ['one', 'two', 'three', 'four', 'five']);
  t.same(await ask('-n', '2'), ['four', 'five']);
  t.same(await ask('--child', 'miner', '-n', '2'), ['four', 'five']);
  t.same(await ask('--child', 'miner'), ['two', 'four', 'five'], 'counted after choosing');
  t.same(await ask('--level', 'warn'), ['two', 'four']);
  t.same(await ask('--since', '2026-01-31T12:03:00Z'), ['four', 'five']);
  t.same(await ask('--since', '2026-01-31T12:01:00Z', '--level', 'error', '--child', 'miner'), ['two']);
});

t.test('a line is words for people, and the file’s own JSON for scripts', async (t) => {
  const { home } = homeWith(t, { 'pearlctl.log': OLD });
  const env = { TZ: 'Asia/Kathmandu' };
  t.equal((await runCli(['logs', '-n', '1'], { home, env })).stdout, '2026-01-31 17:46:00 +05:45 error miner: two\n');
  const inUtc = await runCli(['logs', '-n', '1', '--utc'], { home, env });
  t.equal(inUtc.stdout, '2026-01-31 12:01:00 UTC error miner: two\n');
  const json = (await runCli(['logs', '--json'], { home })).stdout;
  t.equal(json, OLD);
});

t.test('thousands of lines, the last without its end', async (t) => {
  const many = Array.from({ length: 5000 }, (_, index) => record(index, 'info', 'miner', `n${index}`)).join('');
  const { home } = homeWith(t, { 'pearlctl.log': `${many}${record(6000, 'info', 'miner', 'last').trimEnd()}` });
  t.same(said((await runCli(['logs', '-n', '3'], { home })).stdout), ['n4998', 'n4999', 'last']);
  t.equal(said((await runCli(['logs', '-n', '100000'], { home })).stdout).length, 5001);
});

t.test('what cannot be asked is refused with what can, and no log is told as one', async (t) => {
  const { home } = homeWith(t, {});
  t.match(await runCli(['logs'], { home }), { code: 1, stdout: '', stderr: /no log yet.*\n.*pearlctl status/ });
  t.match(await runCli(['logs', '--since', 'soon'], { home }), { code: 2, stderr: /--since 2h/ });
  t.match(await runCli(['logs', '--child', 'driver'], { home }), { code: 2, stderr: /supervisor, gateway, miner/ });
  t.match(await runCli(['logs', '-n', '0'], { home }), { code: 2, stderr: /from 1/ });
});

t.test('a follower sees what is appended, over a rotation, chosen as before, until Ctrl-C', async (t) => {
  const { home, log } = homeWith(t, { 'pearlctl.log': OLD });
  const follower = execa(process.execPath, [CLI, 'logs', '-f', '--child', 'miner', '-n', '1'], {
    env: { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home },
    extendEnv: false,
    reject: false,
  });
  t.teardown(() => follower.kill('SIGKILL'));
  let shown = '';
  follower.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  await until('the old line', () => said(shown).join() === 'two');
  appendFileSync(log, NEW);
  await until('the appended lines', () => said(shown).join() === 'two,four,five');
  appendFileSync(log, record(5, 'info', 'miner', 'six'));
  renameSync(log, `${log}.1`);
  writeFileSync(log, record(6, 'info', 'gateway', 'other') + record(7, 'info', 'miner', 'seven'));
  await until('both sides of the rotation', () => said(shown).join() === 'two,four,five,six,seven');
  follower.kill('SIGINT');
  t.equal((await follower).exitCode, 0);
});

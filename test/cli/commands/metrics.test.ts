import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { processIdentity } from '../../../src/state/sidecar/identity.ts';
import { sidecarFields } from '../../../src/state/sidecar/sidecar-record.ts';
import { statsFields } from '../../../src/state/stats/stats-record.ts';
import { SIDECAR, STATS } from '../../state/status/facts.ts';
import { runCli } from '../run-cli.ts';

/** A home in which this very process passes for supervisor and children. */
function running(home: string): void {
  const self = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const child = { ...SIDECAR.children.miner, ...self };
  const sidecar = { ...SIDECAR, supervisor: self, children: { gateway: child, miner: child } };
  mkdirSync(join(home, 'run'), { recursive: true });
  writeFileSync(join(home, 'run', 'mining.json'), JSON.stringify(sidecarFields(sidecar)));
  writeFileSync(
    join(home, 'run', 'stats.json'),
    JSON.stringify(statsFields({ ...STATS, updatedAt: new Date().toISOString() })),
  );
}

t.test('prints the Prometheus text from the state files, also when nothing runs', async (t) => {
  const home = t.testdir();
  const before = await runCli(['metrics'], { home });
  t.match(before, { code: 0, stderr: '', stdout: /^pearl_state\{state="not_configured"\} 1$/m });
  running(home);
  const text = await runCli(['metrics'], { home });
  t.match(text, { code: 0, stderr: '', stdout: /^pearl_state\{state="running"\} 1$/m });
  t.match(text.stdout, /^process_start_time_seconds /m, 'as the supervisor serves it');
  t.match(text.stdout, /^pearl_gateway_shares_accepted_total 14$/m);
  const json = JSON.parse((await runCli(['metrics', '--json'], { home })).stdout);
  t.match(json, { schemaVersion: 1, file: null });
  t.match(
    json.metrics.find(({ name }: { name: string }) => name === 'pearl_macs_total'),
    {
      type: 'counter',
      samples: [{ labels: {}, value: '1866000000000000' }],
    },
  );
});

t.test('a file for node_exporter appears whole, readable by others, and nothing beside it', async (t) => {
  const home = t.testdir();
  running(home);
  const folder = join(home, 'collector');
  mkdirSync(folder);
  const file = join(folder, 'pearlctl.prom');
  writeFileSync(join(home, 'precious'), 'precious');
  symlinkSync(join(home, 'precious'), file);
  t.same(await runCli(['metrics', '--textfile', file], { home }), { code: 0, stdout: '', stderr: '' });
  t.ok(lstatSync(file).isFile(), 'a link in the way is replaced, not followed');
  t.equal(readFileSync(join(home, 'precious'), 'utf8'), 'precious');
  t.equal(statSync(file).mode & 0o777, 0o644);
  t.match(readFileSync(file, 'utf8'), /^pearl_state\{state="running"\} 1$/m);
  t.notMatch(readFileSync(file, 'utf8'), /^process_start_time_seconds/m);
  const { ino } = statSync(file);
  t.equal((await runCli(['metrics', '--textfile', file], { home })).code, 0);
  t.not(statSync(file).ino, ino, 'each time a new one takes its name');
  t.same(readdirSync(folder), ['pearlctl.prom']);
});

t.test('the stats of HiveOS have the keys that it asks for', async (t) => {
  const home = t.testdir();
  running(home);
  const file = join(home, 'hive.json');
  t.same(await runCli(['metrics', '--hive', file], { home }), { code: 0, stdout: '', stderr: '' });
  const { khs, stats } = JSON.parse(readFileSync(file, 'utf8'));
  t.equal(khs, 498_200_000);
  t.match(stats, { hs: [498_200_000], hs_units: 'khs', fan: [], ver: '0.1.0', ar: [14, 2], algo: 'pearl' });
  t.ok(Array.isArray(stats.temp) && stats.temp.every(Number.isFinite));
  t.ok(stats.uptime >= 3724);
  t.equal(statSync(file).mode & 0o777, 0o644);
  t.match(JSON.parse((await runCli(['metrics', '--hive', '-'], { home })).stdout), { khs, stats: { hs: [khs] } });
  const idle = await runCli(['metrics', '--hive', '-'], { home: t.testdir() });
  t.match(
    JSON.parse(idle.stdout),
    { khs: 0, stats: { hs: [0], uptime: 0, ar: [0, 0] } },
    'and zeros when nothing runs',
  );
});

t.test('the templates come out as they are', async (t) => {
  const home = t.testdir();
  const dashboard = await runCli(['metrics', '--template', 'dashboard'], { home });
  t.match(JSON.parse(dashboard.stdout), { uid: 'pearlctl' });
  t.match((await runCli(['metrics', '--template', 'alerts'], { home })).stdout, /alert: PearlctlDown/);
});

t.test('what cannot be written is said in a sentence, with what to type', async (t) => {
  const home = t.testdir();
  const folder = join(home, 'closed');
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  for (const { args, code, says } of [
    {
      args: ['--textfile', 'out.txt'],
      code: 2,
      says: /ends in \.prom.*\n {2}Try: pearlctl metrics --textfile out\.txt\.prom/,
    },
    { args: ['--textfile', `${home}/`], code: 2, says: /\n {2}Try: .*\/pearlctl\.prom\n$/ },
    {
      args: ['--textfile', `${home}/no/such.prom`],
      code: 2,
      says: /\(ENOENT\)\.\n {2}The folder must exist already\.\n$/,
    },
    { args: ['--textfile', 'a.prom', '--hive', 'b'], code: 2, says: /--hive does not go with --textfile/ },
    { args: ['--template', 'nonsense'], code: 2, says: /--template takes one of dashboard, alerts/ },
    ...(process.getuid?.() === 0
      ? []
      : [{ args: ['--textfile', join(folder, 'a.prom')], code: 77, says: /\(EACCES\)\.\n {2}Run it as the owner/ }]),
  ]) {
    t.match(await runCli(['metrics', ...args], { home }), { code, stdout: '', stderr: says }, args.join(' '));
  }
});

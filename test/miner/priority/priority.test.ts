// Where idle priority holds: the judgement as a table, the files of each kind of machine, and the real thing in a process of
// its own session.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { autogroupOf, readPriorityFacts } from '../../../src/miner/priority/priority-facts.ts';
import { type PriorityFacts, standingOf } from '../../../src/miner/priority/standing.ts';
import { openSystemFiles } from '../../../src/miner/system-files.ts';
import { until } from '../../fixtures/until.ts';

const ALONE: PriorityFacts = { groups: [], contained: false, sessionNice: null, threads: 2, idleThreads: 2 };
const usual = (path: string) => ({ path, idle: false, weight: 100 });
const idle = (path: string) => ({ path, idle: true, weight: 0 });

t.test('idle priority reaches as far as the scheduling groups let it', async (t) => {
  const user = [usual('/user.slice'), usual('/user.slice/user-1000.slice')];
  const manager = [...user, usual('/user.slice/user-1000.slice/user@1000.service')];
  const cases: [string, PriorityFacts | null, string, string | null][] = [
    ['nothing is told', null, 'unknown', null],
    ['no groups at all', ALONE, 'everywhere', null],
    ['a session of usual priority', { ...ALONE, sessionNice: 0 }, 'nowhere', 'session'],
    ['a session of the least priority', { ...ALONE, sessionNice: 19 }, 'everywhere', null],
    ['the same, though the class was refused', { ...ALONE, sessionNice: 19, idleThreads: 0 }, 'everywhere', null],
    ['a refused class', { ...ALONE, idleThreads: 1 }, 'nowhere', 'threads'],
    ['the service of the system', { ...ALONE, groups: [idle('/pearlctl.service')] }, 'everywhere', null],
    ['the least weight', { ...ALONE, groups: [{ ...usual('/x'), weight: 1 }] }, 'everywhere', null],
    ['the service of a user', { ...ALONE, groups: [...manager, idle('/pearlctl.service')] }, 'partly', null],
    ['a terminal of the desktop', { ...ALONE, groups: [...manager, usual('/app.slice')] }, 'nowhere', 'group'],
    ['a login over ssh', { ...ALONE, groups: [...user, usual('/session-3.scope')] }, 'partly', null],
    ['a container', { ...ALONE, contained: true, groups: [usual('/')] }, 'nowhere', 'container'],
    [
      'a container that was told',
      { ...ALONE, contained: true, groups: [{ ...usual('/'), weight: 1 }] },
      'everywhere',
      null,
    ],
    ['a chosen weight', { ...ALONE, groups: [{ ...usual('/pearlctl.service'), weight: 20 }] }, 'partly', null],
  ];
  for (const [title, facts, reach, gap] of cases) {
    const standing = standingOf(facts);
    t.match(standing, { reach, gap }, title);
    t.notMatch(standing.text, /undefined|\.$/, title);
  }
});

t.test('control groups of both versions and of a container are read where they are', async (t) => {
  const facts = (files: Record<string, string>) => {
    const read = (path: string) => files[path] ?? null;
    const list = (path: string) => {
      const inside = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
      return inside.map((file) => file.slice(path.length + 1).split('/')[0] ?? '');
    };
    return readPriorityFacts({ read, list }, 7);
  };
  const thread = `7 (pearl-mine-0) R ${'0 '.repeat(37)}5 0`;
  const unified = facts({
    '/proc/7/cgroup': '0::/user.slice/app.scope',
    '/proc/7/task/8/stat': thread,
    '/proc/7/task/9/stat': '9 (node (x)) S 1',
    '/sys/fs/cgroup/user.slice/cpu.weight': '100',
    '/sys/fs/cgroup/user.slice/app.scope/cpu.weight': '0',
    '/sys/fs/cgroup/user.slice/app.scope/cpu.idle': '1',
  });
  t.match(unified, { contained: false, threads: 1, idleThreads: 1, sessionNice: null });
  t.same(unified?.groups, [usual('/user.slice'), idle('/user.slice/app.scope')]);
  const first = facts({
    '/proc/7/cgroup': '4:cpu,cpuacct:/box\n0::/',
    '/proc/7/autogroup': '/autogroup-12 nice 19',
    '/proc/sys/kernel/sched_autogroup_enabled': '1',
    '/sys/fs/cgroup/cpu,cpuacct/cpu.shares': '1024',
    '/sys/fs/cgroup/cpu,cpuacct/box/cpu.shares': '2',
  });
  t.same(first?.groups, [{ path: '/box', idle: false, weight: 0 }], 'the root of version 1 is no group');
  t.equal(first?.sessionNice, 19);
  for (const place of ['0::/', '0::/docker/abc']) {
    const inside = facts({ '/proc/7/cgroup': place, '/sys/fs/cgroup/cpu.weight': '100' });
    t.match(inside, { contained: true, groups: [usual('/')] }, `a container that says ${place}`);
  }
  t.same(facts({ '/proc/7/cgroup': '0::/' })?.groups, [], 'the root of version 2 has no weight');
  t.equal(facts({ '/proc/7/cgroup': '0::/../other' }), null, 'a group out of sight');
  t.equal(facts({}), null);
});

t.test('any text in these files is judged without a crash', async (t) => {
  const judge = (text: string) => standingOf(readPriorityFacts({ read: () => text, list: () => [text] }, 'self')).text;
  const line = fc.tuple(fc.nat(), fc.constantFrom('', 'cpu', 'cpu,x'), fc.string()).map((parts) => parts.join(':'));
  t.doesNotThrow(() => fc.assert(fc.property(fc.oneof(fc.string(), line), (text) => judge(text).length > 0)));
});

const files = openSystemFiles();
const hasAutogroups = autogroupOf(files, 'self').name !== null;

t.test(
  'a miner in its own session takes the least priority for it',
  { skip: !hasAutogroups && 'no autogroups' },
  async (t) => {
    const source = join(import.meta.dirname, '../../../src/miner');
    const before = readFileSync('/proc/self/autogroup', 'utf8');
    const code = `import { giveWay } from '${source}/priority/give-way.ts';
    import { openSystemFiles } from '${source}/system-files.ts';
    giveWay(openSystemFiles()).then(() => process.send('done'));
    process.on('message', () => process.exit());`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      cwd: join(source, '../..'),
    });
    t.teardown(() => child.kill('SIGKILL'));
    await new Promise((resolve) => child.once('message', resolve));
    t.equal(await until('the nice value', () => autogroupOf(files, child.pid ?? 0).nice), 19);
    t.equal(readFileSync('/proc/self/autogroup', 'utf8'), before, 'the session of its parent keeps its own');
  },
);

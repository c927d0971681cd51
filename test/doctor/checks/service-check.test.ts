// The checks of the service: a real definition and a real runtime folder in the test's own place, and a systemctl that
// answers as the test has it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { VERSION } from '../../../src/base/version.ts';
import { parseConfig } from '../../../src/config/configuration.ts';
import { CHECKS } from '../../../src/doctor/all-checks.ts';
import { askAsService, checksAsService } from '../../../src/doctor/as-service.ts';
import type { Look } from '../../../src/doctor/check.ts';
import { boot } from '../../../src/doctor/checks/boot-check.ts';
import { doubles } from '../../../src/doctor/checks/doubles-check.ts';
import { hardening } from '../../../src/doctor/checks/hardening-check.ts';
import { logs } from '../../../src/doctor/checks/logs-check.ts';
import { node } from '../../../src/doctor/checks/node-check.ts';
import { service as serviceCheck } from '../../../src/doctor/checks/service-check.ts';
import { version } from '../../../src/doctor/checks/version-check.ts';
import { findSupervisors } from '../../../src/doctor/own-processes.ts';
import type { Caller } from '../../../src/service/caller.ts';
import { defineService } from '../../../src/service/define.ts';
import { describeService } from '../../../src/service/drift.ts';
import { openService, type Service } from '../../../src/service/installed-service.ts';
import { renderDefinition } from '../../../src/service/render-definition.ts';
import { runtimeProgram, runtimeRootOf } from '../../../src/service/runtime/runtime-layout.ts';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { until } from '../../fixtures/until.ts';
import { RUNNING, SIDECAR } from '../../state/status/facts.ts';
import { expectShown } from '../shown.ts';
import { type Answers, answering, DEVNET, findingOf, pretendToSupervise, scene } from '../stage.ts';

const SHOWN = {
  LoadState: 'loaded',
  UnitFileState: 'enabled',
  ActiveState: 'active',
  SubState: 'running',
  Result: 'success',
  MainPID: '42',
  NRestarts: '0',
  DropInPaths: '',
};

function showing(changes: Partial<typeof SHOWN> = {}): Answers {
  const lines = Object.entries({ ...SHOWN, ...changes }).map(([name, value]) => `${name}=${value}`);
  const answer = { stdout: `${lines.join('\n')}\n` };
  return { 'systemctl --user show': answer, 'systemctl show': answer };
}

/** An installed service in `home`, as `pearlctl install` leaves it. */
function installed(home: string, answers: Answers, scope: 'user' | 'system' = 'user'): Service {
  const env = { HOME: home, PEARLCTL_HOME: home, XDG_CONFIG_HOME: join(home, 'xdg') };
  // No account of this machine, so that no real lingering is looked at.
  const caller: Caller = {
    platform: 'linux',
    uid: process.getuid?.() ?? 0,
    user: 'nobody-lingers',
    home,
    env,
    sudo: null,
  };
  writeFileSync(join(home, 'pearlctl.ini'), DEVNET, { mode: 0o600 });
  const service = openService({ scope }, { caller, kind: 'systemd', run: answering(answers), definitionRoot: home });
  const config = parseConfig(DEVNET, 'pearlctl.ini');
  const definition = defineService({ config, paths: service.paths, caller, version: VERSION });
  mkdirSync(dirname(service.definitionFile), { recursive: true });
  writeFileSync(service.definitionFile, renderDefinition('systemd', definition));
  const root = runtimeRootOf(service.paths, caller);
  mkdirSync(join(root, VERSION, 'bin'), { recursive: true });
  if (!existsSync(join(root, 'current'))) {
    symlinkSync(process.execPath, join(root, VERSION, 'bin', 'pearlctl'));
    symlinkSync(VERSION, join(root, 'current'));
  }
  return service;
}

const [program, script] = ['/usr/lib/pearlctl/bin/pearlctl', '/usr/lib/pearlctl/pearlctl.mjs'];

/** What a package of Debian puts down, below a folder of the test's own. */
function packageOf(version: string) {
  const unit = `# written by pearlctl ${version}\n[Service]\nExecStart=${program} ${script} supervise\n`;
  const pearlctl = { 'package.json': JSON.stringify({ version }), owner: 'deb' };
  return { usr: { lib: { pearlctl, systemd: { system: { 'pearlctl.service': unit } } } } };
}

function packagedIn(home: string, answers: Answers = showing()): Service {
  const caller: Caller = { platform: 'linux', uid: 0, user: 'root', home, env: {}, sudo: null };
  return openService({ scope: 'system' }, { caller, kind: 'systemd', run: answering(answers), definitionRoot: home });
}

const linux = { skip: process.platform !== 'linux' };

t.test('service: fine, unknown to its manager, failed, drifted, stopped, and none', linux, async (t) => {
  const home = t.testdir();
  const find = (changes: Partial<typeof SHOWN>) =>
    findingOf(serviceCheck, scene(home, { service: installed(home, showing(changes)) }));
  t.match(await findingOf(serviceCheck, scene(home)), { status: 'skipped', fact: /pearlctl install/ });
  t.match(await find({}), { status: 'ok', fact: /active$/ });
  t.match(await find({ NRestarts: '3' }), { status: 'ok', fact: /restarted 3 times/ });
  t.match(await find({ LoadState: 'not-found' }), { status: 'problem', fix: 'pearlctl install' });
  const failed = { ActiveState: 'failed', Result: 'watchdog' };
  t.match(await find(failed), { status: 'problem', fact: 'it failed: watchdog' });
  t.match(await find({ ActiveState: 'inactive' }), { status: 'warning', fix: 'pearlctl start' });
  const service = installed(home, showing());
  writeFileSync(service.definitionFile, `${DEVNET}# by hand\n`);
  t.match(await findingOf(serviceCheck, scene(home, { service })), { status: 'warning', fact: /differs/ });
});

t.test('node: the service’s own one runs, or leads nowhere', linux, async (t) => {
  const home = t.testdir();
  const service = installed(home, showing());
  t.match(await findingOf(node, scene(home, { service })), { status: 'ok', fact: /of the service/ });
  const { executable } = runtimeProgram(runtimeRootOf(service.paths, service.caller));
  rmSync(executable);
  symlinkSync(join(home, 'gone'), executable);
  t.match(await findingOf(node, scene(home, { service })), { status: 'problem', fix: /pearlctl install/ });
});

t.test(
  'a package’s service runs the program of the package, and only its manager puts that there again',
  linux,
  async (t) => {
    const home = t.testdir(packageOf('9.9.9'));
    const user = { 'systemctl show --property=User': { stdout: 'pearlctl\n' } };
    const account = { ...user, 'id -u': { stdout: '990\n' }, 'id -g': { stdout: '990\n' } };
    const caller: Caller = { platform: 'linux', uid: 0, user: 'root', home, env: {}, sudo: null };
    const find = async (more: Answers) => {
      const answers = { ...account, ...showing(), ...more };
      const given = { caller, kind: 'systemd', run: answering(answers), definitionRoot: home } as const;
      const asked: (readonly string[])[] = [];
      const machine = {
        uid: 0,
        askAs: async (_account: object, command: readonly string[]) => {
          asked.push(command);
          return null;
        },
      };
      const context = scene(home, { service: openService({ scope: 'system' }, given), answers, machine });
      const told = await askAsService([node], context);
      t.match(asked, [[program, script, 'doctor']]);
      t.match(told?.findings.get('node'), { status: 'problem', fix: { say: [/install --reinstall pearlctl$/] } });
      return findingOf(node, { ...context, machine: { ...context.machine, uid: 990 } });
    };
    t.match(await find({ [program]: { stdout: 'v24.0.0\n' } }), {
      status: 'ok',
      fact: `Node 24.0.0 of the service, ${program}`,
    });
    t.match(await find({ [program]: { stdout: 'v18.0.0\n' } }), {
      status: 'problem',
      fact: /too old/,
      fix: /^Install it again: sudo apt-get install --reinstall pearlctl/,
    });
    t.match(await find({}), { status: 'problem', fix: /^Install it again: sudo apt-get install --reinstall pearlctl/ });
    pretendToSupervise(home, { version: '0.0.1' });
    const given = { caller, kind: 'systemd', run: answering(showing()), definitionRoot: home } as const;
    const old = await findingOf(version, scene(home, { service: openService({ scope: 'system' }, given) }));
    t.match(old, { status: 'warning', fact: /0\.0\.1 runs/, fix: 'pearlctl restart' });
  },
);

t.test('boot: at boot, at login, disabled, masked, and none', linux, async (t) => {
  const home = t.testdir();
  const find = (changes: Partial<typeof SHOWN>, scope: 'user' | 'system') =>
    findingOf(boot, scene(home, { service: installed(home, showing(changes), scope) }));
  t.match(await findingOf(boot, scene(home)), { status: 'skipped' });
  t.match(await find({}, 'system'), { status: 'ok', fact: 'starts at boot' });
  t.match(await find({}, 'user'), { status: 'warning', fix: 'loginctl enable-linger' });
  t.match(await find({ UnitFileState: 'disabled' }, 'user'), { status: 'warning', fix: 'pearlctl enable' });
  t.match(await find({ LoadState: 'masked', UnitFileState: 'masked' }, 'system'), {
    status: 'problem',
    fact: /masked/,
  });
});

t.test('a program of the service that is gone is told in one row, whatever is asked of it', linux, async (t) => {
  const home = t.testdir();
  const user = { 'systemctl show --property=User': { stdout: 'pearlctl\n' } };
  const answers = { ...user, ...showing({}), 'id -u': { stdout: '990\n' }, 'id -g': { stdout: '990\n' } };
  const service = installed(home, answers, 'system');
  const context = scene(home, { service, answers, machine: { uid: 0, askAs: async () => null } });
  const asked = checksAsService(CHECKS, context);
  t.ok(asked.length > 3);
  const told = await askAsService(asked, context);
  const rows = [...(told?.findings ?? [])].filter(([, { status }]) => status !== 'skipped');
  t.match(rows, [['node', { status: 'problem', fact: /does not run as pearlctl/ }]]);
  const [alone] =
    (
      await askAsService(
        asked.filter(({ id }) => id === 'addon'),
        context,
      )
    )?.findings ?? [];
  t.match(alone, ['addon', { status: 'problem' }], 'asked for alone, it says why itself');
});

t.test('hardening: systemd’s own judgement of the system service', linux, async (t) => {
  const home = t.testdir();
  const find = (code: number, stdout: string, scope: 'user' | 'system' = 'system') =>
    findingOf(
      hardening,
      scene(home, {
        service: installed(home, showing(), scope),
        answers: { [`systemd-analyze ${scope === 'user' ? '--user ' : ''}security`]: { code, stdout } },
      }),
    );
  const table = (score: string, word: string) =>
    `x\n→ Overall exposure level for pearlctl.service: ${score} ${word} 🙂\n`;
  t.match(await find(0, table('1.4', 'OK')), { status: 'ok', fact: 'exposure 1.4 of 10' });
  t.match(await find(1, table('9.6', 'UNSAFE')), { status: 'warning', fact: /9\.6/ });
  t.match(await find(1, ''), { status: 'skipped' });
  t.match(await find(0, table('1.8', 'OK'), 'user'), { status: 'ok', fact: 'exposure 1.8 of 10' });
  t.match(await find(1, table('7.2', 'MEDIUM'), 'user'), { status: 'warning', fix: 'pearlctl install' });
});

t.test(
  'what mends a drift is what the form of the installation takes, in status and doctor alike',
  linux,
  async (t) => {
    const home = t.testdir(packageOf(VERSION));
    const own = join(home, 'etc/systemd/system/pearlctl.service');
    const dropIn = join(home, 'ours.conf');
    writeFileSync(dropIn, '[Service]\nExecStart=/bin/true\n');
    const described = async (version: string, changes: Partial<typeof SHOWN> = {}) => {
      writeFileSync(join(home, 'usr/lib/pearlctl/package.json'), JSON.stringify({ version }));
      const service = packagedIn(home, showing(changes));
      const packaged = service.packaged && { ...service.packaged, folder: join(home, 'usr/lib/pearlctl') };
      const found = { ...service, packaged };
      const { fix } = await findingOf(serviceCheck, scene(home, { service: found }));
      return { fix, status: await describeService(found) };
    };
    const find = async (fix: RegExp, version: string, changes: Partial<typeof SHOWN> = {}) => {
      const { fix: toldByDoctor, status } = await described(version, changes);
      t.match(deriveStatus({ ...RUNNING, service: status }).health, [{ id: 'drift', fix }]);
      if (changes.UnitFileState === undefined) t.match(toldByDoctor, fix);
    };
    await find(/^Use the pearlctl of the package, or: sudo apt-get install --only-upgrade pearlctl$/, '0.0.1');
    await find(/^pearlctl install$/, VERSION, { UnitFileState: 'disabled' });
    await find(/^Remove these lines of the drop-in/, VERSION, { DropInPaths: dropIn });
    await find(/upgrade pearlctl; Remove these lines/, '0.0.1', { DropInPaths: dropIn });
    const { status: service } = await described(VERSION);
    const sidecar = { kind: 'valid', value: { ...SIDECAR, service } } as const;
    const older = deriveStatus({ ...RUNNING, sidecar, ownVersion: '9.1.0' });
    t.match(older.health, [{ id: 'drift', text: /runs, this is 9\.1\.0/, fix: 'pearlctl restart' }]);
    t.notOk('driftFix' in (older.service ?? {}));
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, '# written by pearlctl 9\n');
    await find(/^Keep one of the two: pearlctl uninstall, or sudo apt-get remove pearlctl/, VERSION);
  },
);

t.test(
  'a drop-in of the administrator is named, also beside a package’s unit, where ours is none',
  linux,
  async (t) => {
    const home = t.testdir(packageOf('9.9.9'));
    const service = packagedIn(home);
    const theirs = '/etc/systemd/system/pearlctl.service.d/ours.conf';
    const answers = (code: number, dropIns: readonly string[]) => ({
      ...showing({ DropInPaths: dropIns.join(' ') }),
      'systemd-analyze security': { code, stdout: '→ Overall exposure level for pearlctl.service: 4.2 OK\n' },
    });
    const find = (look: Look, code: number, ...dropIns: readonly string[]) => {
      const given = answers(code, dropIns);
      const { manager } = packagedIn(home, given);
      return findingOf(look, scene(home, { service: { ...service, manager }, answers: given }));
    };
    mkdirSync(dirname(service.definitionFile), { recursive: true });
    writeFileSync(service.definitionFile, `[Service]\nPrivateUsers=no\n`);
    t.match(await find(hardening, 0, service.definitionFile), {
      status: 'ok',
      fact: 'exposure 4.2 of 10 without PrivateUsers, which this machine refuses',
    });
    t.match(await find(hardening, 1, service.definitionFile, theirs), {
      status: 'warning',
      fact: new RegExp(`, changed by ${theirs}$`),
      fix: /daemon-reload, and pearlctl restart$/,
    });
    t.match(await find(hardening, 1), { status: 'warning', fix: /install --reinstall pearlctl$/ });
  },
);

t.test('logs: within its cap, beyond it, none yet, and the journal’s two kinds', linux, async (t) => {
  const home = t.testdir();
  const config = `${DEVNET}[logs]\nmax_size = 64K\nfiles = 2\n`;
  const find = () => findingOf(logs, scene(home, { config }));
  t.match(await find(), { status: 'skipped', fact: /no log yet/ });
  mkdirSync(join(home, 'logs'));
  writeFileSync(join(home, 'logs', 'pearlctl.log'), 'line\n');
  t.match(await find(), { status: 'ok', fact: /5 B in 1 file, at most 128 KiB/ });
  writeFileSync(join(home, 'logs', 'pearlctl.log.7'), '');
  truncateSync(join(home, 'logs', 'pearlctl.log.7'), 1 << 20);
  t.match(await find(), { status: 'warning', fact: /more than the 128 KiB/ });
  const answers = {
    'journalctl --disk-usage': { stdout: 'Archived and active journals take up 24.0M in the file system.\n' },
  };
  const limit = { 'systemd-analyze cat-config': { stdout: '[Journal]\n#SystemMaxUse=\nSystemMaxUse=1G\n' } };
  const journal = (files: Record<string, string>, more: Answers = {}) =>
    findingOf(logs, scene(home, { service: installed(home, showing()), answers: { ...answers, ...more }, files }));
  t.match(await journal({}), { status: 'warning', fact: /lost at each reboot, 24\.0M.*tenth/ });
  t.match(await journal({ '/var/log/journal/x': '' }), { status: 'ok', fact: /kept over reboots/ });
  t.match(await journal({ '/var/log/journal/x': '' }, limit), { status: 'ok', fact: /at most 1G$/ });
});

t.test('doubles: a supervisor of another instance is found while it runs', linux, async (t) => {
  const home = t.testdir();
  const program = join(home, 'pearlctl.mjs');
  writeFileSync(program, 'setInterval(() => {}, 1000);');
  const child = spawn(process.execPath, [program, 'supervise'], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  let fact = '';
  const processes = () => scene(home).machine.processes();
  await until('it to be in the process table', () => {
    void processes().then((all) => {
      fact = findSupervisors(all)
        .map(({ pid }) => pid)
        .join();
    });
    return fact.split(',').includes(String(child.pid));
  });
  t.match(await findingOf(doubles, scene(home)), { status: 'warning', fact: new RegExp(`\\b${child.pid}\\b`) });
  const alone = scene(home, { machine: { processes: async () => [] } });
  t.match(await findingOf(doubles, alone), { status: 'ok' });
});

t.test('only supervisors of pearlctl count as such', async (t) => {
  const facts = (...args: string[]) => ({ pid: 1, parent: 0, name: 'x', args });
  for (const args of [
    ['/usr/bin/node', '/opt/pearlctl/dist/js/cli.js', 'supervise', '--config', 'x'],
    ['/usr/local/lib/pearlctl/current/bin/pearlctl', '/usr/local/lib/pearlctl/current/pearlctl.mjs', 'supervise'],
    ['node', '/usr/bin/pearlctl', 'run'],
  ]) {
    t.equal(findSupervisors([facts(...args)]).length, 1, args.join(' '));
  }
  for (const args of [
    ['node', '/opt/cli.js', 'supervise'],
    ['vi', 'pearlctl.mjs'],
    ['node', 'pearlctl', 'status'],
    [],
  ]) {
    t.equal(findSupervisors([facts(...args)]).length, 0, args.join(' '));
  }
});

t.test('a program that starts a supervisor, and a child that it just forked, are none', async (t) => {
  const supervise = ['node', '/opt/pearlctl/dist/js/cli.js', 'supervise'];
  const words = ['sudo', '-u', 'pearl', ...supervise];
  const found = (...table: [pid: number, parent: number, args: string[]][]) =>
    findSupervisors(table.map(([pid, parent, args]) => ({ pid, parent, name: 'x', args }))).map(({ pid }) => pid);
  t.same(found([768, 1, supervise], [801, 768, supervise]), [768], 'forked, and not yet another program');
  // With a terminal of its own sudo forks once more (sudoers(5), use_pty).
  t.same(found([5, 1, words], [6, 5, words], [7, 6, supervise], [8, 7, supervise]), [7]);
  t.same(found([7, 1, supervise], [9, 1, supervise]), [7, 9], 'two of them');
});

t.test('each of these checks was shown well and with a fault', { skip: process.platform !== 'linux' }, async (t) => {
  expectShown(t, 'doctor/checks/service-check.test.ts');
});

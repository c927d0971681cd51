// Who is alive, judged from where the process table does not tell: a shell with another boot id, another pid namespace, none at
// all, and the moments before a supervisor has written anything.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { type Paths, resolvePaths } from '../../src/config/paths.ts';
import { native } from '../../src/native/native.ts';
import { judgeLife, lifeOf } from '../../src/state/life.ts';
import { processIdentity } from '../../src/state/sidecar/identity.ts';
import { SidecarFile } from '../../src/state/sidecar/sidecar-file.ts';
import { newSidecar } from '../../src/state/sidecar/sidecar-record.ts';
import { noteStop, takeStopNote } from '../../src/state/stop-note.ts';
import { CLI } from '../cli/run-cli.ts';
import { until } from '../fixtures/until.ts';
import { Stage } from '../supervisor/stage.ts';

const noRoot = process.platform !== 'linux' || process.getuid?.() !== 0 ? 'needs root on Linux, for namespaces' : false;

const pathsOf = (home: string): Paths => resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: home } });

/** Runs pearlctl in namespaces of its own; `$ID` there is a file with a fresh boot id. */
async function inside(stage: Stage, namespaces: readonly string[], before: string, ...args: string[]) {
  const id = stage.path('boot-id');
  writeFileSync(id, '11111111-2222-3333-4444-555555555555\n');
  const script = `${before}\nexec "$@"`;
  const command = [...namespaces, '/bin/sh', '-c', script, 'sh', process.execPath, CLI, ...args, '--scope', 'user'];
  const env = { PATH: process.env.PATH, HOME: stage.home, PEARLCTL_HOME: stage.home, ID: id };
  const { exitCode, stdout, stderr } = await execa('unshare', command, { env, extendEnv: false, reject: false });
  return { code: exitCode, said: stdout + stderr };
}

const GROUNDS: Record<string, { namespaces: string[]; before: string; elsewhere: boolean }> = {
  'another boot id': {
    namespaces: ['--mount'],
    before: 'mount --bind "$ID" /proc/sys/kernel/random/boot_id',
    elsewhere: false,
  },
  'no boot id': { namespaces: ['--mount'], before: 'mount -t tmpfs none /proc/sys/kernel/random', elsewhere: false },
  'another pid namespace': { namespaces: ['--pid', '--fork', '--mount-proc'], before: '', elsewhere: true },
};

for (const [ground, { namespaces, before, elsewhere }] of Object.entries(GROUNDS)) {
  t.test(`asked with ${ground}, a living supervisor lives, hears and stops`, { skip: noRoot }, async (t) => {
    const stage = new Stage(t);
    const { ended } = stage.start();
    await stage.running();
    await until('its socket', () => existsSync(pathsOf(stage.home).controlSocket));
    const ask = (...args: string[]) => inside(stage, namespaces, before, ...args);
    const status = await ask('status', '--json');
    t.equal(status.code, 0, status.said);
    const { state, children, health } = JSON.parse(status.said);
    t.equal(state, 'running');
    t.ok(children.miner.pid > 0 && children.gateway.pid > 0, 'its children are as it tells');
    t.equal(
      health.some(({ id }: { id: string }) => id === 'elsewhere'),
      elsewhere,
    );
    t.match((await ask('metrics')).said, /^pearl_state\{state="running"\} 1$/m);
    t.match((await ask('pause')).said, /^Paused\. /);
    await stage.until('the pause', (sidecar) => sidecar.state === 'paused');
    t.match(await ask('supervise'), { code: 75, said: /already runs/ });
    t.equal(stage.sidecar()?.state, 'paused', 'a second supervisor leaves its record alone');
    t.match(await ask('stop'), { code: 0, said: /^It has stopped\./ });
    t.equal((await ended).code, 0);
    t.match(await ask('stop'), { code: 0, said: /^Nothing was running\./ });
  });
}

t.test('from outside, a supervisor in a pid namespace has the number that it has here', { skip: noRoot }, async (t) => {
  const stage = new Stage(t);
  const command = [...['--pid', '--fork', '--mount-proc', '--kill-child'], process.execPath, CLI, 'supervise'];
  const box = spawn('unshare', command, {
    env: { PATH: process.env.PATH, HOME: stage.home, PEARLCTL_HOME: stage.home },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => box.once('exit', resolve));
  t.teardown(() => box.kill('SIGKILL'));
  const paths = pathsOf(stage.home);
  await stage.running();
  await until('its socket', () => existsSync(paths.controlSocket));
  const life = await lifeOf(paths);
  t.match(life, { kind: 'alive', sidecar: 'believed' });
  t.equal(life.kind === 'alive' && life.identity, life.kind === 'alive' && processIdentity(life.pid));
  t.not(life.kind === 'alive' && life.pid, stage.sidecar()?.supervisor?.pid, 'it calls itself by another number');
  const { stopDirectly } = await import('../../src/service/direct.ts');
  t.equal(await stopDirectly(paths, 30_000), true);
  await ended;
  t.equal((await lifeOf(paths)).kind, 'dead');
});

/** A lock that this process holds, as a supervisor that has only just started does. */
function locked(t: Test): { paths: Paths; release: () => void } {
  const paths = pathsOf(t.testdir());
  mkdirSync(paths.runtimeFolder, { recursive: true });
  const lock = native().lockFile(paths.lockFile);
  t.teardown(() => lock?.release());
  return { paths, release: () => lock?.release() };
}

t.test('the lock alone tells a start before there is a sidecar', async (t) => {
  const { paths, release } = locked(t);
  t.match(judgeLife(paths, native), { kind: 'unseen', sidecar: 'stale' }, 'its holder has not signed it yet');
  writeFileSync(paths.lockFile, `${process.pid} key\n`, { flag: 'r+' });
  t.match(judgeLife(paths, native), { kind: 'alive', pid: process.pid, sidecar: 'stale' });
  writeFileSync(paths.lockFile, '1 key of a process that does not hold it\n', { flag: 'r+' });
  t.match(judgeLife(paths, native).kind, process.platform === 'linux' ? 'unseen' : 'alive');
  release();
  t.same(judgeLife(paths, native), { kind: 'dead' });
});

t.test('an earlier supervisor’s sidecar does not speak for the one that starts', async (t) => {
  const { paths, release } = locked(t);
  const file = new SidecarFile({ ...paths, mirror: null });
  const gone = { pid: 2 ** 22 - 1, identity: 'boot:1' };
  file.write(newSidecar({ version: '1', instance: null, state: 'running', supervisor: gone }));
  t.match(judgeLife(paths, native), { sidecar: 'stale' });
  const { readStatus } = await import('../../src/state/status/gather.ts');
  t.match(await readStatus(paths), { state: 'starting', stateReason: 'it has only just been started' });
  release();
  t.match(await readStatus(paths), { state: 'failed' });
});

t.test(
  'where the lock may not be asked, the same number and start are the same process, whatever the boot id',
  async (t) => {
    const { paths } = locked(t);
    const [, start = ''] = processIdentity(process.pid)?.split(':') ?? [];
    const forbidden = () => ({
      isFileLocked: () => {
        throw new Error('EACCES');
      },
      listenerPid: () => null,
    });
    const judged = (identity: string) => {
      const supervisor = { pid: process.pid, identity };
      const value = newSidecar({ version: '1', instance: null, state: 'running', supervisor });
      return judgeLife(paths, forbidden, { kind: 'valid', value }).kind;
    };
    t.equal(judged(`another-boot:${start}`), 'alive');
    t.equal(judged('another-boot:1'), 'dead');
  },
);

t.test('a stop that came before the lock ends the start, and no later one', async (t) => {
  const paths = pathsOf(t.testdir());
  noteStop(paths);
  t.notOk(existsSync(paths.runtimeFolder), 'without a configuration nothing is left behind');
  writeFileSync(paths.configFile, '');
  const before = Date.now() - 100;
  noteStop(paths);
  t.equal(takeStopNote(paths, before), true);
  t.equal(takeStopNote(paths, before), false, 'it is taken away');
  noteStop(paths);
  t.equal(takeStopNote(paths, Date.now() + 100), false, 'a start after it goes on');
  t.notOk(existsSync(join(paths.runtimeFolder, 'stopped')));
});

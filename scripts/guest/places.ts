// The places of the interference table: beside a supervisor that was started by hand, in control groups beside each other, and beside
// the installed services of a systemd that is booted for it.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { FaultStage } from '../../test/faults/stage.ts';
import { until } from '../../test/fixtures/until.ts';
import { Box, cgroupsForLimits, whyNoBox } from '../../test/systemd/box.ts';
import { CONFIG, PEARLCTL, PRODUCT } from '../../test/systemd/product.ts';
import { FOREGROUND, type Guest, type Place, runForeground } from './guest-place.ts';

const CLI = resolve('dist/js/cli.js');
const REST = '[rest]\nprofile = desktop\n';
const PERSON = { name: 'guest', uid: 4730 };

function hasAutogroups(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}

/** A supervisor of this machine; `wrapped` puts each of the two sides elsewhere. */
export async function byHand(guest: readonly string[] = [], foreground: readonly string[] = []): Promise<Guest> {
  const stage = new FaultStage();
  // As many threads and matrices as a user gets.
  writeFileSync(stage.path('pearlctl.ini'), CONFIG().replace('threads = 1\n', '') + REST, { mode: 0o600 });
  stage.start({ wrapper: [...guest] });
  try {
    await stage.running();
  } catch (error) {
    stage.supervisor?.kill('SIGKILL');
    await stage.close();
    throw error;
  }
  const env = { PEARLCTL_HOME: stage.home };
  return {
    pearlctl: async (...words) => (await execa(process.execPath, [CLI, ...words], { env })).stdout,
    foreground: (file) => runForeground([...foreground, process.execPath, resolve(FOREGROUND), file]),
    stop: async () => {
      await stage.stop();
      await stage.close();
    },
  };
}

/** Two groups of equal weight below this process's own, of the controller that shares out processors. */
function siblings(): { folder: string } | { why: string } {
  if (process.getuid?.() !== 0) return { why: 'needs root, to make control groups' };
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const [, controllers, path] = /^\d+:([^:\n]*\bcpu\b[^:\n]*):(.*)$/m.exec(own) ?? [];
  if (controllers !== undefined && path !== undefined) {
    const named = join('/sys/fs/cgroup', controllers, path);
    const folder = existsSync(named) ? named : join('/sys/fs/cgroup', controllers);
    return existsSync(folder) ? { folder } : { why: `no control group at ${folder}` };
  }
  const top = '/sys/fs/cgroup';
  const handedDown = existsSync(`${top}/cgroup.subtree_control`)
    ? readFileSync(`${top}/cgroup.subtree_control`, 'utf8')
    : '';
  return /\bcpu\b/.test(handedDown) ? { folder: top } : { why: 'no control group hands down the controller cpu' };
}

async function besideGroup(): Promise<Guest> {
  const found = siblings();
  if ('why' in found) throw new Error(found.why);
  const groups = ['guest', 'host'].map((name) => join(found.folder, `pearl-bench-${process.pid}-${name}`));
  for (const group of groups) mkdirSync(group);
  // The shell moves itself and becomes the program.
  const inside = (group = '') => ['/bin/sh', '-c', 'echo $$ >"$0" && exec "$@"', join(group, 'cgroup.procs')];
  const leave = async () => {
    for (const group of groups) {
      await until(`the end of ${group}`, () => {
        rmdirSync(group);
        return true;
      });
    }
  };
  try {
    const guest = await byHand(inside(groups[0]), inside(groups[1]));
    return { ...guest, stop: () => guest.stop().then(leave) };
  } catch (error) {
    await leave();
    throw error;
  }
}

async function besideService(scope: 'system' | 'user'): Promise<Guest> {
  const cgroups = cgroupsForLimits();
  const box = await Box.create(PRODUCT, cgroups === 'hybrid' ? 'hybrid' : 'unified');
  try {
    await box.boot();
    await box.run(['useradd', '--create-home', '--uid', String(PERSON.uid), PERSON.name]);
    await box.run(['loginctl', 'enable-linger', PERSON.name]);
    const bus = ['test', '-S', `/run/user/${PERSON.uid}/bus`];
    await until('the user manager', async () => (await box.exec(bus)).exitCode === 0);
    const say = async (words: readonly string[]): Promise<string> => {
      const command = [...PEARLCTL, ...words];
      const answer = scope === 'system' ? await box.exec(command) : await box.asUser(PERSON.name, PERSON.uid, command);
      if (answer.exitCode !== 0) throw new Error(`${words.join(' ')}: ${answer.stderr || answer.stdout}`);
      return answer.stdout;
    };
    const folder = scope === 'system' ? '/etc/pearlctl' : `/home/${PERSON.name}/.config/pearlctl`;
    await box.run(['mkdir', '-p', folder]);
    await box.run(['tee', `${folder}/pearlctl.ini`], { input: CONFIG().replace('threads = 1\n', '') + REST });
    if (scope === 'user') await box.run(['chown', '-R', `${PERSON.name}:`, `/home/${PERSON.name}/.config`]);
    await say(['install', '--yes']);
    // As a program of that user's desktop, which is a service of the user manager in app.slice.
    const app = ['systemd-run', '--user', '--pipe', '--wait', '--quiet', '--slice=app.slice'];
    return {
      pearlctl: (...words) => say(words),
      foreground: async (file) => {
        const command = [...app, process.execPath, resolve(FOREGROUND), file];
        const { stdout, stderr, exitCode } = await box.asUser(PERSON.name, PERSON.uid, command);
        if (exitCode !== 0) throw new Error(stderr);
        return JSON.parse(stdout);
      },
      stop: () => box.down(),
    };
  } catch (error) {
    await box.down();
    throw error;
  }
}

function whyNoService(): string | null {
  const why = whyNoBox();
  if (why !== false) return why;
  const cgroups = cgroupsForLimits();
  return typeof cgroups === 'object' ? cgroups.why : null;
}

const LINUX = 'needs Linux';

export const PLACES: readonly Place[] = [
  {
    name: 'same group',
    lacks: () =>
      hasAutogroups()
        ? 'the kernel gives each session a group of its own (sysctl kernel.sched_autogroup_enabled=0 ends that)'
        : null,
    open: () => byHand(),
  },
  {
    name: 'own autogroup',
    lacks: () => (hasAutogroups() ? null : 'the kernel forms no autogroups, or does not show them'),
    open: () => byHand(),
  },
  {
    name: 'sibling group',
    lacks: () => {
      if (process.platform !== 'linux') return LINUX;
      const found = siblings();
      return 'why' in found ? found.why : null;
    },
    open: besideGroup,
  },
  { name: 'installed unit', lacks: whyNoService, open: () => besideService('system') },
  { name: 'installed user unit', lacks: whyNoService, open: () => besideService('user') },
  {
    name: 'container',
    lacks: () =>
      existsSync('/.dockerenv') || existsSync('/run/.containerenv')
        ? 'this is one: programs outside cannot be started from here'
        : 'none is started; the sibling group is what one is to the kernel',
    open: () => byHand(),
  },
];

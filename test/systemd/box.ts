// A box: a real systemd as PID 1 of its own namespaces, over the host's root file system with all writes kept apart, and
// without what the host itself has of pearlctl; or over another root.
// It boots in about a second, can be halted, rebooted and cut off its power, and leaves nothing behind on the host: the
// layer is mounted in the namespace of a holder process that dies with the test.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ExecaError, execa, type Result } from 'execa';
import { until } from '../fixtures/until.ts';
import { ownTraces } from './own-traces.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Units of the host's distribution that a box has no use for, or that would wait for hardware. */
const MASKED = [
  ...['postgresql', 'systemd-networkd', 'systemd-resolved', 'systemd-timesyncd', 'systemd-udevd', 'systemd-pstore'],
  ...['e2scrub_reap', 'console-getty', 'systemd-logind-varlink', 'ssh', 'cron', 'docker', 'containerd'],
].map((name) => `${name}.service`);
const MASKED_OTHERS = ['e2scrub_all', 'fstrim', 'man-db', 'apt-daily', 'apt-daily-upgrade', 'dpkg-db-backup']
  .map((name) => `${name}.timer`)
  .concat('getty.target', 'docker.socket', 'systemd-udevd-control.socket', 'systemd-udevd-kernel.socket');

/** Why no box can be booted here, or false when one can. */
export function whyNoBox(): string | false {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root, to boot a systemd of its own';
  if (!existsSync('/lib/systemd/systemd')) return 'the package systemd is not installed';
  for (const file of ['/usr/bin/dbus-daemon', '/usr/lib/systemd/user/dbus.socket']) {
    if (!existsSync(file)) return `the packages dbus and dbus-user-session are not installed (no ${file})`;
  }
  const probe = spawnSync('unshare', ['--fork', '--pid', '--mount', '--cgroup', '--net', '--uts', '--ipc', 'true']);
  if (probe.status !== 0) return 'namespaces are not allowed here';
  return false;
}

export type BoxResult = Pick<Result, 'exitCode'> & { stdout: string; stderr: string };

/** `hybrid`: the v1 controllers of the host beside an empty cgroup2, which is how limits are enforced on such a host. */
export type Cgroups = 'unified' | 'hybrid';

/** The cgroups with which limits of memory and processor bite in a box of this machine, or why none do. */
export function cgroupsForLimits(): Cgroups | { why: string } {
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const v1 = new Set([...own.matchAll(/^\d+:([a-z_,]+):/gm)].flatMap(([, names = '']) => names.split(',')));
  if (v1.has('memory') && v1.has('cpu')) return 'hybrid';
  const top = '/sys/fs/cgroup/cgroup.subtree_control';
  const handedDown = existsSync(top) ? readFileSync(top, 'utf8').trim().split(' ') : [];
  if (handedDown.includes('memory') && handedDown.includes('cpu')) return 'unified';
  return {
    why: `no control group here can limit memory: neither v1 nor handed down (${top}: "${handedDown.join(' ')}")`,
  };
}

export class Box {
  readonly name: string;
  readonly #folder: string;
  readonly #cgroups: Cgroups;
  readonly #lower: string;
  readonly #holder: ChildProcess;
  #unshare: ChildProcess | null = null;
  #leader = 0;

  /** Prepares a box without booting it; `seed` copies files into it: path in the box -> path on the host. `lower` is the root below. */
  static async create(
    seed: Record<string, string> = {},
    cgroups: Cgroups = 'unified',
    lower: string = '/',
  ): Promise<Box> {
    sweep();
    const folder = mkdtempSync(join(tmpdir(), `pearlbox-${process.pid}-`));
    // Both die with this process, however it ends.
    const holder = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private', '/bin/bash']
        .concat(join(import.meta.dirname, 'hold.sh'), folder, lower)
        .concat(lower === '/' ? ownTraces() : []),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise<void>((resolve, reject) => {
      holder.stdout?.once('data', () => resolve());
      holder.once('exit', () => reject(new Error('the holder of the box did not start')));
    });
    const box = new Box(folder, holder, cgroups, lower);
    box.#seed(seed);
    return box;
  }

  private constructor(folder: string, holder: ChildProcess, cgroups: Cgroups, lower: string) {
    this.name = `pearlbox-${process.pid}-${folder
      .slice(-6)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, 'x')}`;
    this.#folder = folder;
    this.#cgroups = cgroups;
    this.#lower = lower;
    this.#holder = holder;
  }

  /** The writes of the box, as seen from the host: everything that differs from the root below. */
  get upper(): string {
    return `/proc/${this.#holder.pid}/root${this.#folder}/upper`;
  }

  #seed(files: Record<string, string>): void {
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(this.upper, path)), { recursive: true });
      writeFileSync(join(this.upper, path), text);
    };
    write('/etc/machine-id', `${randomUUID().replaceAll('-', '')}\n`);
    write('/etc/hostname', `${this.name}\n`);
    write('/etc/hosts', `127.0.0.1 localhost ${this.name}\n::1 localhost\n`);
    write('/etc/fstab', '');
    write('/etc/systemd/journald.conf.d/box.conf', '[Journal]\nStorage=persistent\n');
    mkdirSync(join(this.upper, 'etc/systemd/system'), { recursive: true });
    for (const unit of [...MASKED, ...MASKED_OTHERS]) {
      symlinkSync('/dev/null', join(this.upper, 'etc/systemd/system', unit));
    }
    for (const [target, source] of Object.entries(files)) {
      mkdirSync(dirname(join(this.upper, target)), { recursive: true });
      cpSync(source, join(this.upper, target), { recursive: true, dereference: true });
    }
  }

  /** Boots and waits until systemd calls itself running. */
  async boot(): Promise<void> {
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', 'nsenter', `--mount=/proc/${this.#holder.pid}/ns/mnt`, '--', '/bin/bash'].concat(
        join(import.meta.dirname, 'enter.sh'),
        this.name,
        this.#folder,
        this.#cgroups,
        this.#lower,
      ),
      { stdio: ['ignore', 'inherit', 'inherit'], cwd: '/' },
    );
    this.#unshare = child;
    this.#leader = await this.#until('systemd to start', () => {
      if (child.exitCode !== null) throw new Error(`the box did not boot: exit ${child.exitCode}`);
      const leader = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0]);
      const ready = leader > 0 && readFileSync(`/proc/${leader}/comm`, 'utf8') === 'systemd\n';
      return ready && existsSync(`/proc/${leader}/root/run/systemd/private`) ? leader : 0;
    });
    const running = await this.exec(['systemctl', 'is-system-running', '--wait']);
    if (running.stdout !== 'running') {
      const failed = await this.exec(['systemctl', '--failed', '--no-legend', '--plain']);
      throw new Error(`the box is ${running.stdout}: ${failed.stdout}`);
    }
  }

  /** The arguments of nsenter(1) that lead into the running box; a command follows. */
  get enter(): string[] {
    return ['-t', String(this.#leader), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--'];
  }

  /** As `enter`, into nothing but the network of the box: what runs there is a program of the host's. */
  get network(): string[] {
    return ['-t', String(this.#leader), '-n', '--'];
  }

  /** Runs a command in the box as root with a clean environment; never throws for its exit code. */
  async exec(
    command: readonly string[],
    options: { env?: Record<string, string>; input?: string; timeoutMs?: number } = {},
  ): Promise<BoxResult> {
    const variables = { PATH, HOME: '/root', SYSTEMD_PAGER: '', LANG: 'C.UTF-8', ...options.env };
    const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const result = await execa('nsenter', [...this.enter, 'env', '-i', ...assignments, ...command], {
      reject: false,
      input: options.input ?? '',
      timeout: options.timeoutMs ?? 120_000,
      // The host's folder may not exist in the box.
      cwd: '/',
    });
    if (result.exitCode === undefined) throw new Error(`${command.join(' ')}: ${(result as ExecaError).shortMessage}`);
    return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  }

  /** Like `exec`, for commands that must succeed; resolves to their standard output. */
  async run(command: readonly string[], options: Parameters<Box['exec']>[1] = {}): Promise<string> {
    const result = await this.exec(command, options);
    if (result.exitCode === 0) return result.stdout;
    throw new Error(`${command.join(' ')}: exit ${result.exitCode}\n${result.stdout}\n${result.stderr}`);
  }

  /** Runs a command as an ordinary user of the box, with the environment of a login. */
  asUser(user: string, uid: number, command: readonly string[], env: Record<string, string> = {}): Promise<BoxResult> {
    const variables = { PATH, HOME: `/home/${user}`, USER: user, XDG_RUNTIME_DIR: `/run/user/${uid}`, ...env };
    const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    return this.exec(['runuser', '-u', user, '--', 'env', '-i', '-C', '/', ...assignments, ...command]);
  }

  /** Shuts down in order: poweroff.target, asked for by signal, so that no bus is needed. */
  async halt(): Promise<void> {
    // SIGRTMIN+4, see systemd(1).
    spawnSync('kill', ['-s', 'RTMIN+4', String(this.#leader)]);
    await this.#gone();
  }

  async reboot(): Promise<void> {
    await this.halt();
    await this.boot();
  }

  /** As if the plug were pulled. */
  async powerCut(): Promise<void> {
    process.kill(this.#leader, 'SIGKILL');
    await this.#gone();
  }

  /** Ends the box and takes away all that it needed on the host. Safe at any time, also twice. */
  async down(): Promise<void> {
    if (this.#unshare && this.#unshare.exitCode === null && this.#unshare.signalCode === null) {
      this.#unshare.kill('SIGKILL');
      await this.#gone();
    }
    if (this.#holder.exitCode === null && this.#holder.signalCode === null) {
      const ended = new Promise((resolve) => this.#holder.once('exit', resolve));
      this.#holder.kill('SIGKILL');
      await ended;
    }
    if (existsSync(this.#folder)) rmdirSync(this.#folder);
    await this.#until('the control groups to empty', () => removeControlGroups(this.name)).catch(() => {});
  }

  async #gone(): Promise<void> {
    const child = this.#unshare;
    if (!child) return;
    await this.#until('the box to end', () => child.exitCode !== null || child.signalCode !== null);
    this.#unshare = null;
    this.#leader = 0;
  }

  async #until<T>(what: string, probe: () => T | Promise<T>): Promise<NonNullable<T>> {
    return until(`${this.name}: ${what}`, probe);
  }
}

function hierarchies(): string[] {
  const top = '/sys/fs/cgroup';
  return [top, ...readdirSync(top).map((name) => join(top, name))].filter((path) =>
    existsSync(join(path, 'cgroup.procs')),
  );
}

/** Removes the control groups of a box, deepest first; false while one is still in use. */
function removeControlGroups(name: string): boolean {
  let clean = true;
  for (const hierarchy of hierarchies()) {
    const own = join(hierarchy, name);
    if (!existsSync(own)) continue;
    const folders = readdirSync(own, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort((a, b) => b.length - a.length);
    for (const folder of [...folders, own]) {
      try {
        rmdirSync(folder);
      } catch {
        clean = false;
      }
    }
  }
  return clean;
}

/** Takes away what boxes left whose test was killed: nothing but empty control groups and empty folders. */
function sweep(): void {
  const abandoned = (name: string): boolean => {
    const owner = /^pearlbox-(\d+)-/.exec(name)?.[1];
    return owner !== undefined && !existsSync(`/proc/${owner}`);
  };
  for (const name of hierarchies()
    .flatMap((hierarchy) => readdirSync(hierarchy))
    .filter(abandoned)) {
    removeControlGroups(name);
  }
  for (const name of readdirSync(tmpdir()).filter(abandoned)) {
    try {
      rmdirSync(join(tmpdir(), name));
    } catch {
      // Another process is faster, or it is not ours after all: not empty.
    }
  }
}

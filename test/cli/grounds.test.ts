// Every command of the overview on grounds that people have and developers do not: none of them may call itself defective.
// `PEARLCTL_TEST_GROUNDS=all` runs each of them on each ground, which takes two minutes; otherwise each ground has a third of them.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { OTHER_UID, openFolder, openNode, openProgram } from '../fixtures/other-account.ts';
import { CLI } from './run-cli.ts';

const CONFIG = `network = devnet
[miner]
wallet = ${walletFromProgram(Buffer.alloc(32, 1), 'devnet')}
threads = 1
[gateway]
port = 0
metrics_port = 0
`;

/** What a command needs to do something; the others are run without arguments. */
const ARGUMENTS: Record<string, string[]> = {
  attach: ['--gateway', 'http://127.0.0.1:1'],
  bench: ['--seconds', '1'],
  completion: ['bash'],
  config: ['list'],
  init: ['--yes', '--network', 'devnet'],
  install: ['--yes', '--dry-run'],
  render: ['systemd'],
  rollback: ['--yes'],
  shares: ['--all'],
  uninstall: ['--yes'],
  upgrade: ['missing.tar.gz'],
};

/** These go on until they are stopped, or for long. */
const LASTING = ['run', 'supervise', 'gateway', 'mine', 'bench', 'calibrate', 'demo', 'self-test'];

interface Ground {
  /** Run by root in a mount namespace of its own, with `$HOME`, `$UID_OTHER` and `$WORK`, before the command. */
  readonly before?: string;
  /** Words before the command. */
  readonly as?: readonly string[];
  readonly env?: Record<string, string | undefined>;
}

const OTHER = ['setpriv', '--reuid', String(OTHER_UID), '--regid', String(OTHER_UID), '--clear-groups'];
/** No account has this number. */
const NOBODY = ['setpriv', '--reuid', '54321', '--regid', '54321', '--clear-groups'];

const GROUNDS: Record<string, Ground> = {
  'a deleted folder': { before: 'gone=$(mktemp -d); cd "$gone"; rmdir "$gone"' },
  'a folder that the account may not enter': {
    before: 'mkdir "$HOME/shut"; chown -R 65534 "$HOME"; cd "$HOME/shut"; chmod 700 .; chown 0 .',
    as: OTHER,
  },
  'no passwd entry': { before: 'chown -R 54321 "$HOME"', as: NOBODY },
  'no passwd entry and no HOME': { as: NOBODY, env: { HOME: undefined, PEARLCTL_HOME: undefined } },
  'no HOME': {
    env: { HOME: undefined, PEARLCTL_HOME: undefined },
    // Root's places are those of the machine then.
    before: `mount -t tmpfs none /root; mount -t tmpfs none /run; mount -t tmpfs none "$WORK"
for top in etc var; do
  mkdir "$WORK/$top" "$WORK/$top.work"
  mount -t overlay none -o "lowerdir=/$top,upperdir=$WORK/$top,workdir=$WORK/$top.work" "/$top"
done`,
  },
  'no boot id': { before: 'mount -t tmpfs none /proc/sys/kernel/random' },
  'closed stdout': { as: ['/bin/sh', '-c', 'exec "$@" >&-', 'sh'] },
  'a terminal of no size': { as: ['/bin/sh', '-c', 'exec script --quiet --return --command "$*" /dev/null', 'sh'] },
  'a read-only home': { before: 'mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME"' },
  'a full disk': {
    before:
      'cp -a "$HOME" "$WORK/kept"; mount -t tmpfs -o size=64k none "$HOME"; cp -a "$WORK/kept/." "$HOME"; dd if=/dev/zero of="$HOME/full" 2>/dev/null || true',
  },
};

/** What root's own instance would have left. */
function ofTheMachine(): string[] {
  return ['/etc', '/var/lib', '/var/log', '/run', '/usr/local/lib'].filter((top) => existsSync(`${top}/pearlctl`));
}

const ALL = process.env.PEARLCTL_TEST_GROUNDS === 'all';
const skip = process.platform !== 'linux' || process.getuid?.() !== 0 ? 'needs root on Linux, for namespaces' : false;

t.setTimeout(600_000);

for (const [index, [name, { before = 'true', as = [], env = {} }]] of Object.entries(GROUNDS).entries()) {
  t.test(`every command on ${name}`, { skip }, async (t) => {
    const folder = openFolder(t);
    const program = [openNode(folder), openProgram(folder)];
    const queue = COMMANDS.map((entry) => entry.name).filter((_, at) => ALL || (at + index) % 3 === 0);
    const work = async (): Promise<void> => {
      for (let command = queue.shift(); command !== undefined; command = queue.shift()) {
        const home = join(folder, command);
        mkdirSync(home);
        chmodSync(home, 0o755);
        writeFileSync(join(home, 'pearlctl.ini'), CONFIG, { mode: 0o600 });
        // Of its own accord timeout(1) sends the signal twice, and a second Ctrl-C ends a command without its cleaning up.
        const interrupt = ['timeout', '--foreground', '--signal=INT', '--kill-after=50', '2'];
        const limited = LASTING.includes(command) ? interrupt : [];
        const words = [...as, ...limited, ...program, command, ...(ARGUMENTS[command] ?? [])];
        const variables = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home, ...env };
        const set = Object.entries(variables).flatMap(([key, value]) =>
          value === undefined ? [] : [`${key}=${value}`],
        );
        // A ground that could not be made is a failure.
        const script = `set -e\ntrap 'exit 199' EXIT\n${before}\nexec env -i ${'"$@"'}`;
        const run = await execa('unshare', ['--mount', '/bin/sh', '-c', script, 'sh', ...set, ...words], {
          env: { PATH: process.env.PATH, HOME: home, WORK: mkdtempSync(join(folder, 'work-')) },
          extendEnv: false,
          reject: false,
          stdin: 'ignore',
          timeout: 60_000,
          killSignal: 'SIGKILL',
          cwd: '/',
        });
        const said = `${run.stdout}\n${run.stderr}`;
        if (name !== 'closed stdout' && limited.length === 0) t.match(said, /\S/, `pearlctl ${command} says something`);
        t.notMatch(said, /internal error| {4}at .*\.js:\d+/, `pearlctl ${command}`);
        t.ok(
          run.exitCode !== undefined && run.exitCode < 128,
          `pearlctl ${command} ends by itself (${run.exitCode ?? run.signal})`,
        );
      }
    };
    const found = ofTheMachine();
    await Promise.all(Array.from({ length: availableParallelism() + 1 }, work));
    t.same(ofTheMachine(), found, 'the machine itself is as before');
  });
}

t.test('a configuration that is mounted as one file is left as it is, and that is said', { skip }, async (t) => {
  const home = t.testdir({ 'pearlctl.ini': CONFIG, mounted: CONFIG });
  const script = 'mount --bind "$HOME/mounted" "$HOME/pearlctl.ini" && exec "$@"';
  const command = [
    '--mount',
    '/bin/sh',
    '-c',
    script,
    'sh',
    process.execPath,
    CLI,
    'config',
    'set',
    'miner.threads',
    '2',
  ];
  const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home };
  const { exitCode, stderr } = await execa('unshare', command, {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  t.equal(exitCode, 78);
  t.match(stderr, /is mounted here as a single file.*\n.*mount the folder/);
});

t.test('an addon on a file system without programs is told as that', { skip }, async (t) => {
  const home = t.testdir({ 'pearlctl.ini': CONFIG });
  const native = join(import.meta.dirname, '..', '..', 'dist', 'native');
  const script = 'mount --bind "$NATIVE" "$NATIVE" && mount -o remount,bind,noexec "$NATIVE" && exec "$@"';
  const command = ['--mount', '/bin/sh', '-c', script, 'sh', process.execPath, CLI, 'self-test'];
  const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home, NATIVE: native };
  const { exitCode, stderr } = await execa('unshare', command, {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  t.equal(exitCode, 78);
  t.match(stderr, /mounted noexec/);
});

t.test('a folder below /proc is refused at once', { skip }, async (t) => {
  const env = { PATH: process.env.PATH, HOME: '/proc/pearlctl', PEARLCTL_HOME: '/proc/pearlctl/home' };
  for (const args of [['init', '--yes', '--network', 'devnet'], ['run']]) {
    const run = await execa(process.execPath, [CLI, ...args], {
      env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 60_000,
    });
    t.ok(!run.timedOut && run.exitCode !== 0, run.stderr);
    t.notMatch(run.stderr, /internal error/);
  }
});

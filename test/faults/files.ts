// Rows about the files that a supervisor stands on: taken away, damaged, planted, on a disk that is full or read-only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { lasting, until } from '../fixtures/until.ts';
import type { Row, Seen } from './row.ts';
import { type FaultStage, folderOf, kill } from './stage.ts';

/** What a person does to the sidecar of a living supervisor: it is written again, and nothing is written through a link. */
const SIDECAR: Row[] = [
  sidecar('deleted', (file) => rmSync(file)),
  sidecar('cut off in the middle', (file) => writeFileSync(file, '{"provider":"cpu-pe')),
  sidecar("another provider's", (file) => writeFileSync(file, '{"provider":"vllm-pearl","started_at":1}')),
  sidecar(
    'replaced by a link to another file',
    (file, stage) => {
      writeFileSync(stage.path('victim'), 'untouched');
      rmSync(file);
      symlinkSync(stage.path('victim'), file);
    },
    true,
  ),
  sidecar('replaced by a folder', (file) => {
    rmSync(file);
    spawnSync('mkdir', [file]);
  }),
];

function sidecar(how: string, harm: (file: string, stage: FaultStage) => void, quick = false): Row {
  const isFolder = how.endsWith('folder');
  return {
    fault: `sidecar ${how}`,
    moment: 'ready',
    expected: isFolder ? 'running, and told by health' : 'running',
    quick,
    leaves: /^victim$/,
    play: async (stage) => {
      stage.start();
      await stage.running();
      const file = stage.path('run', 'mining.json');
      harm(file, stage);
      const struckMs = performance.now();
      if (isFolder) {
        // A rename never replaces a folder: it has to be removed first.
        await until('the trouble to be told', () => /sidecar cannot be written \(EISDIR\)/.test(stage.log()));
        rmSync(file, { recursive: true });
        await stage.running();
        return { state: 'running, and told by health', recoveryMs: performance.now() - struckMs };
      }
      await stage.running();
      const recoveryMs = performance.now() - struckMs;
      const victim = stage.path('victim');
      const isTouched = existsSync(victim) && readFileSync(victim, 'utf8') !== 'untouched';
      return { state: isTouched ? 'written through the link' : 'running', recoveryMs };
    },
  };
}

/** The children's pids in the sidecar of a dead supervisor are another process's by now. */
const REUSED: Row = {
  fault: 'sidecar names pids that belong to another program now',
  moment: 'at the next start',
  expected: 'running, the other program unharmed',
  quick: true,
  play: async (stage) => {
    stage.start();
    await stage.running();
    kill(stage.supervisorPid, 'SIGKILL');
    await stage.exit();
    await until('the children to leave', () => stage.orphans().length === 0);
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    stage.afterwards(() => void other.kill('SIGKILL'));
    const file = stage.path('run', 'mining.json');
    const old = JSON.parse(readFileSync(file, 'utf8'));
    for (const name of ['gateway', 'miner']) old.children[name].pid = other.pid;
    old.supervisor.pid = other.pid;
    writeFileSync(file, JSON.stringify(old));
    const struckMs = performance.now();
    stage.start();
    await stage.running();
    const isAlive = other.exitCode === null && other.signalCode === null;
    const state = isAlive ? 'running, the other program unharmed' : 'the other program was ended';
    return { state, recoveryMs: performance.now() - struckMs };
  },
};

const LOCK: Row = {
  fault: 'lock file deleted, then a second supervisor',
  moment: 'ready',
  expected: 'the second: exit 75; the first: running',
  quick: true,
  play: async (stage) => {
    stage.start();
    await stage.running();
    const first = { process: stage.supervisor, ended: stage.ended };
    rmSync(stage.path('run', 'lock'));
    stage.start();
    const second = await stage.exit();
    Object.assign(stage, { supervisor: first.process, ended: first.ended });
    const { state } = await stage.running();
    return { state: `the second: ${second}; the first: ${state}`, recoveryMs: null };
  },
};

const SOCKET: Row = {
  fault: 'control socket deleted',
  moment: 'ready',
  expected: 'running',
  play: async (stage) => {
    stage.start();
    await stage.running();
    const socket = stage.path('run', 'private', 'control.sock');
    await until('the socket', () => existsSync(socket));
    rmSync(socket);
    const struckMs = performance.now();
    await until('the socket to be back', () => existsSync(socket));
    return { state: 'running', recoveryMs: performance.now() - struckMs };
  },
};

/** Folders that are removed under it are made again; what they held is gone, and the rest goes on. */
const REMOVED: Row[] = [
  removed('runtime folder', ['run']),
  removed('log folder', ['logs']),
  removed('whole home', ['run', 'logs', 'state', 'pearlctl.ini']),
];

function removed(what: string, parts: string[]): Row {
  return {
    fault: `${what} removed`,
    moment: 'ready',
    expected: 'running',
    play: async (stage) => {
      stage.start();
      await stage.running();
      for (const part of parts) {
        // Renamed first: it writes there while we delete.
        renameSync(stage.path(part), stage.path('gone'));
        rmSync(stage.path('gone'), { recursive: true });
      }
      const struckMs = performance.now();
      await stage.running();
      await until('the lock to be made again', () => existsSync(stage.path('run', 'lock')));
      return { state: 'running', recoveryMs: performance.now() - struckMs };
    },
  };
}

/** A disk of 1 MB for one folder, full from some moment on, then with room again. */
const DISK: Row[] = (['run', 'state', 'logs'] as const).flatMap((folder): Row[] => [
  {
    fault: `disk of ${folder}/ full, then with room again`,
    moment: 'ready',
    expected: 'running all the time',
    needs: ['mounts'],
    play: (stage) =>
      whileBroken(
        stage,
        folder,
        () => fill(stage, folder),
        () => rmSync(stage.path(folder, 'filler')),
      ),
  },
  {
    fault: `an empty read-only disk over ${folder}/, then taken away`,
    moment: 'ready',
    expected: 'running all the time',
    needs: ['mounts'],
    // The socket that the disk hid comes to light again; the next start replaces it.
    leaves: /^run\/private\/control\.sock$/,
    play: (stage) =>
      whileBroken(
        stage,
        folder,
        () => run('mount', ['-t', 'tmpfs', '-o', 'ro,mode=0700,size=64k', 'tmpfs', stage.path(folder)]),
        () => run('umount', ['-l', stage.path(folder)]),
      ),
  },
]);

const DISK_AT_START: Row[] = [
  atStart('run', 'full', 'exit 69'),
  atStart('run', 'read-only', 'exit 77'),
  atStart('state', 'read-only', 'exit 77'),
  atStart('logs', 'full', 'running'),
  atStart('logs', 'read-only', 'running'),
];

function atStart(folder: string, how: 'full' | 'read-only', expected: string): Row {
  return {
    fault: `disk of ${folder}/ ${how}`,
    moment: 'start',
    expected,
    needs: ['mounts'],
    leaves: /filler$/,
    play: async (stage) => {
      mount(stage, folder);
      if (how === 'full') fill(stage, folder);
      else run('mount', ['-o', 'remount,ro', stage.path(folder)]);
      stage.start();
      if (expected === 'running') await stage.running();
      return { state: expected === 'running' ? 'running' : await stage.exit(), recoveryMs: null };
    },
  };
}

/** The gateway serves, but cannot store a block: each is refused until there is room, and nothing ends. */
const STATE_FULL: Row = {
  fault: 'disk of state/ full for 5 s',
  moment: 'start',
  expected: 'alive, then running',
  needs: ['mounts'],
  play: async (stage) => {
    mount(stage, 'state');
    fill(stage, 'state');
    stage.start();
    await lasting(5000);
    const isAlive = stage.isUp;
    rmSync(stage.path('state', 'filler'));
    const struckMs = performance.now();
    await stage.running();
    return { state: `${isAlive ? 'alive' : 'dead'}, then running`, recoveryMs: performance.now() - struckMs };
  },
};

/** Mines on while the disk is broken for three seconds, and writes again after it is mended. */
async function whileBroken(stage: FaultStage, folder: string, harm: () => void, mend: () => void): Promise<Seen> {
  mount(stage, folder);
  stage.start();
  await stage.running();
  const pids = [stage.pidOf('gateway'), stage.pidOf('miner')];
  harm();
  await lasting(3000);
  mend();
  const struckMs = performance.now();
  const before = stage.ledgerBytes();
  await stage.mined('the next share', () => stage.ledgerBytes() > before);
  await stage.running();
  const recoveryMs = performance.now() - struckMs;
  const isSame = pids[0] === stage.pidOf('gateway') && pids[1] === stage.pidOf('miner');
  return { state: isSame ? 'running all the time' : 'running, with other children', recoveryMs };
}

function mount(stage: FaultStage, folder: string): void {
  const path = folderOf(stage, folder);
  run('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'tmpfs', path]);
  stage.afterwards(() => run('umount', ['-l', path]));
}

/** Writes until there is no room at all. */
function fill(stage: FaultStage, folder: string): void {
  for (const size of [1 << 20, 1 << 12]) {
    try {
      for (;;) writeFileSync(stage.path(folder, 'filler'), Buffer.alloc(size), { flag: 'a' });
    } catch {
      // ENOSPC is what it is for.
    }
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

export const FILE_ROWS: readonly Row[] = [
  ...SIDECAR,
  REUSED,
  LOCK,
  SOCKET,
  ...REMOVED,
  ...DISK,
  STATE_FULL,
  ...DISK_AT_START,
];

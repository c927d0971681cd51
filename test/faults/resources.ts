// Rows about what a process needs: descriptors, memory, the program's own files, somewhere to put its words.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from './row.ts';
import { type FaultStage, folderOf, kill, waitFor } from './stage.ts';

const FEW_DESCRIPTORS: Row = {
  fault: 'only 128 descriptors for each process',
  moment: 'start',
  expected: 'running',
  needs: ['linux'],
  play: async (stage) => {
    stage.start({ wrapper: ['prlimit', '--nofile=128:128', '--'] });
    await stage.running();
    return { state: 'running', recoveryMs: null };
  },
};

const NO_DESCRIPTORS: Row = {
  fault: 'supervisor without a free descriptor, and the miner killed; limit lifted after 3 s',
  moment: 'ready',
  expected: 'running',
  needs: ['linux'],
  quick: true,
  play: async (stage) => {
    stage.start();
    await stage.running();
    const pid = stage.pidOf('miner');
    limit(stage.supervisorPid, 'nofile', '10:4096');
    kill(pid, 'SIGKILL');
    await sleep(3000);
    limit(stage.supervisorPid, 'nofile', '4096:4096');
    const struckMs = performance.now();
    await stage.runningWithout('miner', pid);
    return { state: 'running', recoveryMs: performance.now() - struckMs };
  },
};

const NO_MEMORY: Row = {
  fault: 'miner: no memory can be had any more (RLIMIT_AS)',
  moment: 'ready',
  expected: 'running',
  needs: ['linux'],
  play: async (stage) => {
    stage.start();
    await stage.running();
    const pid = stage.pidOf('miner');
    limit(pid, 'as', '1:1');
    // It may live on what it has; a new job or a collection needs more.
    await sleep(5000);
    const struckMs = performance.now();
    await stage.running();
    return { state: 'running', recoveryMs: performance.now() - struckMs };
  },
};

/** A program of its own, which a row may damage: the addon is found beside it. */
export function ownProgram(stage: FaultStage): { program: string[]; addonFolder: string; manifestFile: string } {
  const root = folderOf(stage, 'program');
  cpSync(resolve('dist/js'), join(root, 'dist/js'), { recursive: true });
  cpSync(resolve('dist/native'), join(root, 'dist/native'), { recursive: true });
  copyFileSync(resolve('package.json'), join(root, 'package.json'));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  return {
    program: [process.execPath, join(root, 'dist/js/cli.js'), 'supervise'],
    addonFolder: join(root, 'dist/native'),
    manifestFile: join(root, 'package.json'),
  };
}

export const OWN = /^program\//;

const ADDON: Row[] = [
  addon('missing', (file) => renameSync(file, `${file}.away`)),
  addon('replaced by something else', (file) => writeFileSync(file, 'not a library')),
  addon('cut off in the middle', (file) => truncateSync(file, statSync(file).size >> 1)),
  addon('built for another processor', (file) => renameSync(file, file.replace(/linux-\w+/, 'linux-riscv64'))),
];

function addon(how: string, harm: (file: string) => void): Row {
  return {
    fault: `native addon ${how}`,
    moment: 'start',
    expected: 'exit 78',
    leaves: OWN,
    play: async (stage) => {
      const { program, addonFolder } = ownProgram(stage);
      harm(addonFile(addonFolder));
      stage.start({ program });
      return { state: await stage.exit(), recoveryMs: null };
    },
  };
}

const ADDON_VERSION: Row = {
  fault: 'native addon of another version',
  moment: 'start',
  expected: 'exit 78',
  leaves: OWN,
  play: async (stage) => {
    const { program, manifestFile } = ownProgram(stage);
    writeFileSync(
      manifestFile,
      JSON.stringify({ ...JSON.parse(readFileSync(manifestFile, 'utf8')), version: '99.0.0' }),
    );
    stage.start({ program });
    return { state: await stage.exit(), recoveryMs: null };
  },
};

const ADDON_LATER: Row = {
  fault: 'native addon removed, then the miner killed',
  moment: 'ready',
  expected: 'exit 78',
  leaves: OWN,
  play: async (stage) => {
    const { program, addonFolder } = ownProgram(stage);
    stage.start({ program });
    await stage.running();
    const file = addonFile(addonFolder);
    renameSync(file, `${file}.away`);
    kill(stage.pidOf('miner'), 'SIGKILL');
    return { state: await stage.exit(), recoveryMs: null };
  },
};

const NODE_GONE: Row = {
  fault: 'Node taken away for 3 s (an upgrade), and the miner killed',
  moment: 'ready',
  expected: 'running',
  leaves: /^node/,
  play: async (stage) => {
    const node = stage.path('node');
    copyFileSync(process.execPath, node);
    stage.start({ program: [node, resolve('dist/js/cli.js'), 'supervise'] });
    await stage.running();
    const pid = stage.pidOf('miner');
    renameSync(node, `${node}-away`);
    kill(pid, 'SIGKILL');
    await sleep(3000);
    renameSync(`${node}-away`, node);
    const struckMs = performance.now();
    await stage.runningWithout('miner', pid);
    return { state: 'running', recoveryMs: performance.now() - struckMs };
  },
};

/** Fixture children, since the real ones never say as much. */
const FLOOD: Row = {
  fault: 'miner: writes 100 MB to its log',
  moment: 'start',
  expected: 'running, log below 1 MB',
  leaves: /^behaviour\.json$/,
  play: async (stage) => {
    writeFileSync(stage.path('behaviour.json'), JSON.stringify({ miner: { flood: 7_500_000 } }));
    stage.start({ program: [process.execPath, resolve('test/fixtures/supervise.mjs')] });
    await stage.running();
    await waitFor('the flood to be told', () => /lines of a flood were dropped/.test(stage.log()));
    const bytes = readdirSync(stage.path('logs')).reduce(
      (sum, name) => sum + statSync(stage.path('logs', name)).size,
      0,
    );
    return {
      state: bytes < 1_000_000 ? 'running, log below 1 MB' : `running, log of ${bytes} bytes`,
      recoveryMs: null,
    };
  },
};

const READER_GONE: Row = {
  fault: 'whoever reads the output of the supervisor is gone',
  moment: 'ready',
  expected: 'running',
  play: async (stage) => {
    stage.start();
    await stage.running();
    stage.supervisor?.stderr?.destroy();
    const pid = stage.pidOf('miner');
    // What follows makes it write a warning there.
    kill(pid, 'SIGKILL');
    const struckMs = performance.now();
    await stage.runningWithout('miner', pid);
    return { state: 'running', recoveryMs: performance.now() - struckMs };
  },
};

export function addonFile(folder: string): string {
  const name = readdirSync(folder).find((entry) => entry.endsWith('.node'));
  if (name === undefined) throw new Error('the addon has not been built');
  return join(folder, name);
}

function limit(pid: number, what: string, value: string): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--${what}=${value}`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}

export const RESOURCE_ROWS: readonly Row[] = [
  FEW_DESCRIPTORS,
  NO_DESCRIPTORS,
  NO_MEMORY,
  ...ADDON,
  ADDON_VERSION,
  ADDON_LATER,
  NODE_GONE,
  FLOOD,
  READER_GONE,
];

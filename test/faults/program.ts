// Rows about the program's own files: the addon missing, foreign or damaged, Node and pearlctl replaced under their feet.
import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { CLI } from '../cli/run-cli.ts';
import { lasting } from '../fixtures/until.ts';
import { replaced, replacedAfter } from './outcome.ts';
import { addonFile, OWN, ownProgram } from './own-program.ts';
import type { Row } from './row.ts';
import { type FaultStage, kill } from './stage.ts';

const ADDON: Row[] = [
  addon('missing', 'exit 78', (file) => renameSync(file, `${file}.away`)),
  addon('replaced by something else', 'exit 78', (file) => writeFileSync(file, 'not a library')),
  addon('empty', 'exit 78', (file) => truncateSync(file, 0)),
  addon('cut off in the middle', 'exit 78', (file) => truncateSync(file, Math.floor(statSync(file).size / 2))),
  addon('built for another platform', 'exit 78', (file) =>
    renameSync(file, file.replace(/linux-\w+/, 'linux-riscv64')),
  ),
  addon('built for another processor', 'exit 78', otherProcessor),
];

function addon(how: string, expected: string, harm: (file: string) => void): Row {
  return {
    fault: `native addon ${how}`,
    moment: 'start',
    expected,
    quick: how === 'missing',
    leaves: OWN,
    play: async (stage) => {
      const { program, addonFolder } = ownProgram(stage);
      harm(addonFile(addonFolder));
      stage.start({ program });
      return { state: await stage.exit(), recoveryMs: null };
    },
  };
}

/** Machine numbers of ELF (elf(5)): x86-64 and aarch64, each of which says it is the other. */
const X86_64 = 62;
const AARCH64 = 183;

/** The file under its right name, whose header says that its instructions are another processor's. */
function otherProcessor(file: string): void {
  const machine = readFileSync(file).readUInt16LE(18);
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(machine === X86_64 ? AARCH64 : X86_64);
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, 2, 18);
  closeSync(descriptor);
}

const ADDON_VERSION: Row = {
  fault: 'native addon of another version',
  moment: 'start',
  expected: 'exit 78',
  leaves: OWN,
  play: async (stage) => {
    const { program, manifestFile } = ownProgram(stage);
    const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
    writeFileSync(manifestFile, JSON.stringify({ ...manifest, version: '99.0.0' }));
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

/** pearlctl replaced while it runs, as a package manager does it: the old folder goes, a new one comes. */
const UPGRADED: Row = {
  fault: 'pearlctl upgraded under it: its folder removed and put back, then the miner killed',
  moment: 'ready',
  expected: 'running',
  leaves: OWN,
  play: async (stage) => {
    const { program } = ownProgram(stage);
    stage.start({ program });
    await stage.running();
    renameSync(stage.path('program'), stage.path('program.old'));
    rmSync(stage.path('program.old'), { recursive: true });
    ownProgram(stage);
    return replacedAfter(stage, 'miner', 'SIGKILL');
  },
};

const NODE_UPGRADED: Row = {
  fault: 'Node upgraded under it: another file in its place, then the miner killed',
  moment: 'ready',
  expected: 'running',
  leaves: /^node/,
  play: async (stage) => {
    const node = await runWithOwnNode(stage);
    copyFileSync(process.execPath, `${node}-new`);
    renameSync(`${node}-new`, node);
    return replacedAfter(stage, 'miner', 'SIGKILL');
  },
};

const NODE_GONE: Row = {
  fault: 'Node taken away for 3 s (an upgrade), and the miner killed',
  moment: 'ready',
  expected: 'running',
  leaves: /^node/,
  play: async (stage) => {
    const node = await runWithOwnNode(stage);
    const pid = stage.pidOf('miner');
    renameSync(node, `${node}-away`);
    kill(pid, 'SIGKILL');
    await lasting(3000);
    renameSync(`${node}-away`, node);
    const struckMs = performance.now();
    return replaced(stage, 'miner', pid, struckMs);
  },
};

/** Starts with a copy of Node in the home, which comes back. */
async function runWithOwnNode(stage: FaultStage): Promise<string> {
  const node = stage.path('node');
  copyFileSync(process.execPath, node);
  stage.start({ program: [node, CLI, 'supervise'] });
  await stage.running();
  return node;
}

export const PROGRAM_ROWS: readonly Row[] = [...ADDON, ADDON_VERSION, ADDON_LATER, UPGRADED, NODE_UPGRADED, NODE_GONE];

// Rows about the native core going wrong: they play with an addon that was built with the feature `fault-injection`
// (native/core/src/fault.rs), which no build of the product has. Its faults are files in a folder: `panic-mine`,
// `panic-prepare` and `panic-helper` strike once, `wrong-KERNEL` as long as the file is there.
import { spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { native } from '../../src/native/native.ts';
import { addonFile, OWN, ownProgram } from './own-program.ts';
import type { Row } from './row.ts';
import { type FaultStage, folderOf } from './stage.ts';

let building: Promise<string> | undefined;

/** The addon that fails on demand, built once. */
export function faultyAddon(): Promise<string> {
  building ??= build();
  return building;
}

async function build(): Promise<string> {
  const args = ['build', '--manifest-path', 'native/Cargo.toml', '--locked', '--profile', 'faults'];
  const child = spawn('cargo', [...args, '-p', 'pearlctl-addon', '--features', 'fault-injection'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  const code = await new Promise((resolveCode, reject) => child.once('close', resolveCode).once('error', reject));
  if (code !== 0) throw new Error(`the addon with faults was not built: ${said}`);
  const library = process.platform === 'darwin' ? 'libpearlctl_addon.dylib' : 'libpearlctl_addon.so';
  return resolve('native/target/faults', library);
}

/** A program with that addon: what starts it, and how a fault is armed. */
async function faulty(stage: FaultStage): Promise<{ start: () => void; arm: (fault: string) => void }> {
  const built = await faultyAddon();
  const { program, addonFolder } = ownProgram(stage);
  copyFileSync(built, addonFile(addonFolder));
  const folder = folderOf(stage, 'program', 'faults');
  return {
    start: () => stage.start({ program, env: { PEARLCTL_FAULTS: folder } }),
    arm: (fault) => writeFileSync(join(folder, fault), ''),
  };
}

const PANICS: Row[] = [
  panic('a mining thread', 'mine', 'ready'),
  panic('the thread that prepares jobs', 'prepare', 'start'),
];

/** What kills one thread has to end the process, which is then replaced at once. */
function panic(who: string, place: string, moment: 'start' | 'ready'): Row {
  return {
    fault: `miner: ${who} panics`,
    moment,
    expected: 'running, MINER_FAILED on record',
    needs: ['cargo'],
    // The first of these rows builds the addon while others are played.
    seconds: place === 'mine' ? 180 : 0,
    leaves: OWN,
    play: async (stage) => {
      const { start, arm } = await faulty(stage);
      if (moment === 'start') arm(`panic-${place}`);
      start();
      const before = moment === 'start' ? null : (await stage.running()).children.miner.pid;
      const struckMs = performance.now();
      if (moment === 'ready') arm(`panic-${place}`);
      const sidecar = await stage.until(
        'running again after a failure',
        ({ state, children: { miner } }) => state === 'running' && miner.pid !== before && miner.lastExit !== null,
      );
      const recoveryMs = performance.now() - struckMs;
      const { lastExit: last } = sidecar.children.miner;
      const told = last?.code === 69 && /A mining thread failed \(pearl-\S+ panicked/.test(last.lines.join('\n'));
      return { state: told ? 'running, MINER_FAILED on record' : `running, ${JSON.stringify(last)}`, recoveryMs };
    },
  };
}

const WRONG_KERNEL: Row = {
  fault: 'the best kernel computes wrongly',
  moment: 'start',
  expected: 'running with another kernel, told by status',
  needs: ['cargo'],
  leaves: OWN,
  play: async (stage) => {
    const { start, arm } = await faulty(stage);
    const [best] = native().cpuFeatures().kernels;
    arm(`wrong-${best}`);
    start();
    await stage.running();
    await stage.mined('blocks of the other kernel', () => stage.ledgerBytes() > 0);
    const { text } = await stage.status();
    const told = text.includes(`The kernel ${best} computed wrongly`);
    return { state: told ? WRONG_KERNEL.expected : text, recoveryMs: null };
  },
};

const ALL_KERNELS_WRONG: Row = {
  fault: 'every kernel computes wrongly',
  moment: 'start',
  expected: 'exit 78',
  needs: ['cargo'],
  leaves: OWN,
  play: async (stage) => {
    const { start, arm } = await faulty(stage);
    for (const kernel of native().cpuFeatures().kernels) arm(`wrong-${kernel}`);
    start();
    return { state: await stage.exit(), recoveryMs: null };
  },
};

export const NATIVE_ROWS: readonly Row[] = [...PANICS, WRONG_KERNEL, ALL_KERNELS_WRONG];

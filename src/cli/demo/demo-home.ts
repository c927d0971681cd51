// The demo's throw-away home: one temporary folder with a configuration for the devnet, any free ports, and an address
// without a key. Removed whole at the end.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errnoOf, PearlError } from '../../base/errors.ts';
import { type Paths, resolvePaths } from '../../config/paths.ts';
import { programOnCurve, walletFromProgram } from '../../protocol/wallet.ts';

export interface DemoHome {
  readonly folder: string;
  /** What every process of the demo runs with. */
  readonly env: NodeJS.ProcessEnv;
  readonly paths: Paths;
  /** Removes the folder with all it holds; throws DEMO_FAILED when something of it is left. */
  remove(): Promise<void>;
}

/** Pure: the configuration of the demo. */
function demoConfig(wallet: string, oneThread: boolean): string {
  return [
    '; Written by `pearlctl demo`, which removes it when it ends.',
    'network = devnet',
    '[miner]',
    `wallet = ${wallet}`,
    'worker = demo',
    ...(oneThread ? ['threads = 1'] : []),
    '[gateway]',
    'kind = devnet',
    '; 0: any free port',
    'port = 0',
    'metrics_port = 0',
    '; Each block is a new job: these matrices are set up in milliseconds, and soon enough on a machine that is busy',
    '[shape]',
    'm = 4096',
    'n = 4096',
    'k = 2048',
    '; For seconds, and asked for: on battery too, and beside other programs',
    '[rest]',
    'profile = server',
    '',
  ].join('\n');
}

/** @param oneThread for one block beside a service that mines. */
export async function createDemoHome(oneThread: boolean): Promise<DemoHome> {
  const folder = await makeFolder();
  const env = { ...process.env, PEARLCTL_HOME: folder };
  const paths = resolvePaths({ env });
  const program = programOnCurve(() => randomBytes(32));
  await writeFile(paths.configFile, demoConfig(walletFromProgram(program, 'devnet'), oneThread), { mode: 0o600 });
  return {
    folder,
    env,
    paths,
    async remove() {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      if (existsSync(folder)) throw new PearlError('DEMO_FAILED', `The folder ${folder} could not be removed.`);
    },
  };
}

async function makeFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'pearlctl-demo-'));
  } catch (error) {
    throw new PearlError('HOME_UNWRITABLE', `No temporary folder can be made in ${tmpdir()} (${errnoOf(error)}).`, {
      hint: 'Free some space there, or set TMPDIR to a folder that you may write to.',
      cause: error,
    });
  }
}

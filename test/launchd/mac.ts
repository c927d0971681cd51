// A Mac for tests: the folders of one in a temporary folder, the stand-in for launchd, and the real product in between.
import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { walletFromProgram } from '../../src/config/wallet.ts';
import type { RunCommand } from '../../src/service/command.ts';
import { type PreparedInstall, prepareInstall } from '../../src/service/install.ts';
import { openService, type Service } from '../../src/service/service.ts';
import type { Profile } from './profiles.ts';
import { Simulator } from './simulator.ts';

const OWN_UID = process.getuid?.() ?? 0;
/** An ordinary user, also where root runs the tests. */
export const UID = OWN_UID === 0 ? 501 : OWN_UID;

export interface Mac {
  sim: Simulator;
  folder: string;
  open(scope: 'user' | 'system'): Service;
  writeConfig(stopTimeout?: string): void;
  prepare(service: Service): Promise<PreparedInstall>;
}

export function whyNoMac(): string | false {
  const built = existsSync(join(import.meta.dirname, '..', '..', 'dist', 'bundle', 'pearlctl.mjs'));
  return built ? false : 'the bundle is not built (npm run setup)';
}

/** A package whose program is the small one of `supervisor.mjs`: it starts in no time, which real mining does not. */
function makePackage(folder: string): string {
  const root = join(import.meta.dirname, '..', '..');
  cpSync(join(root, 'templates'), join(folder, 'templates'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  copyFileSync(join(import.meta.dirname, 'supervisor.mjs'), join(folder, 'pearlctl.mjs'));
  writeFileSync(join(folder, `pearlctl.${process.platform}-${process.arch}.node`), '');
  return folder;
}

export interface MacOptions {
  /** Somebody is logged in on the screen. */
  gui?: boolean;
  /** Install the real program, not the small one. */
  real?: boolean;
}

export function makeMac(t: Test, profile: Profile, { gui = true, real = false }: MacOptions = {}): Mac {
  const folder = t.testdir({ Library: {}, home: {}, package: {} });
  const pearlHome = join(folder, 'pearl');
  const sim = new Simulator({
    profile,
    uid: UID,
    agentsFolder: join(folder, 'home', 'Library', 'LaunchAgents'),
    daemonsFolder: join(folder, 'Library', 'LaunchDaemons'),
    gui,
    throttleSecondMs: 20,
  });
  t.teardown(() => sim.shutDown());
  const program = real ? {} : { program: makePackage(join(folder, 'package')) };
  const caller = {
    platform: 'darwin' as const,
    uid: UID,
    user: 'ada',
    home: join(folder, 'home'),
    env: { PEARLCTL_HOME: pearlHome },
    sudo: null,
  };
  return {
    sim,
    folder,
    open(scope) {
      const run: RunCommand = async ([program = '', ...args]) => {
        if (program === 'launchctl') return sim.launchctl(args, scope === 'system');
        if (program === 'id') return { code: 0, stdout: `${OWN_UID}\n`, stderr: '' };
        throw new Error(`${program} is not to be run on a Mac`);
      };
      const definitionRoot = scope === 'system' ? folder : '';
      return openService({ scope }, { kind: 'launchd', run, caller, definitionRoot, ...program });
    },
    writeConfig(stopTimeout = '5s') {
      mkdirSync(pearlHome, { recursive: true });
      const wallet = walletFromProgram(Buffer.alloc(32, 1), 'devnet');
      const lines = ['network = devnet', '[miner]', `wallet = ${wallet}`, 'threads = 1', '[gateway]', 'port = 0'];
      const text = [...lines, 'metrics_port = 0', `stop_timeout = ${stopTimeout}`, ''].join('\n');
      writeFileSync(join(pearlHome, 'pearlctl.ini'), text, { mode: 0o600 });
    },
    async prepare(service) {
      const config: Config = await loadConfig(service.paths);
      return prepareInstall(service, config, { linger: false, serviceUser: 'ada' });
    },
  };
}

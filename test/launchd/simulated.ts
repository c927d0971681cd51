// A Mac of folders in a temporary one and the stand-in for launchd, with the real product in between. The service lies in one
// folder (PEARLCTL_HOME), since its processes run on this system and would look for this system's folders otherwise.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';
import type { Scope } from '../../src/base/instance.ts';
import { openService, type Service } from '../../src/service/installed-service.ts';
import { type RunCommand, runCommand } from '../../src/service/run-program.ts';
import { launchdLabel } from '../../src/service/service-names.ts';
import { devnetConfig, type Mac } from './mac.ts';
import type { Profile } from './profiles.ts';
import { Simulator } from './simulator.ts';

const OWN_UID = process.getuid?.() ?? 0;
/** An ordinary user, also where root runs the tests. */
export const UID = OWN_UID === 0 ? 501 : OWN_UID;

export interface SimulatedMac extends Mac {
  sim: Simulator;
  folder: string;
}

export function whyNoMac(): string | false {
  const built = existsSync(join(import.meta.dirname, '..', '..', 'dist', 'bundle', 'pearlctl.mjs'));
  return built ? false : 'the bundle is not built (npm run setup)';
}

export interface SimulatedOptions {
  scope: Scope;
  /** A user is logged in on the screen. */
  gui?: boolean;
  instance?: string;
}

export function simulateMac(
  t: Test,
  profile: Profile,
  { scope, gui = true, instance }: SimulatedOptions,
): SimulatedMac {
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-mac-'));
  for (const name of ['Library', 'home']) mkdirSync(join(folder, name));
  const sim = new Simulator({
    profile,
    uid: UID,
    agentsFolder: join(folder, 'home', 'Library', 'LaunchAgents'),
    daemonsFolder: join(folder, 'Library', 'LaunchDaemons'),
    gui,
    throttleSecondMs: 20,
  });
  // In this order: a supervisor that lives puts back what is removed below it.
  t.teardown(async () => {
    await sim.shutDown();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const caller = {
    platform: 'darwin' as const,
    uid: UID,
    user: 'ada',
    home: join(folder, 'home'),
    env: { PEARLCTL_HOME: join(folder, 'pearl') },
    sudo: null,
  };
  const run: RunCommand = async ([program = '', ...args]) => {
    if (program === 'launchctl') return sim.launchctl(args, { asRoot: scope === 'system' });
    // The stand-in runs a daemon as the account that runs the tests.
    if (program === 'id') return { code: 0, stdout: `${OWN_UID}\n`, stderr: '' };
    if (program === 'codesign' || program === 'xattr')
      return runCommand([join(import.meta.dirname, 'bin', program), ...args]);
    if (program.startsWith(`${folder}/`)) return runCommand([program, ...args]);
    throw new Error(`${program} is not to be run on a Mac`);
  };
  const open = (program?: string): Service =>
    openService(
      { scope, instance },
      {
        kind: 'launchd',
        run,
        caller,
        definitionRoot: scope === 'system' ? folder : '',
        ...(program === undefined ? {} : { program }),
      },
    );
  const list = () => readdirSync(folder, { recursive: true }).map(String).sort();
  const before = list();
  const label = launchdLabel(instance ?? null);
  const mac: SimulatedMac = {
    sim,
    folder,
    scope,
    serviceUser: 'ada',
    open,
    async pid() {
      const job = ['system', `gui/${UID}`, `user/${UID}`].map((domain) => sim.job(`${domain}/${label}`)).find(Boolean);
      return job?.pid ?? null;
    },
    writeConfig(text) {
      const { configFile } = open().paths;
      mkdirSync(dirname(configFile), { recursive: true });
      writeFileSync(configFile, text, { mode: 0o600 });
    },
    // Folders that macOS has on any machine are none of ours.
    traces: () => list().filter((path) => !before.includes(path) && !/(?:^|\/)Library(?:\/Launch\w+)?$/.test(path)),
    person: {
      login: async () => sim.login(),
      logout: () => sim.logout(),
      reboot: () => sim.reboot(),
      sleep: (milliseconds) => sim.nap(milliseconds),
    },
  };
  mac.writeConfig(devnetConfig());
  return mac;
}

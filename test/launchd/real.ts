// This very Mac, with the real launchd: an instance of its own, so that no real service is touched. As an ordinary user it is
// about the agent, through sudo about the daemon.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { openService, type Service } from '../../src/service/installed-service.ts';
import { runCommand } from '../../src/service/run-program.ts';
import { runtimeRootOf } from '../../src/service/runtime/runtime-layout.ts';
import { devnetConfig, type Mac } from './mac.ts';

const INSTANCE = 'life-test';

/** Why the cases cannot run on this machine's own launchd, or false. It has to be asked for: it installs a real service. */
export function whyNotReal(): string | false {
  if (process.platform !== 'darwin') return 'needs a Mac; see the simulated ones';
  return process.env.PEARLCTL_TEST_LAUNCHD === 'real'
    ? false
    : 'set PEARLCTL_TEST_LAUNCHD=real to use this Mac’s launchd';
}

export function realMac(): Mac {
  const scope = process.getuid?.() === 0 ? 'system' : 'user';
  const open = (program?: string): Service =>
    openService({ scope, instance: INSTANCE }, program === undefined ? {} : { program });
  const { paths, definitionFile, caller } = open();
  const mac: Mac = {
    scope,
    serviceUser: process.env.SUDO_USER ?? caller.user,
    open,
    async pid() {
      const { stdout } = await runCommand(['ps', '-A', '-ww', '-o', 'pid=,args=']);
      const line = stdout
        .split('\n')
        .find((text) => text.includes('pearlctl.mjs supervise') && text.includes(INSTANCE));
      return line === undefined ? null : Number.parseInt(line, 10);
    },
    writeConfig(text) {
      mkdirSync(dirname(paths.configFile), { recursive: true });
      writeFileSync(paths.configFile, text, { mode: 0o600 });
    },
    traces: () =>
      [definitionFile, runtimeRootOf(paths, caller), paths.stateFolder, paths.runtimeFolder, paths.logFolder ?? '']
        .concat(paths.configFile, paths.credentialsFolder, dirname(paths.configFile))
        .filter((path) => existsSync(path)),
    // A logout, a reboot or a nap would end the test with the session.
    person: null,
  };
  mac.writeConfig(devnetConfig());
  return mac;
}

// Is this a system that pearlctl runs on, and which service manager does it have?
import { detectManager } from '../../service/detect-manager.ts';
import type { Look } from '../check.ts';
import { ok, problem, warning, withoutStop } from '../finding.ts';
import type { Machine } from '../machine.ts';

/** The systems and processors that the native core is built for (package.json, napi.targets). */
const SUPPORTED: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['x64', 'arm64'],
  darwin: ['x64', 'arm64'],
};

export const platform: Look = {
  id: 'platform',
  question: 'Does pearlctl run here, and with which service manager',
  async run({ machine }) {
    const { platform: system, arch } = machine;
    const here = `${systemName(machine)}, ${arch}`;
    if (!SUPPORTED[system]?.includes(arch)) {
      return problem(`${here} is not supported`, 'Use Linux or macOS on x64 or arm64');
    }
    const found = detectManager({
      platform: system,
      systemdBooted: machine.exists('/run/systemd/system'),
      init: machine.readText('/proc/1/comm')?.trim() ?? 'an unknown init',
      wsl: /microsoft/i.test(machine.readText('/proc/sys/kernel/osrelease') ?? ''),
      container: machine.exists('/.dockerenv') || machine.exists('/run/.containerenv'),
    });
    if (found.kind !== null) return ok(`${here}, services by ${found.kind}`);
    return warning(`${here}. ${withoutStop(found.reason)}`, found.hint);
  },
};

function systemName({ platform: system, readText }: Machine): string {
  if (system === 'darwin') return 'macOS';
  const name = /^PRETTY_NAME="?([^"\n]{1,80})/m.exec(readText('/etc/os-release') ?? '')?.[1];
  return name ?? system;
}

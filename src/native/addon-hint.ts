// What to do about an addon that cannot be loaded, in the words that fit the way this copy was installed. Pure.
import { type CopyOwner, REINSTALL } from '../base/packaging/owner.ts';
import type { ImageFlaw } from './addon-image.ts';
import { platformPackages } from './addon-places.ts';

export interface AddonTrouble {
  readonly owner: CopyOwner;
  readonly platform: string;
  readonly arch: string;
  /** A line for each file or folder that was tried. */
  readonly tried: readonly string[];
  /** Addons for other machines that lie there. */
  readonly foreign: readonly string[];
  readonly flaws: readonly ImageFlaw['kind'][];
}

/** Machines that packages are built for. */
const BUILT_FOR = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** An imperative, with its reason in front where that is not in the message. */
export function addonHint({ owner, platform, arch, tried, foreign, flaws }: AddonTrouble): string {
  const again = owner === 'checkout' ? 'Build it here: npm run build:native' : REINSTALL[owner];
  const machine = `${platform}-${arch}`;
  if (flaws.includes('cut-off')) return `It was not copied to its end. ${again}.`;
  if (flaws.includes('foreign')) return `It was built for another machine. ${forThisMachine(owner, machine, again)}.`;
  if (tried.some((line) => /GLIBC|musl/i.test(line))) {
    return `It was built for a newer or another C library. ${forThisMachine(owner, machine, again)}.`;
  }
  if (tried.some((line) => /failed to map segment|Operation not permitted/.test(line))) {
    return 'Its file system forbids to run programs (mounted noexec): move pearlctl elsewhere, or mount that one with exec.';
  }
  if (foreign.length > 0) {
    const names = foreign.join(', ');
    return `It was built for another machine (${names}, this is ${machine}). ${forThisMachine(owner, machine, again)}.`;
  }
  if (owner === 'checkout') return `It has probably not been built. ${again}.`;
  if (!BUILT_FOR.includes(machine)) return `${forThisMachine(owner, machine, again)}.`;
  if (owner !== 'npm') return `A part of pearlctl is missing. ${again}.`;
  const names = platformPackages(platform, arch).join(' or ');
  return `npm left out the package ${names}. Type: npm install -g pearlctl --include=optional`;
}

/** Where no package is built for a machine, only building helps. */
function forThisMachine(owner: CopyOwner, machine: string, again: string): string {
  if (owner === 'checkout' || BUILT_FOR.includes(machine)) return again;
  return `No package is built for ${machine}: build pearlctl from a clone, as its README says`;
}

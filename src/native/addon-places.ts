// Where an addon for this machine may lie: in folders beside the program, and in the package that npm chose for the platform.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { orNull } from '../base/errors.ts';

/** What the packages of addons are called, up to the platform. */
const PACKAGE = '@pearlctl/addon-';

/** The C libraries that Linux has packages for; elsewhere there is one package a processor. */
function variants(platform: string): readonly string[] {
  return platform === 'linux' ? ['-gnu', '-musl'] : [''];
}

/** The packages that may hold an addon for this machine, such as `@pearlctl/addon-linux-x64-gnu`. */
export function platformPackages(platform: string, arch: string): string[] {
  return variants(platform).map((variant) => `${PACKAGE}${platform}-${arch}${variant}`);
}

/**
 * The folders of these packages, where Node finds them from `from`.
 *
 * @param from A file or folder (with a slash at its end) of the program.
 */
export function platformFolders(from: string, platform: string, arch: string): string[] {
  const { resolve } = createRequire(from);
  return platformPackages(platform, arch).flatMap(
    (name) => orNull(() => dirname(resolve(`${name}/package.json`))) ?? [],
  );
}

/** The addons in a folder, of whatever machine; none where it cannot be read. */
export function addonsIn(folder: string): string[] {
  const names = orNull(() => readdirSync(folder)) ?? [];
  return names.filter((name) => name.startsWith('pearlctl.') && name.endsWith('.node'));
}

/** The whole paths of the addons for this machine in the first of `folders` that has one. */
export function fittingAddons(folders: readonly string[], platform: string, arch: string): string[] {
  const start = `pearlctl.${platform}-${arch}`;
  for (const folder of folders) {
    const fitting = addonsIn(folder).filter((name) => name.startsWith(start));
    if (fitting.length > 0) return fitting.sort().map((name) => join(folder, name));
  }
  return [];
}

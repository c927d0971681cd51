// Which glibc an addon or a Node needs: one that asks for more than the oldest system we ship for does not load there.
import { runTool } from '../packages/run-tool.ts';

/** RHEL 8, Debian 10 and Ubuntu 18.10 have it; Node 24 itself needs no less. */
const NEWEST_ALLOWED = '2.28';

const minor = (version: string): number => Number(version.split('.')[1]);

/** The newest glibc version among the symbols that `objdump -T` lists, such as `2.28`; null for none. */
export function newestGlibc(symbols: string): string | null {
  const versions = [...symbols.matchAll(/GLIBC_(2\.\d+)/g)].map(([, version = '']) => version);
  return versions.sort((a, b) => minor(a) - minor(b)).at(-1) ?? null;
}

/** @throws Error for a file that needs a newer one. */
export function checkGlibcFloor(path: string): void {
  const needed = newestGlibc(runTool('objdump', ['-T', path], { hint: 'Install binutils' }));
  if (needed === null) throw new Error(`objdump finds no symbol of glibc in ${path}.`);
  if (minor(needed) > minor(NEWEST_ALLOWED)) {
    throw new Error(
      `${path} needs glibc ${needed}, and systems with ${NEWEST_ALLOWED} could not load it. Build it with cargo-zigbuild.`,
    );
  }
}

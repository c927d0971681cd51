// Builds the addons of a release: the same source gives the same bytes, wherever it lies and wherever cargo keeps its crates.
import { copyFileSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { hasTool, runTool } from '../packages/run-tool.ts';
import type { Target } from '../packages/targets.ts';
import { checkGlibcFloor } from './glibc-floor.ts';

const ZIGBUILD = 'Type: pip install ziglang cargo-zigbuild';

/** Paths of this machine that rustc would otherwise write into the addon, and what it writes instead. */
function remappings(): string[] {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  const sysroot = runTool('rustc', ['--print', 'sysroot'], { cwd: 'native' }).trim();
  const places = [
    [sysroot, '/rust'],
    [cargoHome, '/cargo'],
    [resolve('native'), '/pearlctl/native'],
  ];
  return places.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

/**
 * Builds one addon and puts it into `folder` under napi's name. Returns its path.
 *
 * @throws Error when a tool is missing, or when it needs a newer glibc than is allowed.
 */
export function buildAddon(target: Target, folder: string, epoch: number): string {
  const { triple, platform, glibc, rustFlags, env } = target;
  if (!hasTool('cargo-zigbuild')) throw new Error(`cargo-zigbuild is not on the PATH. ${ZIGBUILD}.`);
  const wanted = glibc === null ? triple : `${triple}.${glibc}`;
  const flags = ['-Cstrip=symbols', ...remappings(), ...rustFlags];
  runTool('cargo', ['zigbuild', '--release', '--locked', '-p', 'pearlctl-addon', '--target', wanted], {
    cwd: 'native',
    // Between the flags the unit separator: a path may have spaces.
    env: { ...env, CARGO_ENCODED_RUSTFLAGS: flags.join('\u001f'), SOURCE_DATE_EPOCH: String(epoch) },
    hint: `Type: rustup target add ${triple}`,
  });
  const built = triple.includes('apple') ? 'libpearlctl_addon.dylib' : 'libpearlctl_addon.so';
  mkdirSync(folder, { recursive: true });
  const addon = join(folder, `pearlctl.${platform}.node`);
  copyFileSync(join('native', 'target', triple, 'release', built), addon);
  if (glibc !== null) checkGlibcFloor(addon);
  return addon;
}

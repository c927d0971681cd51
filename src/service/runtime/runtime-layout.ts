// Where installed runtimes lie: ROOT/VERSION with everything the service needs, and ROOT/current, a link that changes by
// rename. Pure.
import { join } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import type { Caller } from '../caller.ts';
import { baseName } from '../service-names.ts';

/** The folder of an instance's runtimes; each instance has its own, so that upgrading one leaves the other alone. */
export function runtimeRootOf({ scope, instance, home: portableHome }: Paths, { platform, home, env }: Caller): string {
  const base = baseName(instance);
  if (portableHome !== null) return join(portableHome, ...(instance === null ? [] : [base]), 'runtime');
  if (scope === 'system') return join('/usr/local/lib', base);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', base, 'runtime');
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), base);
}

/** What the definition starts: stable paths through `current`. */
export function runtimeProgram(root: string): { link: string; executable: string; script: string } {
  const link = join(root, 'current');
  return { link, executable: join(link, 'bin', 'pearlctl'), script: join(link, 'pearlctl.mjs') };
}

/**
 * The folder for a version: its number, or with the start of its digest when that number is taken by other content, which
 * happens to people who build it themselves.
 */
export function versionFolder(root: string, version: string, digest: string, digestThere: string | null): string {
  const plain = join(root, version);
  return digestThere === null || digestThere === digest ? plain : join(root, `${version}-${digest.slice(0, 8)}`);
}

// Where installed runtimes lie: ROOT/VERSION with everything the service needs, and ROOT/current, a link that changes by
// rename. Pure.
import { join } from 'node:path';
import type { Scope } from '../../base/instance.ts';
import { baseName } from '../service-names.ts';

export interface RuntimePlace {
  scope: Scope;
  platform: NodeJS.Platform;
  instance: string | null;
  /** Home folder of the caller. */
  home: string;
  /** XDG_DATA_HOME, where set. */
  dataHome: string | undefined;
  /** PEARLCTL_HOME, where set. */
  portableHome: string | null;
}

/** The folder of an instance's runtimes; each instance has its own, so that upgrading one leaves the other alone. */
export function runtimeRoot(place: RuntimePlace): string {
  const base = baseName(place.instance);
  if (place.portableHome !== null) {
    return join(place.portableHome, ...(place.instance === null ? [] : [base]), 'runtime');
  }
  if (place.scope === 'system') return join('/usr/local/lib', base);
  if (place.platform === 'darwin') return join(place.home, 'Library', 'Application Support', base, 'runtime');
  return join(place.dataHome ?? join(place.home, '.local', 'share'), base);
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

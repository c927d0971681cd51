// What a supervisor that was killed leaves outside of its home: the folder of its control socket, where the home's path is too
// long for a socket's. The next supervisor of that home would use it; after a test there is none.
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { resolvePaths } from '../../src/config/paths.ts';

/** To be called when no supervisor of this PEARLCTL_HOME runs any more. */
export function removeControlFolder(home: string): void {
  const { controlSocket } = resolvePaths({ env: { HOME: home, PEARLCTL_HOME: home } });
  rmSync(dirname(controlSocket), { recursive: true, force: true });
}

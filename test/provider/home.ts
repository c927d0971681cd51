// A folder for a test in which detached processes live: it is removed after they were stopped, which tap's own may not be.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** `stop` ends what lives there; it runs before the folder goes. */
export function homeOf(t: Test, stop: (home: string) => Promise<unknown>): string {
  const home = mkdtempSync(join(tmpdir(), 'pearlctl-test-'));
  t.teardown(async () => {
    await stop(home);
    rmSync(home, { recursive: true, force: true });
  });
  return home;
}

// A launcher whose program gets no huge pages from the kernel (prctl(2)), and where that can be tried.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The kernel's switch, for the whole machine. */
export const SWITCH = '/sys/kernel/mm/transparent_hugepage/enabled';

/** Runs the command that follows it; for python3. */
export const WITHOUT_HUGE_PAGES = join(import.meta.dirname, '..', 'fixtures', 'machine', 'without-huge-pages.py');

/** Why they cannot be taken away here, or false. */
export const noHugePages = whyNot();

function whyNot(): string | false {
  if (!existsSync(SWITCH)) return 'this kernel has no huge pages';
  if (readFileSync(SWITCH, 'utf8').includes('[never]')) return 'huge pages are switched off on this machine';
  return spawnSync('python3', ['--version']).status !== 0 && 'needs python3';
}

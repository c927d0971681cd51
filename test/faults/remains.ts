// What is left of a home after a stop: processes and files.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What a clean stop leaves on purpose (docs/operations.md): the configuration, the books with
 * the finds that the next start books (a starving miner may be ended while it rewrites them), the chain, the log, the lock. */
const KEPT =
  /^(pearlctl\.ini|run\/lock|state\/(shares(\.\d+|\.found)?\.jsonl|shares\.found\.jsonl\.new|paused\.json|last-stop\.json|history\.bin|pools\.json|devnet\/(lock|headers\.bin|proofs\/\d+\.proof))|logs\/pearlctl\.log(\.\d+)?)$/;

/** Files that a clean stop should not have left, relative to the home, except for those that a row has planted. */
export function filesLeftIn(home: string, planted?: RegExp): string[] {
  return filesBelow(home)
    .map((file) => relative(home, file))
    .filter((file) => !KEPT.test(file) && !(planted?.test(file) ?? false));
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Processes whose environment names the home, also those of a foreign gateway; a zombie has none. Linux only: elsewhere an empty list. */
export function processesOf(home: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && isOfHome(pid, home));
}

function isOfHome(pid: number, home: string): boolean {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    const isOurs = variables.includes(`PEARLCTL_HOME=${home}`) || variables.includes(`HOME=${home}`);
    return isOurs && readlinkSync(`/proc/${pid}/exe`) !== '';
  } catch {
    return false;
  }
}

/** What a gateway that was killed while it stopped leaves for the next start, which settles it. */
export const NOTES = /^state\/shares\.pending\.jsonl$/;

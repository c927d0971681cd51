// What is left in a box: everything that it shows differently from a control box that lived the same life without pearlctl.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from './box.ts';
import { isHidden } from './own-traces.ts';

/** What differs between any two lives of a machine. */
const ASIDE = [
  /^\/var\/log\/(?:journal|wtmp|btmp|lastlog|faillog)(?:\/|$)/,
  /^\/var\/lib\/systemd(?:\/|$)/,
  // useradd(8) and userdel(8) keep the previous version of what they change, and a lock beside it.
  /^\/etc\/[^/]*-$/,
  /^\/etc\/\.pwd\.lock$/,
  // A running unit's /tmp; that of others, since ours must be gone.
  /^\/var\/tmp\/systemd-private-[0-9a-f]+-(?!pearlctl)/,
  // Each box has a name and an identity of its own.
  /^\/etc\/(?:machine-id|hostname|hosts)$/,
];

/** Whether a path differs between any two lives. */
export function isAside(path: string): boolean {
  return ASIDE.some((pattern) => pattern.test(path));
}

/** The paths that a box wrote or removed: the upper layer of its file system holds exactly that. */
function touchedPaths(box: Box): string[] {
  return readdirSync(box.upper, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name).slice(box.upper.length))
    .filter((path) => !isAside(path));
}

/** What the box shows at a path: null for nothing, a folder, or a link's target or file's content. */
function view(box: Box, path: string): string | null {
  const own = join(box.upper, path);
  const facts = lstatSync(own, { throwIfNoEntry: false });
  // A device 0:0 is how an overlay says that the path below it is removed.
  if (facts?.isCharacterDevice() && facts.rdev === 0) return null;
  const place = facts === undefined ? path : own;
  const there = facts ?? (isHidden(path) ? undefined : lstatSync(path, { throwIfNoEntry: false }));
  if (there === undefined) return null;
  if (there.isDirectory()) return 'a folder';
  return there.isSymbolicLink() ? `-> ${readlinkSync(place)}` : readFileSync(place, 'latin1');
}

/** Each path that is more, less or other in the box than in the control box. */
export function differences(box: Box, control: Box): string[] {
  return [...new Set([...touchedPaths(box), ...touchedPaths(control)])].sort().flatMap((path) => {
    const [here, there] = [view(box, path), view(control, path)];
    if (here === there) return [];
    return [`${here === null ? 'missing' : there === null ? 'left' : 'changed'}: ${path}`];
  });
}

// The files of a folder and of those in it, by how their names end.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths that begin with `folder`, in the order of their names. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path))
    .sort();
}

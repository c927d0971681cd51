// Which folders above one of ours were made for it: `init` and `run` make them in one go, before any install keeps a record. The file
// system remembers when a folder was made, and nothing else makes a folder and ours in it in the same moment.
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** So little that a folder of the person's own, made just before, is not taken for one of these. */
const TOGETHER_MS = 50;

/** The parents of `folder` inside `home` that were made together with it, innermost first. */
export function madeTogether(folder: string, home: string, birthOf = birthOnDisk): string[] {
  const made: string[] = [];
  let below = birthOf(folder);
  for (let parent = dirname(folder); parent.startsWith(`${home}/`); parent = dirname(parent)) {
    const born = birthOf(parent);
    if (below === null || born === null || below - born < 0 || below - born > TOGETHER_MS) break;
    made.push(parent);
    below = born;
  }
  return made;
}

/** Milliseconds; null where there is no such folder, or its file system does not remember. */
function birthOnDisk(path: string): number | null {
  const born = statSync(path, { throwIfNoEntry: false })?.birthtimeMs ?? 0;
  return born > 0 ? born : null;
}

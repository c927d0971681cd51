// Golden files: the exact text that a renderer must give. `UPDATE_GOLDEN=1` writes them again, to be read in the diff.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'golden');

/** The expected text; with UPDATE_GOLDEN=1 the text given becomes it. */
export function golden(name: string, actual: string): string {
  const file = join(folder, name);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, actual);
  return readFileSync(file, 'utf8');
}

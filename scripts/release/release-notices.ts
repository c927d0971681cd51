// The licences of all that a folder package contains, as one text.
import { readFileSync } from 'node:fs';
import { crateNotices, linkedCrates } from '../packages/crates.ts';

const RULE = '='.repeat(80);

/** Of the program, its addon for `triple` and the Node beside it, whose licence is `node`. */
export function folderNotices(triple: string, nodeVersion: string, node: string): string {
  const program = readFileSync('dist/bundle/NOTICES.txt', 'utf8');
  const parts = [program, crateNotices(linkedCrates(triple)), `Node.js ${nodeVersion} lies beside it.\n\n${node}`];
  return parts
    .map((part) => part.trim())
    .join(`\n\n${RULE}\n\n`)
    .concat('\n');
}

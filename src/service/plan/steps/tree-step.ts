// A folder of ours that an uninstall removes with all in it: the program, and with a purge the state and the logs.
import { rm } from 'node:fs/promises';
import type { UndoFacts, UninstallStepKind } from './step-kind.ts';

export interface TreeRemoval {
  kind: 'tree';
  path: string;
  title: string;
}

export function treeRemoval({ exists }: UndoFacts, path: string, title: string): TreeRemoval[] {
  return exists(path) ? [{ kind: 'tree', path, title }] : [];
}

export const TREE_REMOVAL: UninstallStepKind<TreeRemoval> = {
  describe: ({ path, title }) => [`remove ${path} and all in it (${title})`],
  apply: ({ path }) => rm(path, { recursive: true, force: true }),
};

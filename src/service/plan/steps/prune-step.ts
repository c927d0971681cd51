// Removes the runtimes of older versions, once the new one runs, and keeps the one before it, by the link `previous`: there is no
// other way back from here, so it comes last.
import { join } from 'node:path';
import { pruneRuntimes } from '../../runtime/lay.ts';
import { pointLink } from './link-step.ts';
import type { InstallStepKind } from './step-kind.ts';

export interface PruneStep {
  kind: 'prune';
  root: string;
  keep: string;
  /** What ran before; null where nothing is kept. */
  previous: string | null;
}

export const PRUNE: InstallStepKind<PruneStep, never> = {
  describe: ({ root, keep, previous }) => [
    `remove other versions below ${root}, once ${keep} runs${previous === null ? '' : `; keep ${previous} for a rollback`}`,
  ],
  async apply({ root, keep, previous }) {
    if (previous !== null) await pointLink(join(root, 'previous'), previous);
    await pruneRuntimes(root, previous === null ? [keep] : [keep, previous]);
    return {};
  },
};

// Removes the runtimes of other versions, once the new one runs: there is no way back from here, so it comes last.
import { pruneRuntimes } from '../../runtime/lay.ts';
import type { InstallStepKind } from './step-kind.ts';

export interface PruneStep {
  kind: 'prune';
  root: string;
  keep: string;
}

export const PRUNE: InstallStepKind<PruneStep, never> = {
  describe: ({ root, keep }) => [`remove other versions below ${root}, once ${keep} runs`],
  record: async () => null,
  async apply({ root, keep }) {
    await pruneRuntimes(root, keep);
    return {};
  },
};

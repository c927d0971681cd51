// A plan is a list of steps, a step is a value: what is shown is what is done, word for word.
import type { ManagerVerb } from '../manager.ts';
import type { RuntimeSource } from '../runtime/runtime-source.ts';

/** Names, since the account may be made by an earlier step. */
export interface Owner {
  user: string;
  group: string;
}

export type Step =
  /** An account without a login, for the service alone. */
  | { kind: 'account'; name: string; home: string; command: string[] }
  | { kind: 'folder'; path: string; mode: number; owner: Owner | null }
  /** `before` is the text that is there now; the content of a secret is in no plan. */
  | {
      kind: 'file';
      path: string;
      mode: number;
      owner: Owner | null;
      content: string;
      before: string | null;
      title: string;
    }
  | { kind: 'secret'; path: string; owner: Owner | null; title: string; value: () => Promise<string> }
  | { kind: 'access'; path: string; mode: number; owner: Owner; why: string }
  | { kind: 'runtime'; folder: string; source: RuntimeSource }
  | { kind: 'link'; path: string; target: string; before: string | null }
  | { kind: 'linger'; user: string; command: string[] }
  | { kind: 'service'; verb: Exclude<ManagerVerb, 'disable' | 'stop' | 'forget'>; commands: string[][] }
  /** Old versions, once the new one runs. */
  | { kind: 'prune'; root: string; keep: string };

export interface InstallPlan {
  /** Steps that would change nothing are left out; an empty list means that all is in place. */
  steps: Step[];
  summary: PlanSummary;
}

/** What a person wants to know before saying yes. */
export interface PlanSummary {
  action: 'install' | 'upgrade' | 'downgrade' | 'update' | 'none';
  /** The version that is installed now. */
  from: string | null;
  version: string;
  service: string;
  runsAs: string;
  starts: string;
  cost: string;
  undo: string;
  definitionFile: string;
  nodeNote: string;
  notes: string[];
}

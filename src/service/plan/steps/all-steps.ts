// The kinds of steps in two tables, one for install and one for uninstall, and what plans do with any of them.
import type { ManifestEntry } from '../../manifest.ts';
import { ACCESS, ACCESS_RETURN, type AccessReturn, type AccessStep } from './access-step.ts';
import { ACCOUNT, ACCOUNT_REMOVAL, type AccountRemoval, type AccountStep } from './account-step.ts';
import { FILE, FILE_REMOVAL, type FileRemoval, type FileStep } from './file-step.ts';
import { FOLDER, FOLDER_REMOVAL, type FolderRemoval, type FolderStep } from './folder-step.ts';
import { LINGER, LINGER_REMOVAL, type LingerStep } from './linger-step.ts';
import { LINK, type LinkStep } from './link-step.ts';
import { MANIFEST_REMOVAL, type ManifestRemoval, NOTE, type NoteStep } from './manifest-step.ts';
import { PROVE, type ProveStep } from './prove-step.ts';
import { PRUNE, type PruneStep } from './prune-step.ts';
import { RUNTIME, type RuntimeStep } from './runtime-step.ts';
import { SECRET, type SecretStep } from './secret-step.ts';
import { SERVICE_REMOVALS, SERVICE_STEP, type ServiceRemoval, type ServiceStep } from './service-step.ts';
import type { InstallStepKind, Rollback, StepContext, UninstallStepKind } from './step-kind.ts';
import { TREE_REMOVAL, type TreeRemoval } from './tree-step.ts';
import { SETTLE, type SettleStep, TRIAL, type TrialStep } from './trial-step.ts';

interface InstallSteps {
  account: AccountStep;
  folder: FolderStep;
  file: FileStep;
  secret: SecretStep;
  access: AccessStep;
  runtime: RuntimeStep;
  prove: ProveStep;
  link: LinkStep;
  linger: LingerStep;
  service: ServiceStep;
  trial: TrialStep;
  settle: SettleStep;
  prune: PruneStep;
}

interface UninstallSteps {
  stop: ServiceRemoval<'stop'>;
  disable: ServiceRemoval<'disable'>;
  forget: ServiceRemoval<'forget'>;
  file: FileRemoval;
  tree: TreeRemoval;
  'empty-folder': FolderRemoval;
  access: AccessReturn;
  linger: LingerStep;
  account: AccountRemoval;
  manifest: ManifestRemoval;
  note: NoteStep;
}

/** One step of an install. With a kind, the step of that kind: so the compiler follows a step to its row in the table. */
export type InstallStep<K extends keyof InstallSteps = keyof InstallSteps> = {
  [P in K]: InstallSteps[P] & { kind: P };
}[K];

/** One step of an uninstall. */
export type UninstallStep<K extends keyof UninstallSteps = keyof UninstallSteps> = {
  [P in K]: UninstallSteps[P] & { kind: P };
}[K];

const INSTALL: { [K in keyof InstallSteps]: InstallStepKind<InstallStep<K>, ManifestEntry> } = {
  account: ACCOUNT,
  folder: FOLDER,
  file: FILE,
  secret: SECRET,
  access: ACCESS,
  runtime: RUNTIME,
  prove: PROVE,
  link: LINK,
  linger: LINGER,
  service: SERVICE_STEP,
  trial: TRIAL,
  settle: SETTLE,
  prune: PRUNE,
};

const UNINSTALL: { [K in keyof UninstallSteps]: UninstallStepKind<UninstallStep<K>> } = {
  ...SERVICE_REMOVALS,
  file: FILE_REMOVAL,
  tree: TREE_REMOVAL,
  'empty-folder': FOLDER_REMOVAL,
  access: ACCESS_RETURN,
  linger: LINGER_REMOVAL,
  account: ACCOUNT_REMOVAL,
  manifest: MANIFEST_REMOVAL,
  note: NOTE,
};

/** One step as a line or more; commands are shown as they run, files with what changes in them. */
export function describeStep<K extends keyof InstallSteps>(step: InstallStep<K>): string[] {
  return INSTALL[step.kind].describe(step);
}

/** A step for `--json`: the same facts, without what is only needed to do it. */
export function stepModel<K extends keyof InstallSteps>(step: InstallStep<K>): Record<string, unknown> {
  return INSTALL[step.kind].model?.(step) ?? { ...step };
}

/** What to write into the manifest before the step, or null for steps that leave nothing of their own. */
export async function recordStep<K extends keyof InstallSteps>(
  step: InstallStep<K>,
  context: StepContext,
): Promise<ManifestEntry | null> {
  return INSTALL[step.kind].record(step, context);
}

/** Does the step; resolves to how to take it back. */
export async function applyStep<K extends keyof InstallSteps>(
  step: InstallStep<K>,
  context: StepContext,
): Promise<Rollback> {
  return INSTALL[step.kind].apply(step, context);
}

/** One step of an uninstall as a line or more. */
export function describeRemoval<K extends keyof UninstallSteps>(step: UninstallStep<K>): string[] {
  return UNINSTALL[step.kind].describe(step);
}

/** Does one step of an uninstall; fine with finding it done. */
export async function applyRemoval<K extends keyof UninstallSteps>(
  step: UninstallStep<K>,
  context: Pick<StepContext, 'manager' | 'run'>,
): Promise<void> {
  return UNINSTALL[step.kind].apply(step, context);
}

// The kinds of steps in two tables, one for install and one for uninstall, and what plans do with any of them.
import type { ManifestEntry } from '../../manifest.ts';
import { ACCESS, ACCESS_RETURN } from './access-step.ts';
import { ACCOUNT, ACCOUNT_REMOVAL } from './account-step.ts';
import { FILE, FILE_REMOVAL } from './file-step.ts';
import { FOLDER, FOLDER_REMOVAL } from './folder-step.ts';
import { LINGER, LINGER_REMOVAL } from './linger-step.ts';
import { LINK } from './link-step.ts';
import { MANIFEST_REMOVAL, NOTE } from './manifest-step.ts';
import { PROVE } from './prove-step.ts';
import { PRUNE } from './prune-step.ts';
import { RUNTIME } from './runtime-step.ts';
import { SECRET } from './secret-step.ts';
import { SERVICE_REMOVALS, SERVICE_STEP } from './service-step.ts';
import type { InstallStepKind, Rollback, StepContext, UninstallStepKind } from './step-kind.ts';
import { TREE_REMOVAL } from './tree-step.ts';
import { SETTLE, TRIAL } from './trial-step.ts';

const INSTALL_KINDS = {
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

const UNINSTALL_KINDS = {
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

/** The step that each kind of a table is about. */
type StepsOf<Kinds extends Record<keyof Kinds, { describe(step: never): string[] }>> = {
  [K in keyof Kinds]: Parameters<Kinds[K]['describe']>[0];
};
type InstallSteps = StepsOf<typeof INSTALL_KINDS>;
type UninstallSteps = StepsOf<typeof UNINSTALL_KINDS>;

/** One step of an install. With a kind, the step of that kind: so the compiler follows a step to its row in the table. */
export type InstallStep<K extends keyof InstallSteps = keyof InstallSteps> = {
  [P in K]: InstallSteps[P] & { kind: P };
}[K];

export type UninstallStep<K extends keyof UninstallSteps = keyof UninstallSteps> = {
  [P in K]: UninstallSteps[P] & { kind: P };
}[K];

const INSTALL: { [K in keyof InstallSteps]: InstallStepKind<InstallStep<K>, ManifestEntry> } = INSTALL_KINDS;
const UNINSTALL: { [K in keyof UninstallSteps]: UninstallStepKind<UninstallStep<K>> } = UNINSTALL_KINDS;

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
  return INSTALL[step.kind].record?.(step, context) ?? null;
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

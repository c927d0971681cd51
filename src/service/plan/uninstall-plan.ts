// Plans an uninstall: from the manifest where there is one, else from what can be seen; pure. Configuration, state and
// logs stay unless everything is to go.
import { dirname } from 'node:path';
import type { Manifest, ManifestEntry } from '../manifest.ts';
import type { ManagerKind } from '../place.ts';
import { accountName } from '../service-names.ts';
import { ACCESS } from './steps/access-step.ts';
import { ACCOUNT } from './steps/account-step.ts';
import type { UninstallStep } from './steps/all-steps.ts';
import { FILE, type FileEntry, fileRemoval } from './steps/file-step.ts';
import { FOLDER } from './steps/folder-step.ts';
import { LINGER } from './steps/linger-step.ts';
import { manifestRemoval, noteSteps } from './steps/manifest-step.ts';
import { quietSteps, serviceRemoval } from './steps/service-step.ts';
import type { UndoFacts } from './steps/step-kind.ts';
import { treeRemoval } from './steps/tree-step.ts';

export interface UninstallFacts extends UndoFacts {
  kind: ManagerKind;
  manifest: Manifest | null;
  runtimeRoot: string;
  /** Temporary files of an install that was killed. */
  leftovers: string[];
  /** Files of passwords that an install stored. */
  credentials: string[];
  /** The definition there is ours by its text. */
  definitionIsOurs: boolean;
  /** The unit is a package's: what is ours is a drop-in. */
  packaged: boolean;
  /** Folders above ours that `init` and `run` made with them. */
  madeTogether?: readonly string[];
}

/** Undoes what an install did, in an order that can be interrupted anywhere and done again. */
export function planUninstall(facts: UninstallFacts): UninstallStep[] {
  const { manifest, state, definitionFile, exists, paths, purge } = facts;
  // After an uninstall only a purge has anything left to do.
  if (manifest?.installed === false && !purge && !facts.definitionIsOurs) return [];
  const entries = manifest?.entries ?? lookedUp(facts);
  const mayTouchService = manifest?.installed || facts.definitionIsOurs;
  const wasEnabled = entries.some((entry) => entry.kind === 'enabled' && entry.existed);
  const files = entries.filter((entry) => entry.kind === 'file');
  const steps: UninstallStep[] = [
    ...(mayTouchService ? quietSteps(facts, wasEnabled) : []),
    ...(mayTouchService && exists(definitionFile) ? [definitionRemoval(facts, files)] : []),
    ...facts.leftovers.map((path) => ({ kind: 'file', path, title: 'left by a killed install', note: null }) as const),
    // A package's unit stays known; only a drop-in of ours has to be forgotten.
    ...(mayTouchService && (!facts.packaged || exists(definitionFile))
      ? [serviceRemoval('forget', facts.manager)]
      : []),
    ...files.filter(({ path }) => path !== definitionFile).flatMap((entry) => FILE.undo(entry, facts)),
    ...entries.filter((entry) => entry.kind === 'access').flatMap((entry) => ACCESS.undo(entry, facts)),
    ...treeRemoval(facts, facts.runtimeRoot, 'the installed program'),
    ...treeRemoval(facts, paths.runtimeFolder, 'the files of the running service'),
    ...entries.filter((entry) => entry.kind === 'linger').flatMap((entry) => LINGER.undo(entry, facts)),
    ...entries.filter((entry) => entry.kind === 'account').flatMap((entry) => ACCOUNT.undo(entry, facts)),
    // Only now is there nothing left that a repetition would have to know: a user's manifest goes with the state.
    ...(purge ? purgeSteps(facts) : []),
    ...(manifest !== null ? [manifestRemoval(manifest, paths.manifestFile)] : []),
    ...emptyFolders(facts, entries),
    ...(purge || manifest === null ? [] : noteSteps(manifest, paths.manifestFile)),
  ];
  // A manager that does not know the service has nothing to forget.
  const onlyForget = steps.length === 1 && steps[0]?.kind === 'forget';
  return onlyForget && !state.loaded ? [] : steps.filter((step, index) => !isGoneBefore(step, steps.slice(0, index)));
}

/** What lies in a folder that an earlier step removed with all in it. */
function isGoneBefore(step: UninstallStep, before: readonly UninstallStep[]): boolean {
  if (step.kind !== 'empty-folder' && step.kind !== 'manifest') return false;
  return before.some(({ kind, ...tree }) => {
    const path = kind === 'tree' && 'path' in tree ? tree.path : null;
    return path !== null && (step.path === path || step.path.startsWith(`${path}/`));
  });
}

/** Also where the record does not name it: an install may have been killed before. */
function definitionRemoval(facts: UninstallFacts, files: readonly FileEntry[]): UninstallStep {
  const entry = files.find(({ path }) => path === facts.definitionFile);
  return fileRemoval(facts.definitionFile, entry?.sha256 ?? null, facts);
}

function purgeSteps(facts: UninstallFacts): UninstallStep[] {
  const { paths, exists } = facts;
  const configFolder = dirname(paths.credentialsFolder);
  const ownConfig = dirname(paths.configFile) === configFolder;
  const configurations = [
    [paths.configFile, 'the configuration'],
    [`${paths.configFile}.bak`, 'the configuration before the last init'],
  ] as const;
  return [
    ...configurations.flatMap(([path, title]) =>
      ownConfig && exists(path) ? [{ kind: 'file', path, title, note: null } as const] : [],
    ),
    ...treeRemoval(facts, paths.credentialsFolder, 'passwords'),
    ...(paths.logFolder === null ? [] : treeRemoval(facts, paths.logFolder, 'the log')),
    ...(facts.kind === 'systemd'
      ? treeRemoval(
          facts,
          facts.packaged ? dirname(facts.definitionFile) : `${facts.definitionFile}.d`,
          'changes made with systemctl edit',
        )
      : []),
    ...treeRemoval(facts, paths.stateFolder, 'the state, with the record of shares'),
  ];
}

/** Folders that install made, deepest first; with a purge also those that are ours by name. */
function emptyFolders(facts: UninstallFacts, entries: readonly ManifestEntry[]): UninstallStep[] {
  const { paths, purge } = facts;
  const named = purge
    ? [dirname(paths.credentialsFolder), ...(paths.home === null ? [] : [paths.home]), ...(facts.madeTogether ?? [])]
    : [];
  return [
    ...entries.filter((entry) => entry.kind === 'folder'),
    ...named.map((path) => ({ kind: 'folder', path, existed: false }) as const),
  ]
    .flatMap((entry) => FOLDER.undo(entry, facts))
    .filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index)
    .sort((a, b) => b.path.split('/').length - a.path.split('/').length);
}

/** Without a manifest: what carries our name or our words. */
function lookedUp(facts: UninstallFacts): ManifestEntry[] {
  const { kind, paths, definitionFile, definitionIsOurs, accountIsOurs, credentials, hashOf, packaged } = facts;
  // Without a record nothing tells whether a file was changed by hand: it counts as it is.
  const file = (path: string): ManifestEntry => ({ kind: 'file', path, existed: false, sha256: hashOf(path) ?? '' });
  return [
    ...(definitionIsOurs ? [file(definitionFile)] : []),
    ...credentials.map(file),
    ...(packaged ? [] : [paths.credentialsFolder, paths.stateFolder]).map(
      (path) => ({ kind: 'folder', path, existed: false }) as const,
    ),
    ...(accountIsOurs && kind === 'systemd' && paths.scope === 'system'
      ? [{ kind: 'account', name: accountName(paths.instance), existed: false } as const]
      : []),
  ];
}

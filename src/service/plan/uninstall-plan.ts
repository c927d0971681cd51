// Plans an uninstall: from the manifest where there is one, else from what can be seen; pure. Configuration, state and
// logs stay unless everything is to go.
import { dirname, join } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import type { ServiceManager, ServiceState } from '../manager.ts';
import { type Manifest, type ManifestEntry, noteFile } from '../manifest.ts';
import type { ManagerKind } from '../place.ts';
import { accountName } from '../service-names.ts';

export type Removal =
  | { kind: 'stop'; commands: string[][] }
  | { kind: 'disable'; commands: string[][] }
  | { kind: 'file'; path: string; title: string; note: string | null }
  | { kind: 'tree'; path: string; title: string }
  /** Only when it is empty: it was there for us, and somebody else may use it by now. */
  | { kind: 'empty-folder'; path: string }
  | { kind: 'access'; path: string; uid: number; gid: number; mode: number }
  | { kind: 'forget'; commands: string[][] }
  | { kind: 'linger'; user: string; command: string[] }
  | { kind: 'account'; name: string; command: string[] }
  | { kind: 'manifest'; path: string }
  /** What a later purge has to know: the folders that were made for us, of those that are still there. */
  | { kind: 'note'; path: string; manifest: Manifest };

export interface UninstallFacts {
  kind: ManagerKind;
  paths: Paths;
  manifest: Manifest | null;
  manager: Pick<ServiceManager, 'commands'>;
  state: ServiceState;
  definitionFile: string;
  runtimeRoot: string;
  /** Temporary files of an install that was killed. */
  leftovers: string[];
  purge: boolean;
  /** Which of the paths asked about are there. */
  exists: (path: string) => boolean;
  /** The hash of a file as it is now, or null. */
  hashOf: (path: string) => string | null;
  /** The definition there is ours by its text. */
  definitionIsOurs: boolean;
  /** The account is there and carries our comment. */
  accountIsOurs: boolean;
}

/** Undoes what an install did, in an order that can be interrupted anywhere and done again. */
export function planUninstall(facts: UninstallFacts): Removal[] {
  const { manifest, manager, state, definitionFile, exists, paths, purge } = facts;
  // After an uninstall only a purge has anything left to do.
  if (manifest?.installed === false && !purge && !facts.definitionIsOurs) return [];
  const entries = manifest?.entries ?? lookedUp(facts);
  const files = entries.filter((entry) => entry.kind === 'file' && !entry.existed);
  const mayTouchService = manifest?.installed || facts.definitionIsOurs;
  const loaded = mayTouchService && (state.loaded || state.active !== 'inactive');
  const wasEnabled = entries.some((entry) => entry.kind === 'enabled' && entry.existed);
  const steps: Removal[] = [
    ...(loaded && state.active !== 'inactive' && state.active !== 'failed' ? [stopStep(manager)] : []),
    ...(mayTouchService && state.enabled && !wasEnabled
      ? [{ kind: 'disable', commands: manager.commands('disable') } as const]
      : []),
    ...(mayTouchService && exists(definitionFile) ? [fileRemoval(facts, definitionFile, entries)] : []),
    ...(mayTouchService ? [{ kind: 'forget', commands: manager.commands('forget') } as const] : []),
    ...files
      .flatMap((entry) => (entry.kind === 'file' && entry.path !== definitionFile ? [entry.path] : []))
      .filter(exists)
      .map((path) => fileRemoval(facts, path, entries)),
    ...facts.leftovers.map((path): Removal => ({ kind: 'file', path, title: 'left by a killed install', note: null })),
    ...entries.flatMap((entry): Removal[] => (entry.kind === 'access' && exists(entry.path) && !purge ? [entry] : [])),
    ...tree(facts, facts.runtimeRoot, 'the installed program'),
    ...tree(facts, paths.runtimeFolder, 'the files of the running service'),
    ...entries.flatMap((entry): Removal[] =>
      entry.kind === 'linger' && !entry.existed
        ? [{ kind: 'linger', user: entry.user, command: ['loginctl', 'disable-linger', entry.user] }]
        : [],
    ),
    ...entries.flatMap((entry): Removal[] =>
      entry.kind === 'account' && !entry.existed && facts.accountIsOurs
        ? [{ kind: 'account', name: entry.name, command: ['userdel', entry.name] }]
        : [],
    ),
    // Only now is there nothing left that a repetition would have to know: a user's manifest goes with the state.
    ...(purge ? purgeSteps(facts) : []),
    ...(manifest !== null ? [manifestRemoval(manifest, paths.manifestFile)] : []),
    ...emptyFolders(facts, entries),
    ...(purge || manifest === null ? [] : noteSteps(manifest, paths.manifestFile)),
  ];
  // A manager that never heard of us has nothing to forget.
  const onlyForget = steps.length === 1 && steps[0]?.kind === 'forget';
  return onlyForget && !state.loaded ? [] : steps.filter((step, index) => !isGoneBefore(step, steps.slice(0, index)));
}

/** What lies in a folder that an earlier step removed with all in it. */
function isGoneBefore(step: Removal, before: readonly Removal[]): boolean {
  if (step.kind !== 'empty-folder' && step.kind !== 'manifest') return false;
  return before.some(({ kind, ...tree }) => {
    const path = kind === 'tree' && 'path' in tree ? tree.path : null;
    return path !== null && (step.path === path || step.path.startsWith(`${path}/`));
  });
}

function stopStep(manager: UninstallFacts['manager']): Removal {
  return { kind: 'stop', commands: manager.commands('stop') };
}

function fileRemoval(facts: UninstallFacts, path: string, entries: readonly ManifestEntry[]): Removal {
  const entry = entries.find((item) => item.kind === 'file' && item.path === path);
  const secret = dirname(path) === facts.paths.credentialsFolder;
  const changed = !secret && entry?.kind === 'file' && facts.manifest !== null && entry.sha256 !== facts.hashOf(path);
  const title =
    path === facts.definitionFile
      ? 'the definition of the service'
      : secret
        ? 'a copied password'
        : 'written by install';
  return { kind: 'file', path, title, note: changed ? 'changed by hand since it was installed' : null };
}

function tree({ exists }: UninstallFacts, path: string, title: string): Removal[] {
  return exists(path) ? [{ kind: 'tree', path, title }] : [];
}

function purgeSteps(facts: UninstallFacts): Removal[] {
  const { paths, exists } = facts;
  const configFolder = dirname(paths.credentialsFolder);
  const ownConfig = dirname(paths.configFile) === configFolder;
  return [
    ...(ownConfig && exists(paths.configFile)
      ? [{ kind: 'file', path: paths.configFile, title: 'the configuration', note: null } as const]
      : []),
    ...tree(facts, paths.credentialsFolder, 'passwords'),
    ...(paths.logFolder === null ? [] : tree(facts, paths.logFolder, 'the log')),
    ...(facts.kind === 'systemd' ? tree(facts, `${facts.definitionFile}.d`, 'changes made with systemctl edit') : []),
    ...tree(facts, paths.stateFolder, 'the state, with the record of shares'),
  ];
}

/** Folders that install made, deepest first; with a purge also those that are ours by name. */
function emptyFolders({ paths, purge, exists }: UninstallFacts, entries: readonly ManifestEntry[]): Removal[] {
  const made = entries.flatMap((entry) => (entry.kind === 'folder' && !entry.existed ? [entry.path] : []));
  const named = purge ? [dirname(paths.credentialsFolder), ...(paths.home === null ? [] : [paths.home])] : [];
  return [...new Set([...made, ...named])]
    .filter(exists)
    .sort((a, b) => b.split('/').length - a.split('/').length)
    .map((path): Removal => ({ kind: 'empty-folder', path }));
}

function manifestRemoval({ installed }: Manifest, manifestFile: string): Removal {
  return { kind: 'manifest', path: installed ? manifestFile : noteFile(manifestFile) };
}

/** The manifest is gone by now; of what it knew, this is still of use. */
function noteSteps(manifest: Manifest, manifestFile: string): Removal[] {
  const made = manifest.entries.filter((entry) => entry.kind === 'folder' && !entry.existed);
  return made.length === 0
    ? []
    : [
        {
          kind: 'note',
          path: noteFile(manifestFile),
          manifest: { ...manifest, complete: true, installed: false, entries: made },
        },
      ];
}

/** Without a manifest: what carries our name or our words. */
function lookedUp({
  kind,
  paths,
  definitionFile,
  definitionIsOurs,
  accountIsOurs,
  exists,
}: UninstallFacts): ManifestEntry[] {
  const file = (path: string): ManifestEntry => ({ kind: 'file', path, existed: false, sha256: '0'.repeat(64) });
  const credentials = ['rpc-password', 'pool-password']
    .map((name) => join(paths.credentialsFolder, name))
    .filter(exists);
  return [
    ...(definitionIsOurs ? [file(definitionFile)] : []),
    ...credentials.map(file),
    { kind: 'folder', path: paths.credentialsFolder, existed: false },
    { kind: 'folder', path: paths.stateFolder, existed: false },
    ...(accountIsOurs && kind === 'systemd' && paths.scope === 'system'
      ? [{ kind: 'account', name: accountName(paths.instance), existed: false } as const]
      : []),
  ];
}

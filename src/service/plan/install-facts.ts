// What an install is planned from: the machine as `look.ts` found it, beside what should be there.
import { dirname } from 'node:path';
import type { Paths } from '../../config/paths.ts';
import type { SecretSource } from '../../config/secret-source.ts';
import type { Caller } from '../caller.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { ServiceManager, ServiceState } from '../manager.ts';
import type { Manifest } from '../manifest.ts';
import type { Packaged } from '../packaged.ts';
import type { ManagerKind } from '../place.ts';
import type { RuntimeSource } from '../runtime/runtime-source.ts';
import type { AccessStep } from './steps/access-step.ts';
import type { FolderStep } from './steps/folder-step.ts';
import type { Owner } from './steps/ownership.ts';

/** A folder that has to exist, parents first. */
export type NeededFolder = Omit<FolderStep, 'kind'>;

/** Something that is there, but not for the service's account. */
export type NeededAccess = Omit<AccessStep, 'kind'>;

/** A secret to be copied for the service: the value is fetched when its turn comes, and is in no plan. */
export interface NeededSecret {
  source: SecretSource;
  file: string;
  value: () => Promise<string>;
}

export interface InstallFacts {
  kind: ManagerKind;
  definition: ServiceDefinition;
  /** Rendered; null where a package's unit says all that there is to say. */
  definitionText: string | null;
  definitionFile: string;
  /** What is there now: text, null for nothing, or the target of a link. */
  definitionThere: { text: string | null; link: string | null };
  /** The unit of a package that is in force: nothing is copied, and only what it lacks is written. */
  packaged: Pick<Packaged, 'file' | 'owner'> | null;
  paths: Paths;
  caller: Caller;
  manifest: Manifest | null;
  /** Of an earlier install that is gone: which folders it had made. */
  note: Manifest | null;
  manager: Pick<ServiceManager, 'commands'>;
  state: ServiceState;
  source: RuntimeSource;
  runtimeRoot: string;
  /** The folder for this version, and whether it is there, complete. */
  runtimeFolder: string;
  runtimeThere: boolean;
  /** Other things in the root that a finished install would take away. */
  runtimeLeftovers: boolean;
  /** An upgrade was cut off: these are the facts of the version that it had begun from. */
  interrupted?: boolean;
  /** The file by which the manager runs a version on trial, and whether an upgrade that was cut off left one. */
  trial: { readonly path: string; readonly there: boolean };
  /** Target of `current`, or null. */
  currentTarget: string | null;
  /** Target of `previous`, or null: the version that ran before. */
  previousTarget: string | null;
  /** Whether the running service has a job: the next version must get one too. */
  mining: boolean;
  /** Of `foldersNeeded`, those that are not there. */
  missingFolders: NeededFolder[];
  /** What launchd writes as root for the account, where it is not there; null where there is no such file to make. */
  crashLog: string | null;
  secrets: NeededSecret[];
  accountExists: boolean;
  neededAccess: NeededAccess[];
  /** Null where lingering means nothing. */
  lingering: boolean | null;
  /** macOS, and nothing is there to sign the copy of Node as ours. */
  unsigned?: boolean;
  /** Why the user's home is not there at boot, as the end of a sentence. */
  homeMissing?: string | null;
  wantLinger: boolean;
}

/** The folders of a service in the order in which they have to be made, without their parents. */
export function foldersNeeded(
  definition: ServiceDefinition,
  paths: Paths,
  kind: ManagerKind,
  definitionFile: string | null,
  runtimeRoot: string,
): NeededFolder[] {
  const owner: Owner | null = definition.account;
  const system = definition.scope === 'system';
  const own = (path: string, mode: number): NeededFolder => ({ path, mode, owner: system ? owner : null });
  const plain = (path: string, mode = 0o755): NeededFolder => ({ path, mode, owner: null });
  // systemd makes these itself for a system service, with the right owner.
  const managed = kind === 'systemd' && system && paths.home === null;
  const runtime =
    managed || (kind === 'systemd' && paths.home === null) ? [] : [own(paths.runtimeFolder, system ? 0o755 : 0o700)];
  return [
    plain(dirname(paths.manifestFile), paths.scope === 'user' ? 0o700 : 0o755),
    ...(managed ? [] : [own(paths.stateFolder, 0o700)]),
    ...runtime,
    ...(paths.logFolder === null ? [] : [own(paths.logFolder, 0o700)]),
    ...definition.writableFolders.map((path) => own(path, 0o700)),
    ...(definition.credentials.some(({ file }) => dirname(file) === paths.credentialsFolder)
      ? [plain(paths.credentialsFolder, 0o700)]
      : []),
    plain(runtimeRoot),
    ...(definitionFile === null ? [] : [plain(dirname(definitionFile))]),
  ].filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index);
}

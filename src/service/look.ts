// Looks at the machine and gathers the facts that plans are made from. Reads everything, changes nothing.
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PearlError } from '../base/errors.ts';
import { programVersion } from '../base/packaging/this-copy.ts';
import type { Config } from '../config/configuration.ts';
import { certificateFile } from '../config/node-certificate.ts';
import { resolveSecret, secretSources } from '../config/secrets.ts';
import { requireProgram } from '../gateway/external/gateway-program.ts';
import { sessionReachable } from './caller.ts';
import { defineService } from './define.ts';
import { isOurs, type ServiceDefinition } from './definition.ts';
import { isBelowHome, refuseHidden } from './hidden.ts';
import { foreignDropIns, packageInForce, type Service, trialFile } from './installed-service.ts';
import { crashLogFile, isRootsCrashLog } from './launchd/plist.ts';
import { isUp, type ServiceState } from './manager.ts';
import { noteFile, readManifest } from './manifest.ts';
import { emptyDropIn, type Packaged, renderDropIn } from './packaged.ts';
import {
  foldersNeeded,
  type InstallFacts,
  type NeededAccess,
  type NeededFolder,
  type NeededSecret,
} from './plan/install-facts.ts';
import { madeTogether } from './plan/made-together.ts';
import { accountComment } from './plan/steps/account-step.ts';
import { contentHash } from './plan/steps/file-step.ts';
import { idOf, type Owner } from './plan/steps/ownership.ts';
import type { UninstallFacts } from './plan/uninstall-plan.ts';
import { renderDefinition } from './render-definition.ts';
import { isWhole, readSeal } from './runtime/lay.ts';
import { fleetingFiles, LASTING_NODES, loadedFiles, nodeLibraries } from './runtime/node-files.ts';
import { choosePin } from './runtime/pin.ts';
import { runtimeRootOf, versionFolder } from './runtime/runtime-layout.ts';
import { digestRuntime, listRuntimeFiles, type RuntimeSource } from './runtime/runtime-source.ts';
import { accountName } from './service-names.ts';
import { servicePath } from './service-path.ts';
import { hasWork } from './switch-service.ts';
import { refusedByKernel, refusedDirectives } from './systemd/sandbox.ts';
import { parseShow } from './systemd/show-output.ts';
import { SystemdManager } from './systemd/systemd-manager.ts';

export interface InstallWishes {
  linger: boolean;
  headless: boolean;
  serviceUser: string | undefined;
}

/** Everything an install is planned from. Throws what the configuration, the secrets or the hardening forbid. */
export async function lookForInstall(service: Service, config: Config, wishes: InstallWishes): Promise<InstallFacts> {
  const { kind, caller, paths, manager, definitionFile } = service;
  const version = programVersion(service.program);
  const refused = await refusedHere(service);
  const packaged = packageInForce(service);
  const definition = defineService({
    ...{ config, paths, caller, version, refused, ...wishes },
    ...(packaged === null ? {} : { program: packaged }),
  });
  refuseHidden(kind, config, paths);
  requireProgram(config, servicePath(kind, paths.scope, caller.env.PATH));
  const definitionText = packaged === null ? renderDefinition(kind, definition) : renderDropIn(packaged, definition);
  const runtime = packaged === null ? await lookForRuntime(service, version) : inItsPlace(packaged, version);
  const root = runtime.runtimeRoot;
  const owner = definition.account === null ? null : await readAccount(service, definition.account);
  const folders = foldersNeeded(definition, paths, kind, definitionText === null ? null : definitionFile, root);
  return {
    kind,
    definition,
    // One that was needed before, and is not now, says so.
    definitionText: definitionText ?? (existsSync(definitionFile) ? emptyDropIn(definition) : null),
    definitionFile,
    definitionThere: readDefinition(definitionFile),
    packaged,
    paths,
    caller,
    manifest: readManifest(paths.manifestFile, caller.uid),
    note: readManifest(noteFile(paths.manifestFile), caller.uid),
    manager,
    state: await stateBeforeInstall(service, wishes),
    ...runtime,
    trial: { path: trialFile(service), there: existsSync(trialFile(service)) },
    mining: await hasWork(paths),
    missingFolders: folders
      .flatMap(withParents)
      .filter(firstOfItsPath)
      .filter(({ path }) => !existsSync(path)),
    crashLog: missingCrashLog(service),
    neededAccess: neededAccess(service, config, definition, owner, folders, root),
    secrets: await neededSecrets(service, config),
    accountExists: owner !== null,
    lingering:
      kind === 'systemd' && paths.scope === 'user' ? existsSync(`/var/lib/systemd/linger/${caller.user}`) : null,
    wantLinger: wishes.linger,
  };
}

function missingCrashLog({ kind, paths }: Service): string | null {
  const file = kind === 'launchd' && isRootsCrashLog(paths) ? crashLogFile(paths) : null;
  return file === null || existsSync(file) ? null : file;
}

type RuntimeFacts = Pick<
  InstallFacts,
  'source' | 'runtimeRoot' | 'runtimeFolder' | 'runtimeThere' | 'runtimeLeftovers' | 'currentTarget' | 'previousTarget'
>;

/** The copies that are laid, and the one that would be. */
async function lookForRuntime(service: Service, version: string): Promise<RuntimeFacts> {
  const root = runtimeRootOf(service.paths, service.caller);
  const source = await readSource(service, root, version);
  const folder = versionFolder(root, version, source.digest, await readSeal(join(root, version)));
  const previous = linkTarget(join(root, 'previous'));
  const known = [basename(folder), previous, 'current', 'previous', basename(trialFile(service))];
  return {
    source,
    runtimeRoot: root,
    runtimeFolder: folder,
    runtimeThere: await isWhole(source, folder),
    runtimeLeftovers: existsSync(root) && readdirSync(root).some((name) => !known.includes(name)),
    currentTarget: linkTarget(join(root, 'current')),
    previousTarget: previous,
  };
}

/** The program of a package runs where it is. */
function inItsPlace({ folder, executable }: Packaged, version: string): RuntimeFacts {
  return {
    source: { version, files: [], node: { how: 'in-place', path: executable }, digest: '' },
    runtimeRoot: folder,
    runtimeFolder: folder,
    runtimeThere: true,
    runtimeLeftovers: false,
    currentTarget: basename(folder),
    previousTarget: null,
  };
}

/** Nothing can be loaded in a manager that is not running; lingering, a step of the plan, brings it up. */
async function stateBeforeInstall(service: Service, { linger }: InstallWishes): Promise<ServiceState> {
  const state = linger && isUnreachable(service) ? parseShow('') : await service.manager.state();
  return { ...state, dropIns: foreignDropIns(service, state.dropIns ?? waitingDropIns(service)) };
}

/** Of a unit that is not there yet, systemd knows none. */
function waitingDropIns({ kind, definitionFile }: Service): string[] {
  const folder = `${definitionFile}.d`;
  if (kind !== 'systemd' || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.conf'))
    .map((name) => join(folder, name));
}

/** A manager that is not there yet has the kernel speak for it. */
async function refusedHere(service: Service): Promise<string[]> {
  if (service.kind !== 'systemd') return [];
  const { manager, paths } = service;
  if (isUnreachable(service)) return refusedByKernel();
  return manager instanceof SystemdManager ? refusedDirectives((words) => manager.ask(words), paths.scope) : [];
}

function isUnreachable({ kind, caller, paths }: Service): boolean {
  return kind === 'systemd' && paths.scope === 'user' && !sessionReachable(caller);
}

async function readSource(service: Service, root: string, version: string): Promise<RuntimeSource> {
  const { kind, caller, paths, program } = service;
  const files = listRuntimeFiles(program);
  const running = realpathSync(process.execPath);
  // A program that brings its Node was made with that one; the running one may be of another folder, which goes.
  const brought = join(program, 'bin', 'node');
  const path = existsSync(brought) ? realpathSync(brought) : running;
  const facts = statSync(path);
  const chain = [path, ...parentsOf(path)].map((part) => statSync(part));
  const node = choosePin({
    path,
    scope: paths.scope,
    platform: caller.platform,
    ownerUid: facts.uid,
    writableByOthers: chain.some(({ mode, gid }) => (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0)),
    runtimeRoot: root,
    program,
  });
  const loaded = path === running ? loadedFiles() : [];
  const hidden = paths.scope === 'system' && kind === 'systemd' ? loaded.find(isBelowHome) : undefined;
  if (hidden !== undefined) {
    throw new PearlError('SERVICE_CONFLICT', `Node needs ${hidden}, but a system service does not see home folders.`, {
      hint: `Install with another Node: ${LASTING_NODES}.`,
    });
  }
  const whole = node.how === 'copy' ? [...files, ...nodeLibraries(path)] : files;
  const fleeting = fleetingFiles(node.how === 'copy' ? loaded : [path, ...loaded]);
  return { version, files: whole, node, digest: await digestRuntime(whole, node), fleeting };
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parentsOf(parent)];
}

function withParents(folder: NeededFolder): NeededFolder[] {
  const parents = parentsOf(folder.path).reverse();
  return [...parents.map((path) => ({ path, mode: 0o755, owner: null })), folder];
}

/** A folder that is needed for itself has its own mode, also when it is a parent of an earlier one. */
function firstOfItsPath({ path, mode, owner }: NeededFolder, index: number, all: readonly NeededFolder[]): boolean {
  const same = all.filter((other) => other.path === path);
  const chosen = same.find((other) => other.mode !== 0o755 || other.owner !== null) ?? same[0];
  if (all.findIndex((other) => other.path === path) !== index) return false;
  if (chosen && (chosen.mode !== mode || chosen.owner !== owner)) Object.assign(all[index] as NeededFolder, chosen);
  return true;
}

function readDefinition(file: string): InstallFacts['definitionThere'] {
  const facts = lstatSync(file, { throwIfNoEntry: false });
  if (facts === undefined) return { text: null, link: null };
  if (facts.isSymbolicLink()) return { text: null, link: readlinkSync(file) };
  return { text: readFileSync(file, 'utf8'), link: null };
}

function linkTarget(path: string): string | null {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : null;
}

/** Numbers of the service's account, or null when it is not there yet. */
async function readAccount({ run }: Service, owner: Owner): Promise<{ uid: number; gid: number } | null> {
  const uid = await idOf({ run }, owner.user);
  if (uid === null) return null;
  const { stdout } = await run(['id', '-g', owner.user]);
  return { uid, gid: Number(stdout) };
}

/** The node's own files that the supervisor and its gateway read. */
function nodeFiles({ gateway, pearld }: Config): string[] {
  if (gateway.kind !== 'external') return [];
  return [pearld.conf, certificateFile(pearld)].filter((path) => path !== null);
}

type Ids = { uid: number; gid: number } | null;

/** @param ids null for an account that is not there yet. */
function mayRead(path: string, ids: Ids): boolean {
  return allows(path, ids, 0o4) && parentsOf(path).every((folder) => allows(folder, ids, 0o1));
}

/** @param bit of the mode, as others have it. */
function allows(path: string, ids: Ids, bit: number): boolean {
  const { mode, uid, gid } = statSync(path);
  if ((mode & bit) !== 0) return true;
  return (
    ids !== null && ((uid === ids.uid && (mode & (bit << 6)) !== 0) || (gid === ids.gid && (mode & (bit << 3)) !== 0))
  );
}

/** Files of another program keep their owner. */
function unreadableFor(user: string, path: string, folder: string): PearlError {
  return new PearlError('CONFIG_INVALID', `${path} cannot be read by ${user}, the account of the service.`, {
    hint: `Copy the file to ${folder}, and name the copy in [pearld].`,
  });
}

/** What is there but cannot be used by the service's own account yet. */
function neededAccess(
  { paths, kind }: Service,
  config: Config,
  definition: ServiceDefinition,
  ids: Ids,
  folders: readonly NeededFolder[],
  root: string,
): NeededAccess[] {
  const { account } = definition;
  if (account === null) return [];
  const shutFiles = [paths.configFile, ...nodeFiles(config)].filter((path) => existsSync(path) && !mayRead(path, ids));
  const elsewhere = shutFiles.find((path) => dirname(path) !== dirname(paths.configFile));
  if (elsewhere !== undefined) throw unreadableFor(account.user, elsewhere, dirname(paths.configFile));
  const folder = dirname(paths.credentialsFolder);
  const closed = dirname(paths.configFile) === folder && (statSync(folder).mode & 0o005) !== 0o005;
  const foreign = folders.filter(
    ({ path, owner }) => owner !== null && existsSync(path) && statSync(path).uid !== ids?.uid,
  );
  const shut = existsSync(root) && (statSync(root).mode & 0o005) !== 0o005;
  const rootOwner: Owner = { user: 'root', group: kind === 'systemd' ? 'root' : 'wheel' };
  return [
    ...(closed ? [{ path: folder, mode: 0o755, owner: rootOwner, why: 'so that anyone can ask for the status' }] : []),
    ...shutFiles.map((path) => ({
      path,
      mode: 0o640,
      owner: { user: 'root', group: account.group },
      why: `readable for ${account.user}`,
    })),
    ...(shut ? [{ path: root, mode: 0o755, owner: rootOwner, why: `${account.user} runs what is in it` }] : []),
    ...foreign.map(({ path, mode }) => ({ path, mode, owner: account, why: 'the service writes there' })),
  ];
}

/** Secrets that exist only in this shell's environment, to be copied where the service finds them. */
async function neededSecrets({ paths, caller }: Service, config: Config): Promise<NeededSecret[]> {
  const needed: NeededSecret[] = [];
  for (const source of secretSources(config)) {
    const file = join(paths.credentialsFolder, source.credential);
    // Throws SECRET_MISSING now, before anything is done.
    const value = await resolveSecret(source, paths, caller.env);
    if (source.env === null || caller.env[source.env] === undefined) continue;
    const stored = existsSync(file) ? readFileSync(file, 'utf8') : null;
    if (stored !== value) needed.push({ source, file, value: async () => value });
  }
  return needed;
}

/** Passwords that an install stored, by their names (`secretSources`). */
export function findCredentials(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => /^(?:rpc-password|(?:pool|proxy)-password(?:-[a-z0-9][a-z0-9_-]{0,31})?)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Temporary files that a killed install left beside what it was writing (`atomic-file.ts` names them). */
export function findLeftovers({ paths, definitionFile }: Service): string[] {
  return [paths.manifestFile, definitionFile].flatMap((file) => {
    const folder = dirname(file);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const ours = names.filter((name) => name.startsWith(`.${basename(file)}-`) && /-[0-9a-f]{12}$/.test(name));
    return ours.map((name) => join(folder, name));
  });
}

/** Everything an uninstall is planned from. */
export async function lookForUninstall(service: Service, purge: boolean): Promise<UninstallFacts> {
  const { kind, paths, manager, definitionFile, caller, run } = service;
  const there = readDefinition(definitionFile);
  const nothingThere = there.text === null && there.link === null;
  const name = kind === 'systemd' && paths.scope === 'system' ? accountName(paths.instance) : null;
  const account = name === null ? '' : (await run(['getent', 'passwd', name])).stdout;
  // A user's manager that does not run has nothing loaded; with a definition there, it has to be asked all the same.
  const state =
    nothingThere && paths.scope === 'user' ? await manager.state().catch(() => parseShow('')) : await manager.state();
  const packaged = packageInForce(service) !== null;
  const trial = trialFile(service);
  const inUse = state.enabled || isUp(state);
  return {
    kind,
    paths,
    manifest: readManifest(paths.manifestFile, caller.uid) ?? readManifest(noteFile(paths.manifestFile), caller.uid),
    manager,
    state,
    definitionFile,
    runtimeRoot: runtimeRootOf(paths, caller),
    leftovers: [...findLeftovers(service), ...(existsSync(trial) ? [trial] : [])],
    credentials: findCredentials(paths.credentialsFolder),
    purge,
    exists: (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
    hashOf: (path) => (existsSync(path) ? contentHash(readFileSync(path)) : null),
    definitionIsOurs: (packaged && inUse) || (there.text !== null && isOurs(there.text)),
    madeTogether:
      paths.scope === 'user' && paths.home === null
        ? [paths.stateFolder, dirname(paths.credentialsFolder)].flatMap((path) => madeTogether(path, caller.home))
        : [],
    packaged,
    // With a package there, its account is the package's.
    accountIsOurs: service.packaged === null && account.split(':')[4]?.split(',')[0] === accountComment(paths.instance),
  };
}

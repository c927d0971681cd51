// Plans an install: from what should be and what is there, to the steps between. Pure.
import { basename, dirname, join } from 'node:path';
import { PearlError } from '../../base/errors.ts';
import type { Paths } from '../../config/paths.ts';
import type { SecretSource } from '../../config/secrets.ts';
import type { Caller } from '../caller.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { ServiceManager, ServiceState } from '../manager.ts';
import { contentHash, type Manifest } from '../manifest.ts';
import type { ManagerKind } from '../place.ts';
import type { RuntimeSource } from '../runtime/runtime-source.ts';
import { baseName } from '../service-names.ts';
import type { InstallPlan, Owner, PlanSummary, Step } from './step.ts';
import { compareVersions } from './versions.ts';

/** A folder that has to exist, parents first. */
export interface NeededFolder {
  path: string;
  mode: number;
  owner: Owner | null;
}

/** Something that is there, but not for the service's account. */
export interface NeededAccess {
  path: string;
  mode: number;
  owner: Owner;
  why: string;
}

/** A secret to be copied for the service: the value is fetched when its turn comes, and is in no plan. */
export interface NeededSecret {
  source: SecretSource;
  file: string;
  value: () => Promise<string>;
}

export interface InstallFacts {
  kind: ManagerKind;
  definition: ServiceDefinition;
  /** Rendered. */
  definitionText: string;
  definitionFile: string;
  /** What is there now: text, null for nothing, or the target of a link. */
  definitionThere: { text: string | null; link: string | null };
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
  /** Target of `current`, or null. */
  currentTarget: string | null;
  /** Of `foldersNeeded`, those that are not there. */
  missingFolders: NeededFolder[];
  secrets: NeededSecret[];
  accountExists: boolean;
  neededAccess: NeededAccess[];
  /** Null where lingering means nothing. */
  lingering: boolean | null;
  wantLinger: boolean;
}

/** The folders of a service in the order in which they have to be made, without their parents. */
export function foldersNeeded(
  definition: ServiceDefinition,
  paths: Paths,
  kind: ManagerKind,
  definitionFile: string,
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
    plain(dirname(definitionFile)),
  ].filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index);
}

/** Every definition that we write says so near its beginning. */
export function isOurs(text: string): boolean {
  return text.includes('written by pearlctl ') || text.includes('<string>org.pearlctl.supervisor');
}

/** The plan. Throws SERVICE_CONFLICT when something of somebody else stands in the way. */
export function planInstall(facts: InstallFacts): InstallPlan {
  refuseConflicts(facts);
  const { definition, definitionThere, source, state } = facts;
  const link = join(facts.runtimeRoot, 'current');
  const target = basename(facts.runtimeFolder);
  const accountSteps: Step[] =
    definition.account !== null && !facts.accountExists && facts.kind === 'systemd'
      ? [accountStep(definition.account.user, facts.paths.stateFolder, definition.instance)]
      : [];
  const changed: Step[] = [
    ...(facts.runtimeThere ? [] : [{ kind: 'runtime', folder: facts.runtimeFolder, source } as const]),
    ...(facts.currentTarget === target
      ? []
      : [{ kind: 'link', path: link, target, before: facts.currentTarget } as const]),
    ...(definitionThere.text === facts.definitionText ? [] : [definitionStep(facts)]),
  ];
  const definitionChanged = definitionThere.text !== facts.definitionText;
  const running = state.active === 'active' || state.active === 'activating';
  const secrets = facts.secrets.map(({ source: { title, credential }, file, value }): Step => {
    const owner = facts.kind === 'launchd' ? definition.account : null;
    return { kind: 'secret', path: file, owner, title: `${title} (${credential})`, value };
  });
  const service = (verb: (Step & { kind: 'service' })['verb']): Step => ({
    kind: 'service',
    verb,
    commands: facts.manager.commands(verb),
  });
  const steps: Step[] = [
    ...accountSteps,
    ...facts.missingFolders.map((folder): Step => ({ kind: 'folder', ...folder })),
    ...facts.neededAccess.map((access): Step => ({ kind: 'access', ...access })),
    ...secrets,
    ...(facts.wantLinger && facts.lingering === false ? [lingerStep(facts.caller.user)] : []),
    ...changed,
    ...(definitionChanged || !state.loaded ? [service('load')] : []),
    ...(state.enabled ? [] : [service('enable')]),
    ...(running ? (changed.length + secrets.length > 0 ? [service('restart')] : []) : [service('start')]),
    ...(facts.runtimeLeftovers || changed.some(({ kind }) => kind === 'link' && facts.currentTarget !== null)
      ? [{ kind: 'prune', root: facts.runtimeRoot, keep: target } as const]
      : []),
  ];
  // launchd takes notice of a definition when it is started, so there is nothing to run for `load`.
  const acting = steps.filter((step) => step.kind !== 'service' || step.commands.length > 0);
  return { steps: acting, summary: summarise(facts, acting) };
}

function accountStep(name: string, home: string, instance: string | null): Step {
  const command = ['useradd', '--system', '--home-dir', home, '--no-create-home', '--shell', '/usr/sbin/nologin'];
  return { kind: 'account', name, home, command: [...command, '--comment', `${baseName(instance)} service`, name] };
}

function lingerStep(user: string): Step {
  return { kind: 'linger', user, command: ['loginctl', 'enable-linger', user] };
}

function definitionStep({ definitionFile, definitionText, definitionThere, kind }: InstallFacts): Step {
  const title = kind === 'systemd' ? 'the systemd unit' : 'the launchd property list';
  const before = definitionThere.text;
  return { kind: 'file', path: definitionFile, mode: 0o644, owner: null, content: definitionText, before, title };
}

function refuseConflicts({ definitionFile, definitionThere, state, kind, definition }: InstallFacts): void {
  const unit = basename(definitionFile);
  const user = definition.scope === 'user' ? ' --user' : '';
  if (definitionThere.link === '/dev/null' || (kind === 'systemd' && state.blocked)) {
    throw new PearlError('SERVICE_CONFLICT', `${unit} is masked: somebody forbade a service of this name.`, {
      hint: `If that is no longer wanted, type: systemctl${user} unmask ${unit}`,
    });
  }
  if (definitionThere.link !== null) {
    throw new PearlError('SERVICE_CONFLICT', `${definitionFile} is a link to ${definitionThere.link}, not ours.`, {
      hint: 'Remove the link, or use --instance NAME for a service beside it.',
    });
  }
  if (definitionThere.text !== null && !isOurs(definitionThere.text)) {
    throw new PearlError('SERVICE_CONFLICT', `${definitionFile} is there already, and pearlctl did not write it.`, {
      hint: 'Move it away, or use --instance NAME for a service beside it.',
    });
  }
}

function summarise(facts: InstallFacts, steps: readonly Step[]): PlanSummary {
  const { definition, manifest, source, kind } = facts;
  const from = manifest?.version ?? null;
  const order = from === null ? 0 : compareVersions(definition.version, from);
  const action =
    steps.length === 0
      ? 'none'
      : from === null
        ? 'install'
        : order > 0
          ? 'upgrade'
          : order < 0
            ? 'downgrade'
            : 'update';
  const byHand = definitionChangedByHand(facts);
  return {
    action,
    from,
    version: definition.version,
    service: basename(facts.definitionFile),
    runsAs: definition.account?.user ?? facts.caller.user,
    starts: startsAt(facts),
    cost:
      definition.resources.cpuWeight === 'idle'
        ? 'processor time that nothing else wants, and the power for it'
        : `processor time at weight ${definition.resources.cpuWeight}, and the power for it`,
    undo: `${definition.scope === 'system' ? 'sudo ' : ''}pearlctl uninstall${definition.instance === null ? '' : ` --instance ${definition.instance}`}`,
    definitionFile: facts.definitionFile,
    nodeNote:
      source.node.how === 'in-place'
        ? `Node stays where it is: ${source.node.path}`
        : `Node is copied from ${source.node.path}: ${source.node.reason}`,
    notes: [
      ...(action === 'downgrade' ? [`This is older than the installed ${from}.`] : []),
      ...(byHand ? [`${facts.definitionFile} was changed by hand; the change is lost (use a drop-in instead).`] : []),
      ...(kind === 'launchd' && facts.state.blocked ? ['The service was disabled; it is enabled again.'] : []),
      ...(manifest !== null && !manifest.complete
        ? ['An earlier install or uninstall was interrupted; this finishes it.']
        : []),
    ],
  };
}

function definitionChangedByHand({ definitionThere, definitionFile, manifest, definitionText }: InstallFacts): boolean {
  if (definitionThere.text === null || definitionThere.text === definitionText || manifest === null) return false;
  const entry = manifest.entries.find((item) => item.kind === 'file' && item.path === definitionFile);
  return entry?.kind === 'file' && entry.sha256 !== contentHash(definitionThere.text);
}

/** When the service comes up by itself, as a sentence's end. */
export function startsAt(facts: Pick<InstallFacts, 'kind' | 'definition' | 'lingering' | 'wantLinger'>): string {
  if (facts.definition.scope === 'system') return 'at boot';
  if (facts.kind === 'launchd') return facts.definition.headless ? 'when you log in, also over ssh' : 'when you log in';
  return facts.lingering || facts.wantLinger
    ? 'at boot, and stays when you log out'
    : 'when you log in, and stops when you log out';
}

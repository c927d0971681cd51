// Plans an install: from what should be and what is there, to the steps between. Pure.
import { basename, join } from 'node:path';
import { PearlError } from '../../base/errors.ts';
import { namingWords } from '../../base/instance.ts';
import { isOurs } from '../definition.ts';
import { renderPlist } from '../launchd/plist.ts';
import { renderTrial } from '../systemd/unit.ts';
import type { InstallFacts } from './install-facts.ts';
import { type PlanSummary, summarise } from './plan-summary.ts';
import { accountStep } from './steps/account-step.ts';
import type { InstallStep } from './steps/all-steps.ts';
import { CRASH_LOG_TITLE, type FileStep } from './steps/file-step.ts';
import { lingerStep } from './steps/linger-step.ts';
import type { Owner } from './steps/ownership.ts';
import type { ProveStep } from './steps/prove-step.ts';
import type { PruneStep } from './steps/prune-step.ts';
import { type InstallVerb, serviceStep } from './steps/service-step.ts';

export interface InstallPlan {
  /** Steps that would change nothing are left out; an empty list means that all is in place. */
  steps: InstallStep[];
  summary: PlanSummary;
}

/** The plan. Throws SERVICE_CONFLICT when something that is not ours stands in the way. */
export function planInstall(facts: InstallFacts): InstallPlan {
  refuseConflicts(facts);
  const { definition, definitionThere, source, state } = facts;
  const link = join(facts.runtimeRoot, 'current');
  const target = basename(facts.runtimeFolder);
  const accountSteps: InstallStep[] =
    definition.account !== null && !facts.accountExists && facts.kind === 'systemd'
      ? [accountStep(definition.account.user, facts.paths.stateFolder, definition.instance)]
      : [];
  const switches = facts.currentTarget !== null && facts.currentTarget !== target;
  const running = state.active === 'active' || state.active === 'activating';
  const onTrial = switches && running;
  const linkSteps: InstallStep[] =
    facts.currentTarget === target ? [] : [{ kind: 'link', path: link, target, before: facts.currentTarget }];
  const changed: InstallStep[] = [
    ...(facts.runtimeThere ? [] : [{ kind: 'runtime', folder: facts.runtimeFolder, source } as const]),
    ...(switches ? [proveStep(facts)] : []),
    ...(onTrial ? [] : linkSteps),
    ...definitionSteps(facts),
  ];
  const definitionChanged = definitionThere.text !== facts.definitionText;
  const secrets = facts.secrets.map(({ source: { title, credential }, file, value }): InstallStep => {
    const owner = facts.kind === 'launchd' ? definition.account : null;
    return { kind: 'secret', path: file, owner, title: `${title} (${credential})`, value };
  });
  const service = (verb: InstallVerb): InstallStep => serviceStep(verb, facts.manager);
  const steps: InstallStep[] = [
    ...accountSteps,
    ...facts.missingFolders.map((folder): InstallStep => ({ kind: 'folder', ...folder })),
    ...(facts.crashLog === null ? [] : [crashLogStep(facts.crashLog, definition.account)]),
    ...facts.neededAccess.map((access): InstallStep => ({ kind: 'access', ...access })),
    ...secrets,
    ...(facts.wantLinger && facts.lingering === false ? [lingerStep('enable-linger', facts.caller.user)] : []),
    ...changed,
    ...(definitionChanged || !state.loaded ? [service('load')] : []),
    ...(state.enabled ? [] : [service('enable')]),
    ...(onTrial ? [trialStep(facts), ...linkSteps] : []),
    ...(onTrial || facts.trial.there ? [settleStep(facts)] : []),
    ...(running ? [] : [service('start')]),
    // What runs may be the version that was on trial when an upgrade was killed.
    ...(running && !switches && (facts.trial.there || changed.length + secrets.length > 0) ? [service('restart')] : []),
    ...(facts.runtimeLeftovers || switches ? [pruneStep(facts, target, switches)] : []),
  ];
  // launchd takes notice of a definition when it is started, so there is nothing to run for `load`.
  const acting = steps.filter((step) => step.kind !== 'service' || step.commands.length > 0);
  return { steps: acting, summary: summarise(facts, acting) };
}

function crashLogStep(path: string, owner: Owner | null): InstallStep {
  return { kind: 'file', path, mode: 0o600, owner, content: '', before: null, title: CRASH_LOG_TITLE };
}

/** Nothing is switched before the other version has shown that it works here. */
function proveStep({ runtimeFolder, source, definition }: InstallFacts): ProveStep {
  return { kind: 'prove', folder: runtimeFolder, version: source.version, flags: namingWords(definition) };
}

function trialStep({ kind, definition, definitionFile, runtimeFolder, manager, trial }: InstallFacts): InstallStep {
  const [executable, script] = [join(runtimeFolder, 'bin', 'pearlctl'), join(runtimeFolder, 'pearlctl.mjs')];
  const onTrial = { ...definition, executable, script };
  const content = kind === 'systemd' ? renderTrial(onTrial) : renderPlist(onTrial);
  const commands = [...manager.commands('load'), ...manager.commands('restart')].map((words) =>
    words.map((word) => (word === definitionFile ? trial.path : word)),
  );
  return { kind: 'trial', path: trial.path, content, commands };
}

function settleStep({ manager, trial }: InstallFacts): InstallStep {
  return { kind: 'settle', path: trial.path, commands: manager.commands('load') };
}

/** What ran until now is kept; without a switch, what was kept. */
function pruneStep(
  { runtimeRoot, currentTarget, previousTarget }: InstallFacts,
  target: string,
  switches: boolean,
): PruneStep {
  const previous = switches ? currentTarget : previousTarget;
  return { kind: 'prune', root: runtimeRoot, keep: target, previous: previous === target ? null : previous };
}

function definitionSteps(facts: InstallFacts): FileStep[] {
  const { definitionFile, definitionText, definitionThere, kind, packaged } = facts;
  const before = definitionThere.text;
  if (definitionText === null || before === definitionText) return [];
  const unit = packaged === null ? 'the systemd unit' : 'what the configuration changes of the package’s unit';
  const title = kind === 'systemd' ? unit : 'the launchd property list';
  return [{ kind: 'file', path: definitionFile, mode: 0o644, owner: null, content: definitionText, before, title }];
}

function refuseConflicts({ definitionFile, definitionThere, state, kind, definition, packaged }: InstallFacts): void {
  const unit = basename(packaged?.file ?? definitionFile);
  const user = definition.scope === 'user' ? ' --user' : '';
  if (definitionThere.link === '/dev/null' || (kind === 'systemd' && state.blocked)) {
    throw new PearlError('SERVICE_CONFLICT', `${unit} is masked: an administrator forbade a service of this name.`, {
      hint: `If that is no longer wanted, type: systemctl${user} unmask ${unit}`,
    });
  }
  const foreign = state.fragment !== undefined && state.fragment !== definitionFile;
  if (kind === 'systemd' && packaged === null && foreign) {
    const message = `${state.fragment} is a service of the same name, which this one would hide.`;
    throw new PearlError('SERVICE_CONFLICT', message, {
      hint: 'Remove the package that it came with, or use --instance NAME for a service beside it.',
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

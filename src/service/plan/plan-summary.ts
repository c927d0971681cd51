// A plan in a few facts, which a person reads before the steps: what changes, what it costs, and how it is undone. Pure.
import { basename } from 'node:path';
import { asFix, type FixCommand, fixText, pearlctl, sudoPearlctl } from '../../base/fix.ts';
import { namingWords } from '../../base/instance.ts';
import type { InstallFacts } from './install-facts.ts';
import type { InstallStep } from './steps/all-steps.ts';
import { contentHash } from './steps/file-step.ts';
import { compareVersions } from './versions.ts';

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

export function summarise(facts: InstallFacts, steps: readonly InstallStep[]): PlanSummary {
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
    service: basename(facts.packaged?.file ?? facts.definitionFile),
    runsAs: definition.account?.user ?? facts.caller.user,
    starts: startsAt(facts),
    cost:
      definition.resources.cpuWeight === 'idle'
        ? 'processor time that nothing else wants, and the power for it'
        : `processor time at weight ${definition.resources.cpuWeight}, and the power for it`,
    undo: fixText(asFix(undoCommand(definition))),
    definitionFile: facts.definitionFile,
    nodeNote: facts.packaged
      ? `that of the ${facts.packaged.owner} package: nothing is copied`
      : source.node.how === 'in-place'
        ? `Node stays where it is: ${source.node.path}`
        : `Node is copied from ${source.node.path}: ${source.node.reason}`,
    notes: [
      ...(action === 'downgrade' ? [`This is older than the installed ${from}.`] : []),
      ...(source.fleeting ? [`${source.fleeting}.`] : []),
      ...sandboxNote(definition),
      ...(facts.state.dropIns ?? []).map((path) => `${path} changes the unit, and stays in force.`),
      ...(byHand ? [`${facts.definitionFile} was changed by hand; the change is lost (use a drop-in instead).`] : []),
      ...(facts.homeMissing && (facts.lingering || facts.wantLinger)
        ? [`At boot your home is not there: ${facts.homeMissing}. It starts when you log in.`]
        : []),
      ...(facts.unsigned ? ['codesign is not here: Login Items will show the service under the signer of Node.'] : []),
      ...(kind === 'launchd' && facts.state.blocked ? ['The service was disabled; it is enabled again.'] : []),
      ...(facts.interrupted ? [`An upgrade was interrupted; where this one does not start, ${from} comes back.`] : []),
      ...(manifest !== null && !manifest.complete
        ? ['An earlier install or uninstall was interrupted; this finishes it.']
        : []),
    ],
  };
}

function sandboxNote({ refused = [], scope, instance }: InstallFacts['definition']): string[] {
  if (refused.length === 0) return [];
  const what = `This machine restricts user namespaces, so that the sandbox lacks ${refused.join(', ')}`;
  if (scope === 'system') return [`${what}.`];
  const machines = sudoPearlctl('install', ...namingWords({ scope: 'system', instance }));
  return [`${what}, and shuts no folders. The machine’s has them: ${fixText(asFix(machines))}`];
}

function definitionChangedByHand({ definitionThere, definitionFile, manifest, ...facts }: InstallFacts): boolean {
  const { definitionText, interrupted } = facts;
  // The record is of the definition that the upgrade has written.
  if (interrupted) return false;
  if (definitionThere.text === null || definitionThere.text === definitionText || manifest === null) return false;
  const entry = manifest.entries.find((item) => item.kind === 'file' && item.path === definitionFile);
  return entry?.kind === 'file' && entry.sha256 !== contentHash(definitionThere.text);
}

/** When the service comes up by itself, as a sentence's end. */
function startsAt(
  facts: Pick<InstallFacts, 'kind' | 'definition' | 'lingering' | 'wantLinger' | 'homeMissing'>,
): string {
  if (facts.definition.scope === 'system') return 'at boot';
  if (facts.kind === 'launchd') return facts.definition.headless ? 'when you log in, also over ssh' : 'when you log in';
  if (facts.homeMissing && (facts.lingering || facts.wantLinger)) return 'when you log in, and stays when you log out';
  return facts.lingering || facts.wantLinger
    ? 'at boot, and stays when you log out'
    : 'when you log in, and stops when you log out';
}

function undoCommand({ scope, instance }: InstallFacts['definition']): FixCommand {
  const args = instance === null ? [] : ['--instance', instance];
  return scope === 'system' ? sudoPearlctl('uninstall', ...args) : pearlctl('uninstall', ...args);
}

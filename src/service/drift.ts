// What is installed against what this version would install, as sentences; and the service in the words of `status`.
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'plist';
import { textOf } from '../base/atomic-file.ts';
import { orNull } from '../base/errors.ts';
import { asFix, type Fix, fix, fixText, pearlctl } from '../base/fix.ts';
import { managerLine } from '../base/packaging/owner.ts';
import { programVersion } from '../base/packaging/this-copy.ts';
import { VERSION } from '../base/version.ts';
import { loadUsableConfig } from '../config/configuration.ts';
import type { ServiceStatus } from '../state/table/session-table.ts';
import { defineService } from './define.ts';
import { isOurs } from './definition.ts';
import { foreignDropIns, isInstalled, packageInForce, type Service, trialFile } from './installed-service.ts';
import type { ServiceState } from './manager.ts';
import { emptyDropIn, renderDropIn } from './packaged.ts';
import { renderDefinition } from './render-definition.ts';
import { runtimeProgram, runtimeRootOf } from './runtime/runtime-layout.ts';
import { refusedIn } from './systemd/sandbox.ts';
import { endInWords, setupFailure } from './systemd/setup-failures.ts';

/**
 * The service as it stands, or null when none is installed.
 *
 * @param onTrial The version on trial asks: it tells what is true once it is taken.
 */
export async function describeService(service: Service, onTrial = false): Promise<ServiceStatus | null> {
  if (!isInstalled(service)) return null;
  const state = await service.manager.state();
  const drift = [...startDrift(service, state), ...(await findDrift(service, state, onTrial))];
  return {
    manager: service.kind,
    enabled: state.enabled,
    active: state.active === 'active',
    startsAt: state.enabled ? startsAt(service) : 'never',
    drift: drift.map(({ text }) => text),
    // A package's program is there already, whichever version runs.
    driftFix: fixOfDrift(drift) ?? (packageInForce(service) === null ? null : asFix(pearlctl('restart'))),
    dropIns: foreignDropIns(service, state.dropIns),
    failure: isFailing(state) ? failureOf(state) : null,
  };
}

/** For good, or between two attempts that do not get as far as a process. */
export function isFailing({ active, failure, pid }: ServiceState): boolean {
  return active === 'failed' || (active === 'activating' && failure !== null && pid === null);
}

/** Why a manager says that it failed, in the middle of a sentence. */
export function failureOf(state: ServiceState): string {
  if (state.failure === 'resources') return 'resources (such as the file of an EnvironmentFile= that is missing)';
  const meaning = setupFailure(state.lastExit?.code ?? null);
  return `${endInWords(state) || 'it does not say why'}${meaning === null ? '' : `: ${meaning}`}`;
}

function startsAt({ kind, paths, caller }: Service): string {
  if (paths.scope === 'system') return 'boot';
  return kind === 'systemd' && existsSync(`/var/lib/systemd/linger/${caller.user}`) ? 'boot' : 'login';
}

/** A difference in a sentence, and what mends it. */
interface Drift {
  readonly text: string;
  readonly fix: Fix;
}

const INSTALL = asFix(pearlctl('install'));

/** What mends all of it, each thing said once; null for nothing. */
export function fixOfDrift(drift: readonly Drift[]): Fix | null {
  const fixes = new Map(drift.map(({ fix: remedy }) => [fixText(remedy), remedy]));
  return [...fixes.values()].reduce<Fix | null>((all, one) => (all === null ? one : fix`${all}; ${one}`), null);
}

function startDrift({ kind }: Service, { blocked, enabled }: ServiceState): Drift[] {
  if (blocked) return [{ text: kind === 'systemd' ? 'The unit is masked.' : 'The service is disabled.', fix: INSTALL }];
  return enabled ? [] : [{ text: 'It does not start by itself: it is disabled.', fix: INSTALL }];
}

/** How the definition and the program differ from what this version would install. */
export async function findDrift(service: Service, state: ServiceState, onTrial = false): Promise<Drift[]> {
  const drift: Drift[] = [];
  const add = (text: string, remedy: Fix = INSTALL) => drift.push({ text, fix: remedy });
  const { packaged, definitionFile } = service;
  if (packaged?.hidden) {
    const remedy = fix`Keep one of the two: ${pearlctl('uninstall')}, or ${managerLine(packaged.owner, 'remove')}`;
    add(`${definitionFile} hides the ${packaged.owner} package’s ${packaged.file}.`, remedy);
  }
  const inForce = packageInForce(service);
  const installed = inForce === null ? laidVersion(service, add) : programVersion(inForce.folder);
  const trial = trialFile(service);
  const trying = service.kind === 'launchd' ? existsSync(trial) : state.dropIns?.includes(trial);
  const taken = onTrial && trying;
  if (installed !== null && !taken && installed !== VERSION && !installed.startsWith(`${VERSION}-`)) {
    const upgrade = inForce && asFix(`Use the pearlctl of the package, or: ${managerLine(inForce.owner, 'upgrade')}`);
    add(`Version ${installed} is installed, this is ${VERSION}.`, upgrade ?? INSTALL);
  } else if (await definitionDiffers(service)) {
    add(`${definitionFile} differs from what this version would write now.`);
  }
  if (trying && !taken) add(`An upgrade goes on, or was cut off: ${trial} is there.`);
  const replaced = foreignDropIns(service, state.dropIns).find((path) => /^\s*ExecStart\s*=/m.test(textOf(path) ?? ''));
  if (replaced !== undefined) {
    const remedy = asFix('Remove these lines of the drop-in, then: systemctl daemon-reload');
    add(`${replaced} has it run another command line (ExecStart=): remove that, or the file.`, remedy);
  }
  return drift;
}

/** The administrator's drop-ins, behind a fact; empty without one. */
export function dropInWords(service: Service, state: ServiceState | null): string {
  const dropIns = foreignDropIns(service, state?.dropIns);
  return dropIns.length === 0 ? '' : `, changed by ${dropIns.join(', ')}`;
}

/** The version that was copied, or null; what is broken about it is added. */
function laidVersion({ paths, caller }: Service, add: (text: string) => void): string | null {
  const root = runtimeRootOf(paths, caller);
  const { link, executable } = runtimeProgram(root);
  const installed = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : null;
  if (installed === null) add(`The installed program is gone: ${link}.`);
  else if (orNull(() => realpathSync(executable)) === null)
    add(`Its Node is gone: ${join(root, installed, 'bin', 'pearlctl')} leads nowhere.`);
  return installed;
}

async function definitionDiffers(service: Service): Promise<boolean> {
  const { kind, paths, caller, definitionFile } = service;
  const packaged = packageInForce(service);
  const text = textOf(definitionFile) ?? '';
  if (packaged === null && !isOurs(text)) return true;
  // The configuration reports its own faults; without it the right definition is unknown.
  const config = await loadUsableConfig(paths);
  if (config === null) return false;
  // What install found out about the person and the session stands in the property list itself.
  const job = kind === 'launchd' ? readPlist(text) : {};
  if (job === null) return true;
  const headless = Array.isArray(job.LimitLoadToSessionType) && job.LimitLoadToSessionType.length > 1;
  const serviceUser = typeof job.UserName === 'string' ? job.UserName : undefined;
  const definition = defineService({
    ...{ config, paths, caller, version: VERSION, headless, serviceUser, refused: refusedIn(text) },
    ...(packaged === null ? {} : { program: packaged }),
  });
  if (packaged === null) return renderDefinition(kind, definition) !== text;
  const wanted = renderDropIn(packaged, definition);
  return (wanted ?? '') !== text && !(wanted === null && text === emptyDropIn(definition));
}

/** The property list as an object, or null for one that is broken. */
function readPlist(text: string): Record<string, unknown> | null {
  const value = orNull(() => parse(text));
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

// What is installed against what this version would install, as sentences; and the service in the words of `status`.
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'plist';
import { textOf } from '../base/atomic-file.ts';
import { orNull } from '../base/errors.ts';
import { programVersion } from '../base/packaging/this-copy.ts';
import { VERSION } from '../base/version.ts';
import { loadUsableConfig } from '../config/configuration.ts';
import type { ServiceStatus } from '../state/table/session-table.ts';
import { defineService } from './define.ts';
import { isOurs } from './definition.ts';
import { isInstalled, packageInForce, type Service, trialFile } from './installed-service.ts';
import type { ServiceState } from './manager.ts';
import { emptyDropIn, refusedByDropIn, renderDropIn } from './packaged.ts';
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
  return {
    manager: service.kind,
    enabled: state.enabled,
    active: state.active === 'active',
    startsAt: state.enabled ? startsAt(service) : 'never',
    drift: await findDrift(service, state, onTrial),
    dropIns: (state.dropIns ?? []).filter((path) => !onTrial || path !== trialFile(service)),
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

/** One sentence for each difference; `pearlctl install` mends all of them. */
export async function findDrift(service: Service, state: ServiceState, onTrial = false): Promise<string[]> {
  const drift: string[] = [];
  if (state.blocked) drift.push(service.kind === 'systemd' ? 'The unit is masked.' : 'The service is disabled.');
  else if (!state.enabled) drift.push('It does not start by itself: it is disabled.');
  const { packaged, definitionFile } = service;
  if (packaged?.hidden) drift.push(`${definitionFile} hides the ${packaged.owner} package’s ${packaged.file}.`);
  const inForce = packageInForce(service);
  const installed = inForce === null ? laidVersion(service, drift) : programVersion(inForce.folder);
  const trial = trialFile(service);
  const trying = service.kind === 'launchd' ? existsSync(trial) : state.dropIns?.includes(trial);
  const taken = onTrial && trying;
  if (installed !== null && !taken && installed !== VERSION && !installed.startsWith(`${VERSION}-`)) {
    drift.push(`Version ${installed} is installed, this is ${VERSION}.`);
  } else if (await definitionDiffers(service)) {
    drift.push(`${definitionFile} differs from what this version would write now.`);
  }
  if (trying && !taken) drift.push(`An upgrade goes on, or was cut off: ${trial} is there.`);
  const foreign = (state.dropIns ?? []).filter((path) => path !== definitionFile && path !== trial);
  const replaced = foreign.find((path) => /^\s*ExecStart\s*=/m.test(textOf(path) ?? ''));
  if (replaced !== undefined)
    drift.push(`${replaced} has it run another command line (ExecStart=): remove that, or the file.`);
  return drift;
}

/** The version that was copied, or null; what is broken about it is added to `drift`. */
function laidVersion({ paths, caller }: Service, drift: string[]): string | null {
  const root = runtimeRootOf(paths, caller);
  const { link, executable } = runtimeProgram(root);
  const installed = lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : null;
  if (installed === null) drift.push(`The installed program is gone: ${link}.`);
  else if (orNull(() => realpathSync(executable)) === null)
    drift.push(`Its Node is gone: ${join(root, installed, 'bin', 'pearlctl')} leads nowhere.`);
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
  const refused = kind === 'systemd' ? refusedIn(text) : [];
  if (packaged !== null) {
    const wanted = renderDropIn(
      packaged,
      defineService({ config, paths, caller, version: VERSION, program: packaged, refused: refusedByDropIn(text) }),
    );
    return (wanted ?? '') !== text && !(wanted === null && text === emptyDropIn({ version: VERSION }));
  }
  return (
    renderDefinition(
      kind,
      defineService({ config, paths, caller, version: VERSION, headless, serviceUser, refused }),
    ) !== text
  );
}

/** The property list as an object, or null for one that is broken. */
function readPlist(text: string): Record<string, unknown> | null {
  const value = orNull(() => parse(text));
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

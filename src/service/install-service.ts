// Install and uninstall from end to end: look, plan, and after consent act and verify. The commands only ask and print.
import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { textOf } from '../base/atomic-file.ts';
import { PearlError } from '../base/errors.ts';
import { fix, pearlctl, sudoPearlctl } from '../base/fix.ts';
import { managerLine } from '../base/packaging/owner.ts';
import type { Config } from '../config/configuration.ts';
import type { Paths } from '../config/paths.ts';
import { lifeOf } from '../state/life.ts';
import { awaitSession, requireAccount } from './caller.ts';
import { homeMissingAtBoot } from './home-at-boot.ts';
import { packageInForce, type Service } from './installed-service.ts';
import { requirePorts } from './instance-ports.ts';
import { LaunchdManager } from './launchd/launchd-manager.ts';
import { canSign } from './launchd/mac-program.ts';
import { findLeftovers, type InstallWishes, lookForInstall, lookForUninstall } from './look.ts';
import { isUp } from './manager.ts';
import { type Manifest, noteFile } from './manifest.ts';
import { typeLine } from './packaged.ts';
import { carryOut } from './plan/carry-out.ts';
import type { InstallFacts } from './plan/install-facts.ts';
import { type InstallPlan, planInstall } from './plan/install-plan.ts';
import { asBeforeInterrupted, previousOf } from './plan/interrupted.ts';
import { findRemains, removeAll } from './plan/remove-files.ts';
import type { InstallStep, UninstallStep } from './plan/steps/all-steps.ts';
import type { StepContext } from './plan/steps/step-kind.ts';
import { planUninstall, type UninstallFacts } from './plan/uninstall-plan.ts';
import { switchService } from './switch-service.ts';
import { requireCredentials } from './systemd/old-systemd.ts';
import { awaitReady, type Verification, verifyService } from './verify-service.ts';

export interface PreparedInstall {
  plan: InstallPlan;
  /** Does what the plan says, all of it or nothing. */
  act(options: { onStep?: (step: InstallStep) => void; signal?: AbortSignal }): Promise<void>;
  /** Waits for work, and says what is there in any case. */
  verify(limitMs?: number): Promise<Verification>;
}

export type Wishes = Pick<InstallWishes, 'linger' | 'serviceUser'>;

/** Looks and plans; changes nothing. */
export async function prepareInstall(service: Service, config: Config, wishes: Wishes): Promise<PreparedInstall> {
  const { manager, paths, caller } = service;
  requireAccount(paths.scope, caller);
  refusePackaged(service);
  const headless = manager instanceof LaunchdManager && (await manager.headless());
  const found = await lookForInstall(service, config, { ...wishes, headless });
  if (!isUp(found.state)) {
    await refuseByHand(paths);
    await requirePorts(config, paths, caller);
  }
  if (service.kind === 'systemd') await requireCredentials(service.run, found.definition);
  const unsigned = service.kind === 'launchd' && !(await canSign(service.run));
  const facts = { ...(await asBeforeInterrupted(found)), homeMissing: homeMissing(service), unsigned };
  const plan = planInstall(facts);
  return {
    plan,
    async act(options) {
      await carryOut(plan.steps, {
        context: contextOf(service, facts.mining),
        manifestFile: paths.manifestFile,
        before: facts.manifest,
        manifest: manifestFor(facts),
        ...options,
      });
      for (const path of [...findLeftovers(service), noteFile(paths.manifestFile)]) rmSync(path, { force: true });
    },
    verify: (limitMs) => verifyService(manager, paths, limitMs),
  };
}

/** One service has one owner: what a package runs is not copied, and what was copied is not hidden beside it. */
function refusePackaged(service: Service): void {
  const { packaged, program, definitionFile } = service;
  if (packaged === null) return;
  const own = program === packaged.folder;
  if (own && packaged.hidden) {
    const message = `${definitionFile} is of another pearlctl, and would go on running instead of the package’s.`;
    throw new PearlError('SERVICE_CONFLICT', message, {
      hint: fix`Remove it first: ${sudoPearlctl('uninstall')}. Configuration and shares stay. Then type this again.`,
    });
  }
  if (own || packaged.hidden) return;
  const message = `${packaged.file} is of the ${packaged.owner} package, and runs the pearlctl in ${packaged.folder}.`;
  throw new PearlError('SERVICE_CONFLICT', message, {
    hint: `Use that one: sudo ${packaged.executable} ${packaged.script} install. Or remove the package: ${managerLine(packaged.owner, 'remove')}`,
  });
}

/** Two supervisors in one place would fight for its lock. */
async function refuseByHand(paths: Paths): Promise<void> {
  const life = await lifeOf(paths);
  if (life.kind === 'dead') return;
  const which = life.kind === 'alive' ? ` (process ${life.pid})` : '';
  throw new PearlError('ALREADY_RUNNING', `A supervisor that was started by hand runs here${which}.`, {
    hint: fix`Stop it first: ${pearlctl('stop')}`,
  });
}

function homeMissing({ kind, paths, caller }: Service): string | null {
  if (kind !== 'systemd' || paths.scope !== 'user') return null;
  return homeMissingAtBoot(caller.home, { readText: textOf, exists: existsSync });
}

function contextOf({ caller, manager, run, paths }: Service, mining: boolean): StepContext {
  const managedFolders = [paths.runtimeFolder, paths.stateFolder, paths.logFolder].filter((path) => path !== null);
  const pace = { provedMs: 0 };
  return {
    caller,
    manager,
    run,
    instance: paths.instance,
    managedFolders,
    pace,
    awaitSession: () => awaitSession(caller),
    awaitReady: () => awaitReady(manager, paths),
    awaitSwitch: (definition) => switchService(manager, paths, { mining, definition, ...pace }),
  };
}

function manifestFor(facts: InstallFacts): Manifest {
  const { definition, manifest, note, kind, definitionFile, runtimeRoot } = facts;
  return {
    schema: 1,
    version: definition.version,
    scope: definition.scope,
    instance: definition.instance,
    manager: kind,
    definition_file: definitionFile,
    runtime_root: runtimeRoot,
    updated_at: new Date().toISOString(),
    complete: false,
    installed: true,
    previous: previousOf(facts),
    entries: manifest?.entries ?? note?.entries ?? [],
  };
}

export interface PreparedUninstall {
  /** As its manager calls it. */
  service: string;
  /** What removes the program of a package, as an imperative; null where it goes with the service. */
  program: string | null;
  steps: UninstallStep[];
  /** What stays, for the plan's last line. */
  kept: string[];
  /** Removes all of it and makes sure that it is gone. */
  act(options: { onStep?: (step: UninstallStep) => void }): Promise<void>;
}

/** Looks and plans; changes nothing. */
export async function prepareUninstall(service: Service, purge: boolean): Promise<PreparedUninstall> {
  const facts = await lookForUninstall(service, purge);
  const steps = planUninstall(facts);
  const packaged = packageInForce(service);
  return {
    service: basename(packaged?.file ?? service.definitionFile),
    program: packaged === null ? null : typeLine(packaged, 'remove'),
    steps,
    kept: purge ? [] : keptPaths(facts),
    async act(options) {
      const { manager, run, paths } = service;
      await removeAll(steps, {
        context: { manager, run },
        manifestFile: paths.manifestFile,
        manifest: facts.manifest,
        ...options,
      });
      await confirmAbsence(steps);
    },
  };
}

function keptPaths({ paths, exists }: UninstallFacts): string[] {
  const candidates = [paths.configFile, paths.stateFolder, paths.logFolder].filter((path) => path !== null);
  return [...new Set(candidates)].filter(exists);
}

async function confirmAbsence(steps: readonly UninstallStep[]): Promise<void> {
  const remains = await findRemains(steps);
  if (remains.length === 0) return;
  throw new PearlError('SERVICE_FAILED', `Still there: ${remains.join(', ')}.`, {
    hint: 'Type the same command again; if it stays, another program puts it back.',
  });
}

// Gives the installed service another version: what `upgrade` and `rollback` have in common. The plan is that of `install`.
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, PearlError } from '../base/errors.ts';
import { fix, pearlctl, sudoPearlctl } from '../base/fix.ts';
import { programVersion } from '../base/packaging/this-copy.ts';
import { loadConfig } from '../config/configuration.ts';
import { requireRights } from '../service/caller.ts';
import { prepareInstall } from '../service/install-service.ts';
import { openService, packageInForce, type Service } from '../service/installed-service.ts';
import { typeLine } from '../service/packaged.ts';
import { renderPlan } from '../service/plan/show-plan.ts';
import { describeStep, stepModel } from '../service/plan/steps/all-steps.ts';
import { runtimeRootOf } from '../service/runtime/runtime-layout.ts';
import { workExitCode, workInWords } from '../service/verify-service.ts';
import type { Context } from './command-context.ts';
import { askConsent } from './consent.ts';
import { whileFinishing } from './stop-progress.ts';

export interface SwitchWishes {
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly serviceUser?: string | undefined;
}

/** What a package manager owns, only it replaces. Throws UPGRADE_REFUSED with its line. */
export function refuseForPackage(service: Service): void {
  const packaged = packageInForce(service);
  if (packaged === null) return;
  const message = `The service runs the pearlctl of the ${packaged.owner} package, which only the package manager replaces.`;
  throw new PearlError('UPGRADE_REFUSED', message, { hint: typeLine(packaged, 'upgrade') });
}

/** The folder of the version that ran before, or null. */
export function previousProgram({ paths, caller }: Service): string | null {
  const root = runtimeRootOf(paths, caller);
  const link = join(root, 'previous');
  return existsSync(link) ? join(root, readlinkSync(link)) : null;
}

/** The version that the service runs, or null where its program is not there. */
export function installedVersion(service: Service): string | null {
  const current = packageInForce(service)?.folder ?? join(runtimeRootOf(service.paths, service.caller), 'current');
  return existsSync(join(current, 'package.json')) ? programVersion(current) : null;
}

/** Plans, shows, asks, acts and waits for work. Resolves to the exit code. */
export async function switchVersion(
  { paths, caller }: Service,
  program: string,
  { dryRun, yes, serviceUser }: SwitchWishes,
  context: Context,
): Promise<number> {
  if (!dryRun) requireRights(paths.scope, caller, process.argv.slice(2));
  const service = openService({ ...context.flags, scope: paths.scope }, { program });
  const config = await loadConfig(paths);
  const signal = context.stopSignal();
  // Whether it lingers was decided when it was installed.
  const { plan, act, verify } = await prepareInstall(service, config, { linger: false, serviceUser });
  const model = { schemaVersion: 1, plan: plan.summary, steps: plan.steps.map((step) => stepModel(step)) };
  if (dryRun || plan.steps.length === 0) {
    context.print(renderPlan(plan), { ...model, done: plan.steps.length === 0 });
    return EXIT.ok;
  }
  context.say(renderPlan(plan));
  if (!yes && !(await askConsent('Do this?', signal))) {
    context.print('Nothing was changed.', { ...model, done: false });
    return EXIT.ok;
  }
  const onStep = (step: Parameters<typeof describeStep>[0]) => context.say(`  … ${describeStep(step)[0] ?? ''}`);
  await whileFinishing(context, paths, act({ signal, onStep }));
  const verification = await verify();
  const { version, from } = plan.summary;
  const back = (paths.scope === 'system' ? sudoPearlctl : pearlctl)('rollback');
  const text = verification.work
    ? `${workInWords(verification)}, with version ${version}.`
    : `Version ${version} runs, but ${verification.reason}.`;
  const way = from === null ? '' : context.fixText(fix` Back to ${from}: ${back}`);
  context.print(`${text}${way}`, { ...model, done: true, verification });
  return workExitCode(verification);
}

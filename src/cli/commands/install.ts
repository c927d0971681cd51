// `pearlctl install`: from now on the machine mines from boot. Plan, show, consent, act, verify.
import { EXIT } from '../../base/errors.ts';
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import { chooseScope, currentCaller, requireRights } from '../../service/caller.ts';
import { prepareInstall } from '../../service/install-service.ts';
import { openService } from '../../service/installed-service.ts';
import type { InstallPlan } from '../../service/plan/install-plan.ts';
import { renderPlan } from '../../service/plan/show-plan.ts';
import { describeStep, stepModel } from '../../service/plan/steps/all-steps.ts';
import { type Verification, workExitCode, workInWords } from '../../service/verify-service.ts';
import { defineCommand } from '../command.ts';
import { askConsent } from '../consent.ts';
import { whileFinishing } from '../stop-progress.ts';

export const command = defineCommand({
  description:
    'Makes mining a service of the operating system (systemd or launchd), or brings an installed one up to date. Shows ' +
    'every file and command first and asks; a step that fails undoes the others. At the end it waits until the service ' +
    'has fetched work: exit code 75 means that it runs, but found none within a minute.',
  examples: [
    ['pearlctl install', 'For you: look at the plan, say yes'],
    ['sudo pearlctl install', 'For the machine, under an account of its own, from boot'],
    ['pearlctl install --dry-run', 'Only the plan; nothing is changed'],
  ],
  options: {
    'dry-run': { type: 'boolean', describe: 'Print the plan and change nothing', default: false },
    yes: { type: 'boolean', alias: 'y', describe: 'Do not ask', default: false },
    'no-linger': {
      type: 'boolean',
      describe: 'Linux, user scope: run only while you are logged in, not from boot on',
      default: false,
    },
    'service-user': { type: 'string', describe: 'macOS, system scope: the account that mines', placeholder: 'NAME' },
  },
  async run(args, context) {
    const caller = currentCaller();
    const scope = chooseScope(context.flags.scope, caller);
    const service = openService({ ...context.flags, scope });
    if (!args.dryRun) requireRights(scope, caller, process.argv.slice(2));
    const { loadConfig } = await import('../../config/configuration.ts');
    const config = await loadConfig(service.paths);
    const signal = context.stopSignal();
    const prepared = await prepareInstall(service, config, { linger: !args.noLinger, serviceUser: args.serviceUser });
    const { plan } = prepared;
    if (args.dryRun) {
      context.print(renderPlan(plan), planModel(plan));
      return EXIT.ok;
    }
    context.say(renderPlan(plan));
    if (plan.steps.length > 0) {
      if (!args.yes && !(await askConsent('Do this?', signal))) {
        context.print('Nothing was changed.', { ...planModel(plan), done: false });
        return EXIT.ok;
      }
      const acting = prepared.act({ signal, onStep: (step) => context.say(`  … ${describeStep(step)[0] ?? ''}`) });
      await whileFinishing(context, service.paths, acting);
    }
    context.say('  … wait for work');
    const verification = await prepared.verify();
    const logs = pearlctl('logs', ...(verification.work ? ['-f'] : []));
    const next = context.fixText(fix`See: ${pearlctl('status')}, ${logs}`);
    const { profileSentence } = await import('../../config/profiles.ts');
    const other = context.fixText(
      fix`Choose another with: ${pearlctlByHand('config', 'set', 'rest.profile', 'server')}`,
    );
    const profile = `${profileSentence(config.rest, scope)} ${other}`;
    context.print(`${renderVerification(plan, verification)}\n${profile}\n${next}`, {
      ...planModel(plan),
      done: true,
      verification,
    });
    return workExitCode(verification);
  },
});

function planModel({ summary, steps }: InstallPlan): object {
  return { schemaVersion: 1, plan: summary, steps: steps.map((step) => stepModel(step)) };
}

function renderVerification({ summary }: InstallPlan, verification: Verification): string {
  const { loaded, alive, ready, work, reason, lines } = verification;
  const mark = (is: boolean): string => (is ? '✔' : '✘');
  const facts = `${mark(loaded)} loaded  ${mark(alive)} alive  ${mark(ready)} ready  ${mark(work)} has work`;
  if (work) {
    return `${facts}\n${workInWords(verification)} and starts ${summary.starts}.`;
  }
  const log = lines.length === 0 ? '' : `\nIts last words:\n  ${lines.join('\n  ')}`;
  return `${facts}\nInstalled, but ${reason ?? 'it has no work yet'}.${log}`;
}

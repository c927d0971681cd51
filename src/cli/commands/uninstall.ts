// `pearlctl uninstall`: the service goes, with all that install made; configuration, state and logs stay unless told otherwise.
import { EXIT, errnoOf } from '../../base/errors.ts';
import { asFix, fix, fixText, pearlctl, sudoPearlctl } from '../../base/fix.ts';
import { namingWords } from '../../base/instance.ts';
import { requireRights } from '../../service/caller.ts';
import { prepareUninstall } from '../../service/install-service.ts';
import type { Service } from '../../service/installed-service.ts';
import { renderRemovals } from '../../service/plan/show-plan.ts';
import { describeRemoval } from '../../service/plan/steps/all-steps.ts';
import { defineCommand } from '../command.ts';
import { askConsent } from '../consent.ts';
import { openMeant } from '../service-verb.ts';
import { whileFinishing } from '../stop-progress.ts';

export const command = defineCommand({
  description:
    'Stops the service, waits until it is gone, and removes everything that install made. Works without a record of the ' +
    'install too, can be repeated, and may be run by every user with the rights. Configuration, state and logs stay.',
  examples: [
    ['pearlctl uninstall', 'Look at what goes, say yes'],
    ['sudo pearlctl uninstall --purge --yes', 'Everything, configuration and state as well'],
    ['pearlctl uninstall --dry-run', 'Only say what would go'],
  ],
  options: {
    purge: { type: 'boolean', describe: 'Remove configuration, state and logs as well', default: false },
    'dry-run': { type: 'boolean', describe: 'Print what would be removed and change nothing', default: false },
    yes: { type: 'boolean', alias: 'y', describe: 'Do not ask', default: false },
  },
  async run(args, context) {
    const service = openMeant(context);
    const prepared = await prepareUninstall(service, args.purge).catch((error: unknown) => {
      // Only root may read what a system service's install has noted.
      if (errnoOf(error) === 'EACCES') requireRights(service.paths.scope, service.caller, process.argv.slice(2));
      throw error;
    });
    const { steps, kept } = prepared;
    const model = { schemaVersion: 1, scope: service.paths.scope, steps, kept };
    if (args.dryRun || steps.length === 0) {
      const elsewhere = steps.length === 0 ? await foundElsewhere(service) : '';
      context.print(`${renderRemovals(prepared.service, steps, kept)}${elsewhere}`, {
        ...model,
        done: steps.length === 0,
      });
      return EXIT.ok;
    }
    requireRights(service.paths.scope, service.caller, process.argv.slice(2));
    context.say(renderRemovals(prepared.service, steps, kept));
    if (!args.yes && !(await askConsent('Do this?', context.stopSignal()))) {
      context.print('Nothing was changed.', { ...model, done: false });
      return EXIT.ok;
    }
    const acting = prepared.act({
      onStep: (step) => step.kind !== 'empty-folder' && context.say(`  … ${describeRemoval(step)[0] ?? ''}`),
    });
    await whileFinishing(context, service.paths, acting);
    const left = asFix(kept.length === 0 ? '' : fix` Remove what stays with: ${pearlctl('uninstall', '--purge')}`);
    const { program } = prepared;
    const done = program === null ? 'It is gone.' : `It has stopped, and starts no more. The program stays. ${program}`;
    context.print(`${done}${context.fixText(left)}`, { ...model, done: true });
    return EXIT.ok;
  },
});

/** Where there is nothing to remove: what another scope or account has, which may be what was meant. */
async function foundElsewhere({ caller, paths }: Service): Promise<string> {
  const { findInstances, lineFor } = await import('../../service/instances.ts');
  const others = findInstances(caller).filter(
    ({ installed, paths: other }) => installed && other.configFile !== paths.configFile,
  );
  const lines = others.map(({ account, paths: { scope, instance } }) => {
    const words = namingWords({ scope, instance });
    const name = instance === null ? 'pearlctl' : `pearlctl-${instance}`;
    if (scope === 'user' && account !== caller.user)
      return `${account} has ${name}. To remove it: ${lineFor(account, 'uninstall', ...words)}`;
    const command = (scope === 'system' ? sudoPearlctl : pearlctl)('uninstall', ...words);
    return fixText(fix`The ${scope} scope has ${name}. To remove it: ${command}`);
  });
  return lines.map((line) => `${line}\n`).join('');
}

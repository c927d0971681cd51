// `pearlctl rollback`: the service goes back to the version that it ran before the last upgrade.
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctlByHand } from '../../base/fix.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  description:
    'Gives the installed service the version that it ran before the last upgrade, in the same way: it is proved beside the ' +
    'running one first, and where it does not mine within 20 seconds (longer on a busy machine), the running one is put back. Rolling back twice ' +
    'returns to where you were.',
  examples: [
    ['pearlctl rollback', 'Look at the plan, say yes'],
    ['sudo pearlctl rollback --yes', 'The system service, without questions'],
  ],
  options: {
    'dry-run': { type: 'boolean', describe: 'Print the plan and change nothing', default: false },
    yes: { type: 'boolean', alias: 'y', describe: 'Do not ask', default: false },
    'service-user': { type: 'string', describe: 'macOS, system scope: the account that mines', placeholder: 'NAME' },
  },
  async run(args, context) {
    const { requireService } = await import('../service-verb.ts');
    const { previousProgram, refuseForPackage, switchVersion } = await import('../switch-version.ts');
    const service = await requireService(context);
    refuseForPackage(service);
    const program = previousProgram(service);
    if (program !== null) return switchVersion(service, program, args, context);
    throw new PearlError('UPGRADE_REFUSED', 'There is no version before this one to go back to.', {
      hint: fix`Name one: ${pearlctlByHand('upgrade', 'FILE', '--downgrade')}`,
    });
  },
});

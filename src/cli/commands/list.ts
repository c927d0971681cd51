// `pearlctl list`: every pearlctl of this machine.
import { EXIT } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { defineCommand } from '../command.ts';
import { fittedWidth } from '../terminal.ts';

export const command = defineCommand({
  description:
    'Shows the instances of this machine: the machine’s own, yours, and for root those of all accounts; of other accounts else ' +
    'what the process table shows. A command without --scope means the installed one, else the configured one, else yours.',
  examples: [
    ['pearlctl list', 'What is installed and configured, and how it stands'],
    ['sudo pearlctl list', 'Also what belongs to other accounts'],
    ['pearlctl list --json', 'The same for scripts'],
  ],
  async run(_args, context) {
    const [{ listInstances, renderInstances }, { currentCaller }, { openMachine }] = await Promise.all([
      import('../instance-list.ts'),
      import('../../service/caller.ts'),
      import('../../doctor/machine.ts'),
    ]);
    const instances = await listInstances(currentCaller(), await openMachine().processes());
    const none = context.fixText(fix`There is no pearlctl here yet. Make a configuration with: ${pearlctl('init')}`);
    context.print(instances.length === 0 ? none : renderInstances(instances, fittedWidth(context.terminal)), {
      schemaVersion: 1,
      instances,
    });
    return EXIT.ok;
  },
});

// `pearlctl enable`: the service starts by itself again.
import { EXIT } from '../../base/errors.ts';
import { defineCommand } from '../command.ts';
import { report, requireOwnService } from '../service-verb.ts';

export const command = defineCommand({
  description: 'Has the installed service start by itself, at boot or login. Does not start it now: that is `start`.',
  examples: [['pearlctl enable', 'From the next boot or login on']],
  async run(_args, context) {
    const service = await requireOwnService(context);
    await service.manager.enable();
    await report(context, service, 'It starts by itself from now on.');
    return EXIT.ok;
  },
});

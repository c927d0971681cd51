// `pearlctl disable`: the service no longer starts by itself; one that runs goes on.
import { EXIT } from '../../base/errors.ts';
import { defineCommand } from '../command.ts';
import { report, requireOwnService } from '../service-verb.ts';

export const command = defineCommand({
  description: 'The installed service no longer starts by itself. One that runs goes on until it is stopped.',
  examples: [
    ['pearlctl disable', 'Not after the next boot'],
    ['pearlctl disable && pearlctl stop', 'Neither then nor now; `install` stays in place'],
  ],
  async run(_args, context) {
    const service = await requireOwnService(context);
    await service.manager.disable();
    await report(context, service, 'It no longer starts by itself.');
    return EXIT.ok;
  },
});

// `pearlctl restart`: stops and starts the installed service.
import { awaitReady, verifyService } from '../../service/verify-service.ts';
import { defineCommand } from '../command.ts';
import { requireOwnService } from '../service-verb.ts';
import { whileFinishing } from '../stop-progress.ts';
import { reportWork } from './start.ts';

const WORK_LIMIT_MS = 30_000;

export const command = defineCommand({
  description:
    'Stops and starts the installed service, and waits as `start` does. Most changes of the configuration need only `reload`.',
  examples: [['pearlctl restart', 'Stop it, start it, see it work']],
  async run(_args, context) {
    const service = await requireOwnService(context);
    await whileFinishing(context, service.paths, service.manager.restart());
    await awaitReady(service.manager, service.paths);
    return reportWork(context, await verifyService(service.manager, service.paths, WORK_LIMIT_MS));
  },
});

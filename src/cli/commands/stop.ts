// `pearlctl stop`: stops the service, or a supervisor that was started by hand; comes back when it is gone.

import { EXIT } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { detach, isAttached } from '../../provider/attachment.ts';
import { stopDirectly } from '../../service/direct.ts';
import { lifeOf } from '../../state/life.ts';
import { defineCommand } from '../command.ts';
import { installedService, report, requireServiceRights } from '../service-verb.ts';

/** For a supervisor without a manager: two seconds for the miner, the longest stop_timeout that is likely, and some. */
const DIRECT_LIMIT_MS = 60_000;

export const command = defineCommand({
  description:
    'Stops mining now: the miner hands over what it has, then the gateway leaves. The service stays installed, and starts ' +
    'again at the next boot or login (`disable` prevents that).',
  examples: [
    ['pearlctl stop', 'Until the next boot or `start`'],
    ['pearlctl pause', 'Stop only the mining, and keep everything else up'],
  ],
  async run(_args, context) {
    const service = installedService(context);
    if (service === null) {
      if (isAttached(context.paths)) {
        // What another program started is not ours to stop.
        await detach(context.paths);
        context.print('Detached. The gateway and the miner go on: stop them where they were started.', {
          schemaVersion: 1,
          active: 'inactive',
        });
        return EXIT.ok;
      }
      const stopped = await stopDirectly(context.paths, DIRECT_LIMIT_MS);
      context.print(stopped ? 'It has stopped.' : 'Nothing was running.', { schemaVersion: 1, active: 'inactive' });
      return EXIT.ok;
    }
    requireServiceRights(service);
    await service.manager.stop();
    // One may have been started by hand beside the service, in the same place.
    if ((await lifeOf(service.paths)).kind !== 'dead') await stopDirectly(service.paths, DIRECT_LIMIT_MS);
    await report(context, service, fix`It has stopped. Go on with: ${pearlctl('start')}`);
    return EXIT.ok;
  },
});

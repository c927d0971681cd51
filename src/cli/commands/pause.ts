// `pearlctl pause`: rest without stopping. A hot command: what is imported here is what every call pays for.

import { EXIT } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { setPaused } from '../../supervisor/control/pause-order.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  description:
    'The miner rests and keeps its memory; supervisor and gateway stay, so that going on takes no time. A pause survives ' +
    'restarts and reboots, until `pearlctl resume`.',
  examples: [
    ['pearlctl pause', 'Rest until told otherwise'],
    ['pearlctl pause && make -j; pearlctl resume', 'Have the machine to yourself for a while'],
  ],
  async run(_args, context) {
    const outcome = await setPaused(context.paths, 'user');
    const when = outcome.heard ? 'Paused' : 'Nothing runs now; it will start paused';
    const keeps = outcome.kept ? '' : ' (it could not be kept: a restart ends it)';
    context.print(context.fixText(fix`${when}${keeps}. Go on with: ${pearlctl('resume')}`), {
      schemaVersion: 1,
      ...outcome,
    });
    return EXIT.ok;
  },
});

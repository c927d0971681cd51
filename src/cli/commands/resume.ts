// `pearlctl resume`: go on after a pause. A hot command: what is imported here is what every call pays for.
import { EXIT } from '../../base/errors.ts';
import { LATE_WORDS } from '../../supervisor/control/control-client.ts';
import { resumedText, setPaused } from '../../supervisor/control/pause-order.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  examples: [['pearlctl resume', 'Go on where `pearlctl pause` rested']],
  async run(_args, context) {
    const outcome = await setPaused(context.paths, null, () => context.say(LATE_WORDS));
    const text = outcome.heard ? resumedText(outcome) : 'Nothing runs now; it will not start paused.';
    context.print(text, { schemaVersion: 1, ...outcome });
    return EXIT.ok;
  },
});

// `pearlctl pause`: rest without stopping. A hot command: what is imported here is what every call pays for.
import { EXIT } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { localTime } from '../../state/local-time.ts';
import { LATE_WORDS } from '../../supervisor/control/control-client.ts';
import { setPaused } from '../../supervisor/control/pause-order.ts';
import { defineCommand } from '../command.ts';
import { pauseEnd } from '../pause-end.ts';

export const command = defineCommand({
  description:
    'The miner rests and keeps its memory; supervisor and gateway stay, so that going on takes no time. A pause survives ' +
    'restarts and reboots, until its time is over or `pearlctl resume`.',
  examples: [
    ['pearlctl pause', 'Rest until told otherwise'],
    ['pearlctl pause --for 2h', 'Rest for a film'],
    ['pearlctl pause --until 18:00', 'Rest until the evening'],
    ['pearlctl pause && make -j; pearlctl resume', 'Have the machine to yourself for a while'],
  ],
  options: {
    for: {
      type: 'string',
      describe: 'Go on by itself after: 90s, 30m, 2h, 1d',
      placeholder: 'TIME',
      conflicts: 'until',
    },
    until: { type: 'string', describe: 'Go on by itself at the next: 18:00', placeholder: 'HH:MM' },
  },
  async run(args, context) {
    const untilMs = pauseEnd(args, Date.now());
    const outcome = await setPaused(context.paths, { reason: 'user', untilMs }, () => context.say(LATE_WORDS));
    const when = outcome.heard ? 'Paused' : 'Nothing runs now; it will start paused';
    const end = untilMs === null ? '' : ` until ${localTime(new Date(untilMs))}`;
    const keeps = outcome.kept ? '' : ' (it could not be kept: a restart ends it)';
    const sooner = untilMs === null ? 'Go on with' : 'Go on sooner with';
    context.print(context.fixText(fix`${when}${end}${keeps}. ${sooner}: ${pearlctl('resume')}`), {
      schemaVersion: 1,
      ...outcome,
    });
    return EXIT.ok;
  },
});

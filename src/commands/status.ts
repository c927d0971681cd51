// `pearlctl status`: is it mining, and if not, why. A hot command: what is imported here is what every call pays for.
import { existsSync } from 'node:fs';
import type { Paths } from '../config/paths.ts';
import { definitionFile } from '../service/place.ts';
import { readStatus, renderStatus, statusExitCode } from '../status/status.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  description:
    'Says what the supervisor and its children do right now, from their own state files and the process table. ' +
    'Exit code 0: alive. 1: not alive, but it left its state behind (failed or killed). 3: configured or stopped. ' +
    '4: nothing is configured or installed.',
  examples: [
    ['pearlctl status', 'A dozen lines, the truth first'],
    ['pearlctl status --json', 'The same as one JSON object, for scripts'],
    ['pearlctl status >/dev/null && echo alive', 'The exit code answers'],
  ],
  async run(_args, context) {
    const { flags, paths } = context;
    const model = await readStatus(paths, {
      // Talking to a manager costs more than all the rest: only for a service that is there.
      askService: async () => (isDefined(paths) ? (await import('../service/ask.ts')).askService(flags) : null),
    });
    context.print(renderStatus(model, context.terminal), model);
    return statusExitCode(model);
  },
});

/** Is there a definition where this machine's manager looks for one? */
function isDefined({ scope, instance, userHome }: Paths): boolean {
  const kind = process.platform === 'darwin' ? 'launchd' : 'systemd';
  return existsSync(definitionFile(kind, { scope, instance, home: userHome, configHome: process.env.XDG_CONFIG_HOME }));
}

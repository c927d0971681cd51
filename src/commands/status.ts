// `pearlctl status`: is it mining, and if not, why. A hot command: what is imported here is what every call pays for.
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
      askService: async () => (await import('../service/ask.ts')).askService(flags),
    });
    context.print(renderStatus(model, context.terminal), model);
    return statusExitCode(model);
  },
});

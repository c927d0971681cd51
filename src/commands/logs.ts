// `pearlctl logs`: what the service says, from the journal or from its log file.
import { existsSync } from 'node:fs';
import { EXIT, PearlError } from '../errors.ts';
import { type FollowOptions, followFile } from '../service/follow.ts';
import { defineCommand } from './command.ts';
import { installedService } from './service-verb.ts';

export const command = defineCommand({
  description:
    'Shows the last lines of the log: from the journal for a service of systemd, from the log file otherwise. With ' +
    '--follow it goes on until Ctrl-C, also over rotations of the file.',
  examples: [
    ['pearlctl logs', 'The last 50 lines'],
    ['pearlctl logs --follow', 'And what comes from now on'],
    ['pearlctl logs --lines 1000', 'More of them'],
  ],
  options: {
    lines: { type: 'string', alias: 'n', describe: 'How many', default: '50', placeholder: 'N' },
    follow: { type: 'boolean', alias: 'f', describe: 'Go on until Ctrl-C', default: false },
  },
  async run(args, context) {
    const lines = Number(args.lines);
    if (!Number.isInteger(lines) || lines < 1 || lines > 1_000_000) {
      throw new PearlError('USAGE', `--lines takes a whole number from 1, not ${args.lines}.`);
    }
    const service = installedService(context);
    const paths = service?.paths ?? context.paths;
    const command = service?.manager.logCommand({ lines, follow: args.follow }) ?? null;
    if (command === null) {
      const options: FollowOptions = { lines, follow: args.follow, signal: context.stopSignal() };
      if (!existsSync(paths.logFile)) {
        throw new PearlError('FILE_UNREADABLE', `There is no log yet at ${paths.logFile}.`, {
          hint: 'See: pearlctl status',
        });
      }
      await followFile(paths.logFile, process.stdout, options);
      return EXIT.ok;
    }
    const { execa } = await import('execa');
    const [program = '', ...rest] = command;
    const result = await execa(program, [...rest, ...(context.json ? ['--output=json'] : [])], {
      stdio: 'inherit',
      reject: false,
      cancelSignal: context.stopSignal(),
    });
    if (result.isCanceled || result.exitCode === 0) return EXIT.ok;
    throw new PearlError('NO_PERMISSION', 'The journal cannot be read.', {
      hint: `Type: sudo ${command.join(' ')}, or become a member of the group systemd-journal.`,
    });
  },
});

// `pearlctl logs`: what the service says, from the journal or from its log files.
import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { EXIT, errnoOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl, sudoPearlctl } from '../../base/fix.ts';
import { LOG_LEVELS, LOG_SOURCES } from '../../base/logs/log-record.ts';
import type { Service } from '../../service/installed-service.ts';
import { logTargetOf } from '../../service/log-target.ts';
import { unitName } from '../../service/service-names.ts';
import { defineCommand } from '../command.ts';
import type { LogQuery } from '../logs/log-query.ts';
import { installedService } from '../service-verb.ts';
import { showUtc, UTC_OPTION } from '../utc-option.ts';

const NOTHING = 'The log has no such lines.';

export const command = defineCommand({
  description:
    'Shows the newest lines of the log: from the journal for a service of systemd, from the log files otherwise. With ' +
    '--follow it goes on until Ctrl-C, also over rotations of the file.',
  examples: [
    ['pearlctl logs', 'The last 50 lines'],
    ['pearlctl logs -f', 'And what comes from now on'],
    ['pearlctl logs --since 2h --level warn', 'What went wrong in the last two hours'],
    ['pearlctl logs --child miner -n 1000', 'More, of the miner alone'],
  ],
  options: {
    lines: {
      type: 'number',
      alias: 'n',
      describe: 'At most how many',
      default: 50,
      range: { whole: true, from: 1, to: 1_000_000 },
    },
    follow: { type: 'boolean', alias: 'f', describe: 'Go on until Ctrl-C', default: false },
    since: { type: 'string', describe: 'Not older: 90s, 10m, 2h, 3d, yesterday, or a date', placeholder: 'WHEN' },
    child: { choices: LOG_SOURCES, describe: 'Only what this process says' },
    utc: UTC_OPTION,
    level: { choices: LOG_LEVELS, describe: 'This and worse', default: 'debug' as const },
  },
  async run(args, context) {
    if (args.utc) showUtc();
    const { lines } = args;
    const [{ parseSince }, { renderLogJson, renderLogLine }] = await Promise.all([
      import('../logs/log-query.ts'),
      import('../logs/log-output.ts'),
    ]);
    const sinceMs = args.since === undefined ? null : parseSince(args.since, Date.now());
    const query: LogQuery = { lines, sinceMs, level: args.level, speaker: args.child ?? null };
    const { colour } = context.terminal;
    const show = (line: Parameters<typeof renderLogLine>[0]) =>
      process.stdout.write(`${context.json ? renderLogJson(line) : renderLogLine(line, colour)}\n`);
    const options = { follow: args.follow, signal: context.stopSignal() };

    const service = installedService(context);
    const match = service === null ? null : await journalMatch(service);
    if (service !== null && match !== null) {
      const { readJournal } = await import('../logs/journal.ts');
      const count = await readJournal(match, query, show, options);
      if (count === 0 && !options.signal.aborted) explainSilence(service, query);
      if (count === 0) context.say(NOTHING);
      return EXIT.ok;
    }
    const { logFile } = service?.paths ?? context.paths;
    if (!(await isThere(logFile))) {
      throw new PearlError('NO_LOG', `There is no log yet at ${logFile}.`, { hint: fix`See: ${pearlctl('status')}` });
    }
    const { readLogFiles } = await import('../logs/log-files.ts');
    if ((await readLogFiles(logFile, query, show, options)) === 0) context.say(NOTHING);
    return EXIT.ok;
  },
});

/** The words that choose the service's entries in its journal; null where its lines go to the log file. */
async function journalMatch({ manager, paths }: Service): Promise<string[] | null> {
  const match = manager.journalMatch();
  if (match === null) return null;
  const target = await logTargetOf({ manager, paths });
  if (!target.startsWith('journal')) return null;
  return target === 'journal' ? match : [`--namespace=${target.slice('journal:'.length)}`, ...match];
}

/** A log file of the machine's service lies in a folder that is its account's. Throws NO_PERMISSION. */
async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw new PearlError('NO_PERMISSION', `${path} cannot be read (${errnoOf(error) ?? 'unknown error'}).`, {
      cause: error,
    });
  }
}

/** An empty answer of the journal means "nothing to show" only for a user that may see everything. Throws NO_PERMISSION. */
function explainSilence({ paths, caller }: Service, { sinceMs, level, speaker }: LogQuery): void {
  const narrow = sinceMs !== null || level !== 'debug' || speaker !== null;
  if (narrow || caller.uid === 0) return;
  if (paths.scope === 'system') {
    throw new PearlError('NO_PERMISSION', 'The journal shows nothing of the system service to this user.', {
      hint: fix`Type: ${sudoPearlctl('logs')}. Or for good: sudo usermod -aG systemd-journal ${caller.user}, and log in again`,
    });
  }
  if (existsSync('/var/log/journal')) return;
  throw new PearlError('NO_PERMISSION', 'This machine keeps no journal of its own for each user.', {
    hint:
      `Type: sudo journalctl _SYSTEMD_USER_UNIT=${unitName(paths.instance)} _UID=${caller.uid}. ` +
      'Or for good: sudo mkdir /var/log/journal && sudo systemctl restart systemd-journald',
  });
}

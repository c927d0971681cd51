// Where a supervisor's lines go, by the way in which it was started.
import { isJournal, Logger, type LoggerOptions } from '../../base/logs/logger.ts';
import type { RunSupervisorOptions } from './supervisor-options.ts';

/** `onReaderGone` is called only where a person or a program reads: the starter of a service need not. */
export function openLog(
  { config, paths, foreground, onRecord, json = false }: RunSupervisorOptions,
  { redact, onReaderGone }: Required<Pick<LoggerOptions, 'redact' | 'onReaderGone'>>,
): Logger {
  const journal = !json && isJournal(process.env);
  const { level, ...bounds } = config.logs;
  const shown = journal || json || onRecord !== undefined;
  return new Logger({
    level,
    redact,
    file: journal && paths.logFolder === null ? null : { path: paths.logFile, ...bounds },
    journal,
    json,
    terminal: shown ? null : foreground ? level : 'warn',
    ...(foreground ? { onReaderGone } : {}),
    ...(onRecord === undefined ? {} : { onRecord }),
  });
}

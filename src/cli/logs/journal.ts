// The log in the journal: read backwards by journalctl until enough lines match, then followed from the newest entry on, so
// that no line is lost or shown twice between the two.
import { PearlError } from '../../base/errors.ts';
import { LineSplitter } from '../../base/logs/line-splitter.ts';
import type { LogLevel } from '../../base/logs/log-record.ts';
import type { ReadOptions } from './log-files.ts';
import { fromJournal, type LogLine } from './log-line.ts';
import { type LogQuery, matches } from './log-query.ts';

const PRIORITY: Readonly<Record<LogLevel, string>> = { error: 'err', warn: 'warning', info: 'info', debug: 'debug' };
/** An entry of the journal with all its fields, as JSON. */
const MAX_ENTRY_CHARACTERS = 256 * 1024;

/**
 * Hands over the matching lines, oldest first; with `follow` until the signal. Resolves to how many there were.
 *
 * @param match the words that choose the service's entries.
 * @throws PearlError SERVICE_MANAGER_MISSING without journalctl, FILE_UNREADABLE with its words when it fails.
 */
export async function readJournal(
  match: readonly string[],
  query: LogQuery,
  show: (line: LogLine) => void,
  { follow, signal }: ReadOptions,
): Promise<number> {
  const words = [...match, '--output=json', '--no-pager', '--quiet', `--priority=${PRIORITY[query.level]}`];
  if (query.sinceMs !== null) words.push(`--since=@${(query.sinceMs / 1000).toFixed(3)}`);
  const found: LogLine[] = [];
  let newest: string | null = null;
  await runJournalctl([...words, '--reverse'], signal, (text) => {
    const entry = fromJournal(text);
    if (entry === null) return true;
    newest ??= entry.cursor;
    if (matches(entry.line, query)) found.push(entry.line);
    return found.length < query.lines;
  });
  for (const line of found.reverse()) show(line);
  if (!follow || signal.aborted) return found.length;
  const from = newest === null ? ['--lines=0'] : ['--no-tail', `--after-cursor=${newest}`];
  let count = found.length;
  await runJournalctl([...words, '--follow', ...from], signal, (text) => {
    const entry = fromJournal(text);
    if (entry !== null && matches(entry.line, query)) {
      show(entry.line);
      count += 1;
    }
    return true;
  });
  return count;
}

/** Until its end, the signal, or until `onEntry` wants no more. */
async function runJournalctl(
  words: readonly string[],
  signal: AbortSignal,
  onEntry: (text: string) => boolean,
): Promise<void> {
  const { execa } = await import('execa');
  const enough = new AbortController();
  const child = execa('journalctl', words, {
    cwd: '/',
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: { stdout: false, stderr: true },
    maxBuffer: 64 * 1024,
    reject: false,
    env: { LC_ALL: 'C.UTF-8', SYSTEMD_COLORS: '0' },
    cancelSignal: AbortSignal.any([signal, enough.signal]),
  });
  const splitter = new LineSplitter((text) => {
    if (!enough.signal.aborted && !onEntry(text)) enough.abort();
  }, MAX_ENTRY_CHARACTERS);
  child.stdout.on('data', (chunk: Buffer) => splitter.push(chunk));
  const { exitCode, isCanceled, stderr } = await child;
  if (isCanceled || exitCode === 0) return;
  if (exitCode === undefined) {
    throw new PearlError('SERVICE_MANAGER_MISSING', 'The program journalctl cannot be run here.');
  }
  const said = String(stderr).trim().split('\n')[0] ?? '';
  throw new PearlError('FILE_UNREADABLE', `The journal cannot be read${said === '' ? '.' : `: ${said.slice(0, 200)}`}`);
}

// Keeps the past of this instance: a sample every two seconds, and each line of the log that is an event. What cannot be written
// is told once and stays in memory; mining does not hang on it.
import { errnoOf } from '../../base/errors.ts';
import { asFix } from '../../base/fix.ts';
import type { LogFields, LogRecord } from '../../base/logs/log-record.ts';
import type { Logger } from '../../base/logs/logger.ts';
import { type EventKind, Events, isEventKind } from '../../state/history/events.ts';
import { NOTHING_KEPT, type Placed, placeBin, placeEvent } from '../../state/history/history-codec.ts';
import { HistoryFile } from '../../state/history/history-file.ts';
import { Past, type Sample } from '../../state/history/past.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { Situation } from '../publish/situation.ts';

export interface HistoryKeeperOptions {
  readonly path: string;
  readonly logger: Logger;
  readonly publisher: Publisher;
}

export class HistoryKeeper {
  readonly past: Past;
  readonly events: Events;
  readonly #options: HistoryKeeperOptions;
  readonly #file: HistoryFile | null;
  /** The pool that was mined at last. */
  #pool: string | null = null;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
    this.#file = this.#attempt(() => new HistoryFile(options.path)) ?? null;
    const { bins, events } = this.#file?.kept ?? NOTHING_KEPT;
    this.past = new Past(bins, Date.now() / 1000);
    this.events = new Events(events);
    options.logger.hearEvents((record) => this.#note(record));
  }

  /** This supervisor begins: another version than before is an event of its own. */
  begin(version: string, words: string, fields: LogFields, { work }: Pick<Situation, 'work'>): void {
    this.past.countFrom(countsOf(work));
    const { logger } = this.#options;
    const before = /^pearlctl (\S+)/.exec(this.events.newestOf('start')?.text ?? '')?.[1];
    if (before !== undefined && before !== version) {
      logger.info(`version ${version} runs, before it ${before}`, { event: 'version' });
    }
    logger.info(words, { pid: process.pid, ...fields, event: 'start' });
  }

  sample(situation: Situation): void {
    this.#notice(situation);
    const { celsius, watts } = situation.machineFacts;
    const closed = this.past.add({
      atMs: Date.now(),
      macsPerSecond: situation.work.rate.macsPerSecond10s,
      shares: countsOf(situation.work),
      celsius,
      watts,
    });
    this.#write(closed.map(({ level, bin }) => placeBin(level, bin)));
  }

  close(): void {
    this.#options.logger.hearEvents(null);
    this.#file?.close();
  }

  /** What no line of the log tells yet: another kernel, another pool. */
  #notice({ heard }: Situation): void {
    const kernel = heard.miner?.heartbeat.kernel ?? null;
    if (kernel !== null) this.#tellIfNews('kernel', `the miner multiplies with ${kernel}`);
    const { phase, url } = heard.gateway?.heartbeat.upstream ?? {};
    if (phase !== 'ready' || url == null) return;
    if (this.#pool !== null && this.#pool !== url) {
      this.#options.logger.info(`jobs come from ${url}, no longer from ${this.#pool}`, { event: 'fail-over' });
    }
    this.#pool = url;
  }

  #tellIfNews(kind: EventKind, text: string): void {
    if (this.events.newestOf(kind)?.text !== text) this.#options.logger.info(text, { event: kind });
  }

  #note({ event, message, fields, time }: LogRecord): void {
    if (!isEventKind(event)) return;
    const reason = typeof fields.reason === 'string' && !message.includes(fields.reason) ? `: ${fields.reason}` : '';
    this.#write([placeEvent(this.events.add(event, `${message}${reason}`, Date.parse(time)))]);
  }

  #write(places: readonly Placed[]): void {
    const file = this.#file;
    if (file !== null) for (const place of places) this.#attempt(() => file.write(place));
  }

  #attempt<T>(action: () => T): T | undefined {
    const { publisher, path } = this.#options;
    try {
      const result = action();
      publisher.setTrouble('history-unwritable', null);
      return result;
    } catch (error) {
      const errno = errnoOf(error) ?? String(error);
      const text = `The history cannot be written (${errno}): a restart will leave a hole in it.`;
      publisher.setTrouble('history-unwritable', {
        text,
        fix: asFix(`Check the disk and the permissions of ${path}.`),
      });
      return undefined;
    }
  }
}

function countsOf({ shares: { accepted, rejected, stale, dropped } }: Situation['work']): Sample['shares'] {
  return { accepted, rejected, stale, dropped };
}

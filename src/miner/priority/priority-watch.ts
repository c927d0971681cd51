// Gives way at the start of a miner, then looks now and then whether that still holds: a process can be moved to another
// control group, and a container's weight can change.
import { fixText } from '../../base/fix.ts';
import type { SystemFiles } from '../system-files.ts';
import { giveWay } from './give-way.ts';
import { readPriorityFacts } from './priority-facts.ts';
import { priorityFix, type Standing, standingOf } from './standing.ts';

const LOOK_MS = 30_000;
/** The threads have their class, and a scope its process, well before. */
const FIRST_LOOK_MS = 1000;

export interface PriorityWatchOptions {
  readonly files: SystemFiles;
  readonly onChange: () => void;
  readonly say: (level: 'info' | 'warn', message: string) => void;
}

export class PriorityWatch {
  readonly #options: PriorityWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #standing: Standing | null = null;
  #stopped = false;

  constructor(options: PriorityWatchOptions) {
    this.#options = options;
    void giveWay(options.files).finally(() => this.#lookIn(FIRST_LOOK_MS));
  }

  /** Null before the first look. */
  get standing(): Standing | null {
    return this.#standing;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stopped = true;
  }

  #lookIn(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#look();
      this.#lookIn(LOOK_MS);
    }, ms).unref();
  }

  #look(): void {
    const { files, onChange, say } = this.#options;
    const before = this.#standing;
    const now = standingOf(readPriorityFacts(files, 'self'));
    this.#standing = now;
    if (before?.text === now.text) return;
    if (now.gap !== null) say('warn', `idle priority does not hold: ${now.text}. ${fixText(priorityFix(now.gap))}`);
    else say('info', `the threads give way ${now.reach}: ${now.text}`);
    onChange();
  }
}

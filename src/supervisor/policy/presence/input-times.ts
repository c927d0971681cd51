// Where nothing else tells: when a terminal last had input, and whether a keyboard or mouse of the machine itself raised an
// interrupt. Neither sees USB devices on a desktop. The devices themselves are never read: that would be to read passwords.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { orNull } from '../../../base/errors.ts';
import type { SystemFiles } from '../../../miner/system-files.ts';
import type { PresenceSource, Sight } from './sight.ts';

/** The kernel notes the input of a terminal to eight seconds (tty_update_time). */
export class InputTimes implements PresenceSource {
  readonly #files: SystemFiles;
  readonly #devices: string;
  readonly #awayAfterMs: number;
  #interrupts: string | null = null;
  /** Wall clock: of the last interrupt that was noticed. */
  #interruptedMs = 0;

  constructor(files: SystemFiles, awayAfterMs: number, devices = '/dev') {
    this.#files = files;
    this.#devices = devices;
    this.#awayAfterMs = awayAfterMs;
  }

  sight(): Sight | null {
    const terminals = terminalTimes(this.#devices);
    const interrupts = inputInterrupts(this.#files.read('/proc/interrupts') ?? '');
    if (terminals.length === 0 && interrupts === null) return null;
    if (interrupts !== this.#interrupts) {
      if (this.#interrupts !== null) this.#interruptedMs = Date.now();
      this.#interrupts = interrupts;
    }
    const since = (ms: number) => Date.now() - ms < this.#awayAfterMs;
    if (since(this.#interruptedMs)) return { inUse: true, text: 'the keyboard or mouse is in use' };
    if (terminals.some(since)) return { inUse: true, text: 'a terminal is in use' };
    return { inUse: false, text: 'no terminal is in use' };
  }

  stop(): void {
    this.#interrupts = null;
  }
}

function terminalTimes(devices: string): number[] {
  const timesIn = (folder: string, pattern: RegExp): number[] => {
    const names = readdirSync(folder).filter((name) => pattern.test(name));
    // One that was closed since it was listed is none.
    return names.flatMap((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.atimeMs ?? []);
  };
  const pseudo = orNull(() => timesIn(join(devices, 'pts'), /^\d+$/)) ?? [];
  return [...pseudo, ...(orNull(() => timesIn(devices, /^tty\d+$/)) ?? [])];
}

/** The counts of the PS/2 controller, which keyboards of notebooks are at; null where there is none. */
function inputInterrupts(text: string): string | null {
  const lines = text.split('\n').filter((line) => /\bi8042\b/.test(line));
  return lines.length === 0 ? null : lines.join('\n');
}

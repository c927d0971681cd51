// When a Mac had its last input: HIDIdleTime of IOHIDSystem, in nanoseconds, by ioreg(8). There is no event for it, and a process is
// started for each question: one a second while nothing is in use, else every fifteen seconds.
import { execa } from 'execa';
import { desktopSight, type PresenceSource, type Sight, type SourceOptions } from './sight.ts';

const IOREG = ['-c', 'IOHIDSystem', '-r', '-d', '1', '-k', 'HIDIdleTime', '-a'];
const IDLE_POLL_MS = 1000;
const USE_POLL_MS = 15_000;
const ANSWER_MS = 5000;

export class MacWatch implements PresenceSource {
  readonly #options: SourceOptions & { readonly program?: string };
  #isIdle: boolean | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SourceOptions & { readonly program?: string }) {
    this.#options = options;
    void this.#look();
  }

  sight(): Sight | null {
    return desktopSight(this.#isIdle);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const limits = { reject: false, timeout: ANSWER_MS, maxBuffer: 1024 * 1024 } as const;
    const { stdout } = await execa(this.#options.program ?? 'ioreg', IOREG, limits);
    if (this.#stopped) return;
    const idleMs = hidIdleMs(stdout);
    this.#isIdle = idleMs === null ? null : idleMs >= this.#options.awayAfterMs;
    this.#options.onChange();
    this.#timer = setTimeout(() => void this.#look(), this.#isIdle ? IDLE_POLL_MS : USE_POLL_MS).unref();
  }
}

/** Of a property list in XML; null where it has no such key. */
export function hidIdleMs(plist: string): number | null {
  const [, nanoseconds] = /<key>HIDIdleTime<\/key>\s*<integer>(\d{1,20})<\/integer>/.exec(plist) ?? [];
  return nanoseconds === undefined ? null : Number(BigInt(nanoseconds) / 1_000_000n);
}

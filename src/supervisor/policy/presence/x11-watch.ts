// When an X11 desktop is idle: the X server counts the time since the last input. It tells no moment, so it is asked over one open
// connection: five times a second while nothing is in use, so that a return is seen at once, else once a second.
import { setTimeout as sleep } from 'node:timers/promises';
import { desktopSight, type PresenceSource, type Sight, type SourceOptions } from './sight.ts';
import { openX11, type X11 } from './x11-server.ts';

const RETRY_MS = 15_000;
const IDLE_POLL_MS = 200;
const USE_POLL_MS = 1000;

export class X11Watch implements PresenceSource {
  readonly #options: SourceOptions & { readonly env: NodeJS.ProcessEnv };
  readonly #end = new AbortController();
  #isIdle: boolean | null = null;

  constructor(options: SourceOptions & { readonly env: NodeJS.ProcessEnv }) {
    this.#options = options;
    void this.#watch().catch(() => undefined);
  }

  sight(): Sight | null {
    return desktopSight(this.#isIdle);
  }

  stop(): void {
    this.#end.abort();
  }

  async #watch(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const server = await openX11(this.#options.env).catch(() => null);
      try {
        if (server !== null) await this.#follow(server);
      } catch {
        // It ended, or this stops.
      } finally {
        server?.close();
      }
      this.#tell(null);
      await this.#wait(RETRY_MS);
    }
  }

  async #follow(server: X11): Promise<void> {
    for (;;) {
      this.#tell((await server.idleMs()) >= this.#options.awayAfterMs);
      await this.#wait(this.#isIdle ? IDLE_POLL_MS : USE_POLL_MS);
    }
  }

  #tell(isIdle: boolean | null): void {
    if (isIdle === this.#isIdle || this.#end.signal.aborted) return;
    this.#isIdle = isIdle;
    this.#options.onChange();
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#end.signal, ref: false });
  }
}

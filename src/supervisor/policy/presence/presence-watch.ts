// Whether the machine is in use, by all that this process can ask. In the session of a user: the compositor, the X server and
// logind. As a service of the system: logind alone, which knows what desktops tell it. Without any of them: terminals.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { orNull } from '../../../base/errors.ts';
import type { Scope } from '../../../base/instance.ts';
import type { SystemFiles } from '../../../miner/system-files.ts';
import { InputTimes } from './input-times.ts';
import { LogindWatch } from './logind-watch.ts';
import { MacWatch } from './mac-watch.ts';
import { watchMutter } from './mutter-watch.ts';
import { type PresenceSource, type Sight, type SourceOptions, sightOf } from './sight.ts';
import { WaylandWatch } from './wayland-watch.ts';
import { X11Watch } from './x11-watch.ts';

export interface PresenceOptions extends SourceOptions {
  readonly scope: Scope;
  readonly files: SystemFiles;
  readonly env: NodeJS.ProcessEnv;
}

export class PresenceWatch {
  readonly awayAfterMs: number;
  /** Each tells of the desktop of this user. */
  readonly #session: readonly PresenceSource[];
  readonly #machine: readonly PresenceSource[];
  readonly #last: PresenceSource | null;

  constructor(options: PresenceOptions) {
    const { files, awayAfterMs } = options;
    this.awayAfterMs = awayAfterMs;
    if (files.platform === 'darwin') {
      this.#session = [];
      this.#machine = [new MacWatch(options)];
      this.#last = null;
      return;
    }
    this.#session = options.scope === 'user' ? sessionSources(options) : [];
    this.#machine = [new LogindWatch({ ...options, ownDesktop: () => this.#ownDesktop() })];
    this.#last = new InputTimes(files, awayAfterMs);
  }

  /** Null where nothing can tell. */
  sight(): Sight | null {
    const sights = [...this.#session, ...this.#machine].map((source) => source.sight());
    return sightOf(sights) ?? this.#last?.sight() ?? null;
  }

  stop(): void {
    for (const source of [...this.#session, ...this.#machine]) source.stop();
    this.#last?.stop();
  }

  #ownDesktop(): number | null {
    const tells = this.#session.some((source) => source.sight() !== null);
    return tells ? (process.getuid?.() ?? null) : null;
  }
}

function sessionSources(options: PresenceOptions): PresenceSource[] {
  const { env } = options;
  const folder = env.XDG_RUNTIME_DIR || `/run/user/${process.getuid?.() ?? 0}`;
  const [, bus = join(folder, 'bus')] = /^unix:path=([^,;]+)/.exec(env.DBUS_SESSION_BUS_ADDRESS ?? '') ?? [];
  return [
    new WaylandWatch({ ...options, socket: () => waylandSocket(env, folder) }),
    watchMutter({ ...options, socket: bus }),
    new X11Watch(options),
  ];
}

/** A service is older than the desktop, and is not told its name. */
function waylandSocket({ WAYLAND_DISPLAY: named }: NodeJS.ProcessEnv, folder: string): string | null {
  if (named) return named.startsWith('/') ? named : join(folder, named);
  const name = orNull(() => readdirSync(folder))?.find((entry) => /^wayland-\d+$/.test(entry));
  return name === undefined ? null : join(folder, name);
}

// What logind knows of the sessions of this machine: asked at each of its signals. It has none for the input of terminals, so while
// one is open they are looked at once a second; the kernel notes their input to eight seconds (tty_update_time).
import { BusWatch } from '../bus/bus-watch.ts';
import { type DbusClient, SYSTEM_BUS } from '../bus/dbus-client.ts';
import { isDesktop, isOfUser, judgeSessions, type LoginSession, sessionFacts } from './sessions.ts';
import type { PresenceSource, Sight, SourceOptions } from './sight.ts';

const LOGIND = 'org.freedesktop.login1';
const TERMINAL_MS = 1000;
/** More sessions than this are not looked at one by one. */
const MAX_SESSIONS = 64;

export interface LogindOptions extends SourceOptions {
  readonly socket?: string;
  /** Whose desktop another source tells of, at this moment. */
  readonly ownDesktop: () => number | null;
}

export class LogindWatch implements PresenceSource {
  readonly #options: LogindOptions;
  readonly #watch: BusWatch<readonly LoginSession[]>;

  constructor(options: LogindOptions) {
    this.#options = options;
    this.#watch = new BusWatch({
      socket: options.socket ?? SYSTEM_BUS,
      rules: [`type='signal',sender='${LOGIND}'`],
      read: readSessions,
      againMs: (sessions) => (sessions.some((one) => isOfUser(one) && !isDesktop(one)) ? TERMINAL_MS : null),
      onChange: options.onChange,
    });
  }

  sight(): Sight | null {
    const sessions = this.#watch.value;
    if (sessions === null) return null;
    return judgeSessions(sessions, Date.now(), this.#options.awayAfterMs, this.#options.ownDesktop());
  }

  stop(): void {
    this.#watch.stop();
  }
}

async function readSessions(bus: DbusClient): Promise<readonly LoginSession[]> {
  const manager = { destination: LOGIND, path: '/org/freedesktop/login1', interface: `${LOGIND}.Manager` };
  const [listed] = await bus.call({ ...manager, member: 'ListSessions' });
  const sessions = Array.isArray(listed) ? listed.slice(0, MAX_SESSIONS) : [];
  const facts = await Promise.all(
    sessions.map(async (session) => {
      const [, uid, , , path] = Array.isArray(session) ? session : [];
      if (typeof uid !== 'number' || typeof path !== 'string') return [];
      // One that ended meanwhile is none.
      const properties = await bus.properties(LOGIND, path, `${LOGIND}.Session`).catch(() => null);
      return properties === null ? [] : [sessionFacts(uid, properties)];
    }),
  );
  return facts.flat();
}

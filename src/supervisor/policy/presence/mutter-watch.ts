// When the desktop of GNOME is idle: its compositor's own monitor, on the bus of the session (org.gnome.Mutter.IdleMonitor). It
// tells both moments, so that nothing is polled.
import { BusWatch } from '../bus/bus-watch.ts';
import type { DbusClient } from '../bus/dbus-client.ts';
import { desktopSight, type PresenceSource, type SourceOptions } from './sight.ts';

const MONITOR = 'org.gnome.Mutter.IdleMonitor';
const PATH = '/org/gnome/Mutter/IdleMonitor/Core';
/** The watch fires at the very moment, and the time is asked for after it. */
const SLACK_MS = 500;

export function watchMutter({
  socket,
  awayAfterMs,
  onChange,
}: SourceOptions & { readonly socket: string }): PresenceSource {
  const watch = new BusWatch({
    socket,
    rules: [
      `type='signal',interface='${MONITOR}'`,
      `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${MONITOR}'`,
    ],
    prepare: (bus) => ask(bus, 'AddIdleWatch', BigInt(awayAfterMs)),
    read: async (bus) => {
      const [idleMs] = await ask(bus, 'GetIdletime');
      const isIdle = typeof idleMs === 'bigint' && Number(idleMs) + SLACK_MS >= awayAfterMs;
      // It fires once, at the next key or movement.
      if (isIdle) await ask(bus, 'AddUserActiveWatch');
      return isIdle;
    },
    onChange,
  });
  return { sight: () => desktopSight(watch.value), stop: () => watch.stop() };
}

function ask(bus: DbusClient, member: string, ...args: bigint[]) {
  return bus.call({ destination: MONITOR, path: PATH, interface: MONITOR, member, args });
}

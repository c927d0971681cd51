// Whether the network counts what goes over it, by what NetworkManager says or guesses (org.freedesktop.NetworkManager, NMMetered).
import { BusWatch } from './bus/bus-watch.ts';
import { SYSTEM_BUS } from './bus/dbus-client.ts';

const MANAGER = 'org.freedesktop.NetworkManager';
const PATH = '/org/freedesktop/NetworkManager';
/** NM_METERED_YES and NM_METERED_GUESS_YES, which is what a telephone that shares its connection is. */
const METERED = [1, 3];

/** @param socket of the system bus. */
export function watchMetered(onChange: () => void, socket = SYSTEM_BUS): BusWatch<boolean> {
  return new BusWatch({
    socket,
    rules: [`type='signal',sender='${MANAGER}',path='${PATH}'`],
    read: async (bus) => METERED.includes(Number((await bus.properties(MANAGER, PATH, MANAGER)).get('Metered'))),
    onChange,
  });
}

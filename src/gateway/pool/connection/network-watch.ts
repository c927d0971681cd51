// Notices that this machine has another way out than before: an address or a default route that came or went. For a gateway
// that waits for a network; nothing runs while it does not. It looks once a second, which costs a millisecond at most: a netlink socket
// (rtnetlink(7)) would save half a second after an outage, for a thread and a reader of the kernel's messages, on Linux alone.
import { networkInterfaces } from 'node:os';
import { textOf } from '../../../base/atomic-file.ts';

const EVERY_MS = 1000;

/** Calls back once, when the ways out are others than they were at the start. */
export class NetworkWatch {
  #timer: NodeJS.Timeout | undefined;

  start(onChange: () => void, read: () => string = waysOut): void {
    this.stop();
    const before = read();
    this.#timer = setInterval(() => {
      if (read() === before) return;
      this.stop();
      onChange();
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Addresses of every interface, and the kernel's routes where it shows them (proc(5): `net/route`, `net/ipv6_route`). */
function waysOut(): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal }) => !internal)
    .map(({ cidr, address }) => cidr ?? address);
  return [...addresses.sort(), routes('/proc/net/route'), routes('/proc/net/ipv6_route')].join('\n');
}

/** Destination, gateway and interface of each route, without its counters; empty without the file, as in a box without /proc. */
function routes(path: string): string {
  const lines = textOf(path)?.split('\n') ?? [];
  return lines
    .map((line) => line.split(/\s+/))
    .map((fields) =>
      (path.endsWith('ipv6_route') ? [fields[0], fields[4], fields.at(-1)] : fields.slice(0, 3)).join(' '),
    )
    .join('\n');
}

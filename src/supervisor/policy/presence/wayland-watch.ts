// When a Wayland desktop is idle: KDE, sway, Hyprland and others tell it by the protocol ext-idle-notify-v1, at both moments. This
// is the whole of the client that it takes; GNOME does not have the protocol (`mutter-watch.ts`).
import { connect, type Socket } from 'node:net';
import { desktopSight, type PresenceSource, type Sight, type SourceOptions } from './sight.ts';

const RETRY_MS = 15_000;
/** An event is 16 bits of length at most. */
const HEADER_BYTES = 8;
/** Names of objects in this connection; the display has the first by the protocol. */
const ID = { display: 1, registry: 2, ready: 3, seat: 4, notifier: 5, notification: 6 } as const;
const MAX_UINT = 0xffffffff;

export class WaylandWatch implements PresenceSource {
  readonly #options: SourceOptions & { readonly socket: () => string | null };
  #socket: Socket | null = null;
  #isIdle: boolean | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SourceOptions & { readonly socket: () => string | null }) {
    this.#options = options;
    this.#open();
  }

  sight(): Sight | null {
    return desktopSight(this.#isIdle);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #open(): void {
    const path = this.#options.socket();
    if (path === null) {
      this.#retry();
      return;
    }
    const socket = connect(path).unref();
    this.#socket = socket;
    let received = Buffer.alloc(0);
    const globals = new Map<string, number>();
    socket.on('error', () => undefined);
    socket.once('close', () => this.#lose());
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= HEADER_BYTES) {
        const length = received.readUInt16LE(6);
        if (length < HEADER_BYTES) {
          socket.destroy();
          return;
        }
        if (received.length < length) return;
        const event = received.subarray(0, length);
        received = received.subarray(length);
        this.#take(socket, globals, event);
      }
    });
    // wl_display.get_registry, and wl_display.sync: all globals are told before its answer.
    socket.write(Buffer.concat([request(ID.display, 1, uint(ID.registry)), request(ID.display, 0, uint(ID.ready))]));
  }

  #take(socket: Socket, globals: Map<string, number>, event: Buffer): void {
    const [object, opcode] = [event.readUInt32LE(0), event.readUInt16LE(4)];
    if (object === ID.display && opcode === 0) socket.destroy();
    else if (object === ID.registry && opcode === 0) {
      const [name, length] = event.length < 16 ? [0, 0] : [event.readUInt32LE(8), event.readUInt32LE(12)];
      const text = event.toString('utf8', 16, 16 + Math.max(0, length - 1));
      if (!globals.has(text) && globals.size < 1024) globals.set(text, name);
    } else if (object === ID.ready) this.#begin(socket, globals.get('wl_seat'), globals.get('ext_idle_notifier_v1'));
    else if (object === ID.notification) {
      this.#isIdle = opcode === 0;
      this.#options.onChange();
    }
  }

  #begin(socket: Socket, seat: number | undefined, notifier: number | undefined): void {
    if (seat === undefined || notifier === undefined) {
      socket.destroy();
      return;
    }
    const bind = (name: number, type: string, id: number) =>
      request(ID.registry, 0, uint(name), text(type), uint(1), uint(id));
    const awayMs = Math.min(this.#options.awayAfterMs, MAX_UINT);
    socket.write(
      Buffer.concat([
        bind(seat, 'wl_seat', ID.seat),
        bind(notifier, 'ext_idle_notifier_v1', ID.notifier),
        // Of the two kinds the one that a film in the foreground holds off.
        request(ID.notifier, 1, uint(ID.notification), uint(awayMs), uint(ID.seat)),
      ]),
    );
    // It tells when it is idle, and not that it is none at the start.
    this.#isIdle = false;
    this.#options.onChange();
  }

  #lose(): void {
    this.#socket = null;
    const knew = this.#isIdle !== null;
    this.#isIdle = null;
    if (this.#stopped) return;
    if (knew) this.#options.onChange();
    this.#retry();
  }

  #retry(): void {
    this.#timer = setTimeout(() => this.#open(), RETRY_MS).unref();
  }
}

/** The bytes of the machine's own order: little-endian on all that pearlctl runs on. */
function request(object: number, opcode: number, ...args: readonly Buffer[]): Buffer {
  const length = HEADER_BYTES + args.reduce((sum, arg) => sum + arg.length, 0);
  return Buffer.concat([uint(object), uint(((length << 16) | opcode) >>> 0), ...args]);
}

function uint(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function text(value: string): Buffer {
  const length = value.length + 1;
  return Buffer.concat([uint(length), Buffer.from(value.padEnd(Math.ceil(length / 4) * 4, '\0'))]);
}

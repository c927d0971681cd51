// One question to an X server of this machine: how long ago the last input was (X Window System Protocol, appendix B; the
// extension MIT-SCREEN-SAVER, QueryInfo).
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { orNull } from '../../../base/errors.ts';
import { within } from '../../../base/time-limit.ts';

const ANSWER_MS = 5000;
const REPLY_BYTES = 32;
/** How messages begin: errors with 0, all events with more than a reply. */
const REPLY = 1;
const GENERIC_EVENT = 35;
const MAX_BYTES = 1024 * 1024;
const QUERY_EXTENSION = 98;
const EXTENSION = 'MIT-SCREEN-SAVER';
const COOKIE = 'MIT-MAGIC-COOKIE-1';

export interface X11 {
  idleMs(): Promise<number>;
  close(): void;
}

/** Null where the environment names no display of this machine. Throws where it cannot be asked. */
export async function openX11(env: NodeJS.ProcessEnv, sockets = '/tmp/.X11-unix'): Promise<X11 | null> {
  const [, display] = /^(?:unix)?:(\d{1,5})(?:\.\d+)?$/.exec(env.DISPLAY ?? '') ?? [];
  if (display === undefined) return null;
  const line = new Line(connect(join(sockets, `X${display}`)).unref());
  try {
    const cookie = cookieIn(authority(env), display);
    const setup = await line.ask(greeting(cookie), (bytes) => 8 + 4 * bytes.readUInt16LE(6));
    if (setup[0] !== 1) throw new Error('the X server does not take this user');
    const root = setup.readUInt32LE(40 + aligned(setup.readUInt16LE(24)) + 8 * setup.readUInt8(29));
    const name = Buffer.from(EXTENSION);
    const named = Buffer.concat([uint16(name.length), uint16(0), padded(name)]);
    const extension = await line.ask(request(QUERY_EXTENSION, 0, named), messageLength);
    if (extension[0] !== 1 || extension[8] === 0) throw new Error('the X server does not count idle time');
    const question = request(extension.readUInt8(9), 1, uint32(root));
    return {
      idleMs: async () => {
        const answer = await line.ask(question, messageLength);
        if (answer[0] !== 1) throw new Error('the X server does not tell its idle time');
        return answer.readUInt32LE(16);
      },
      close: () => line.close(),
    };
  } catch (error) {
    line.close();
    throw error;
  }
}

/** A question, then its answer; the next when that is there. */
class Line {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #waiting: { length: (bytes: Buffer) => number; resolve: (bytes: Buffer) => void } | null = null;
  #fail: (error: Error) => void = () => undefined;
  /** Events may come: every client is told of a new keyboard mapping (MappingNotify), whatever it has asked for. */
  #isSetUp = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the X server is gone')));
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#take();
    });
  }

  async ask(bytes: Buffer, length: (bytes: Buffer) => number): Promise<Buffer> {
    const answer = new Promise<Buffer>((resolve, reject) => {
      this.#waiting = { length, resolve };
      this.#fail = reject;
    });
    if (this.#socket.destroyed) throw new Error('the X server is gone');
    this.#socket.write(bytes);
    const whole = await within(answer, ANSWER_MS);
    if (whole === null) throw new Error('the X server does not answer');
    return whole;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(): void {
    while (this.#received.length >= 8) {
      const isEvent = this.#isSetUp && (this.#received[0] ?? 0) > REPLY;
      const length = isEvent ? messageLength(this.#received) : this.#waiting?.length(this.#received);
      if (length === undefined || length > MAX_BYTES) {
        this.#socket.destroy();
        return;
      }
      if (this.#received.length < length) return;
      const message = this.#received.subarray(0, length);
      this.#received = this.#received.subarray(length);
      if (isEvent) continue;
      this.#isSetUp = true;
      this.#waiting?.resolve(message);
      this.#waiting = null;
    }
  }
}

/** Of a reply, an error or an event; an event that was sent by a client has its highest bit set. */
function messageLength(bytes: Buffer): number {
  const hasMore = [REPLY, GENERIC_EVENT].includes((bytes[0] ?? 0) & 0x7f);
  return hasMore ? REPLY_BYTES + 4 * bytes.readUInt32LE(4) : REPLY_BYTES;
}

function greeting(cookie: Buffer): Buffer {
  const name = cookie.length === 0 ? Buffer.alloc(0) : Buffer.from(COOKIE);
  const head = ['l'.charCodeAt(0), 11, 0, name.length, cookie.length, 0].map(uint16);
  return Buffer.concat([...head, padded(name), padded(cookie)]);
}

function authority(env: NodeJS.ProcessEnv): Buffer {
  return orNull(() => readFileSync(env.XAUTHORITY || join(homedir(), '.Xauthority'))) ?? Buffer.alloc(0);
}

/** Xau(3): family, address, display, name and data, each text with its length before it. Empty where there is none. */
export function cookieIn(file: Buffer, display: string): Buffer {
  let at = 0;
  const text = (): Buffer => {
    const start = at + 2;
    at = start > file.length ? file.length : start + file.readUInt16BE(at);
    return file.subarray(start, at);
  };
  while (at + 2 < file.length) {
    at += 2;
    text();
    const [number, name, data] = [text().toString(), text().toString(), text()];
    if (name === COOKIE && (number === '' || number === display)) return data;
  }
  return Buffer.alloc(0);
}

function request(opcode: number, detail: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([opcode, detail]), uint16(1 + body.length / 4), body]);
}

function aligned(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

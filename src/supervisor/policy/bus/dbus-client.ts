// A connection to a message bus of this machine (D-Bus specification): calls, signals, and its end. Ours, since the packages for
// Node throw outside of any call at a message that they cannot read, and a crate for it brings thirty others.
import { connect, type Socket } from 'node:net';
import { within } from '../../../base/time-limit.ts';
import {
  type DbusCall,
  type DbusMessage,
  type DbusValue,
  decodeMessage,
  encodeCall,
  messageLength,
} from './dbus-message.ts';

/** dbus-daemon answers in a millisecond; a service may have to be started first. */
const ANSWER_MS = 5000;
const MAX_GREETING_BYTES = 4096;
const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };

export const SYSTEM_BUS = '/run/dbus/system_bus_socket';

interface Waiting {
  resolve(body: DbusValue[]): void;
  reject(error: Error): void;
}

/** The message bus refused, or did not answer. */
export class DbusError extends Error {}

export class DbusClient {
  /** Called for each signal that `listen` asked for. */
  onSignal: (signal: DbusMessage) => void = () => undefined;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #serial = 0;
  #received: Buffer = Buffer.alloc(0);
  #greet: ((line: string) => void) | null = null;

  /** @param path of the bus's socket. Throws DbusError where there is none, or it does not take us. */
  static async connect(path: string): Promise<DbusClient> {
    const client = new DbusClient(path);
    try {
      const answer = await within(client.#login(), ANSWER_MS);
      if (answer === null) throw new DbusError('the message bus does not answer');
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  private constructor(path: string) {
    this.#socket = connect(path).unref();
    this.#socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.#fail('the message bus is gone');
        resolve();
      });
    });
    this.#socket.on('error', (error) => this.#fail(error.message));
  }

  close(): void {
    this.#socket.destroy();
  }

  /** What the method answers. Rejects with DbusError. */
  async call(call: DbusCall): Promise<DbusValue[]> {
    this.#serial += 1;
    const serial = this.#serial;
    const answer = new Promise<DbusValue[]>((resolve, reject) => {
      this.#waiting.set(serial, { resolve, reject });
    });
    if (this.#socket.destroyed) this.#fail('the message bus is gone');
    else this.#socket.write(encodeCall(serial, call));
    const body = await within(answer, ANSWER_MS).finally(() => this.#waiting.delete(serial));
    if (body === null) throw new DbusError(`${call.member} got no answer`);
    return body;
  }

  async properties(destination: string, path: string, name: string): Promise<ReadonlyMap<DbusValue, DbusValue>> {
    const call = { destination, path, interface: 'org.freedesktop.DBus.Properties', member: 'GetAll', args: [name] };
    const [answer] = await this.call(call);
    return answer instanceof Map ? answer : new Map();
  }

  /** Asks for signals. @param rule of D-Bus, such as `type='signal',sender='org.freedesktop.login1'`. */
  async listen(rule: string): Promise<void> {
    await this.call({ ...BUS, member: 'AddMatch', args: [rule] });
  }

  async #login(): Promise<true> {
    const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
    const answer = new Promise<string>((resolve, reject) => {
      this.#greet = resolve;
      this.#waiting.set(0, { resolve: () => undefined, reject });
    });
    this.#socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    if (!(await answer).startsWith('OK ')) throw new DbusError('the message bus does not take this user');
    this.#waiting.delete(0);
    this.#socket.write('BEGIN\r\n');
    await this.call({ ...BUS, member: 'Hello' });
    return true;
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    try {
      if (this.#greet !== null && !this.#readGreeting()) return;
      for (let message = this.#next(); message !== null; message = this.#next()) this.#take(message);
    } catch {
      // What follows a message that is none cannot be read either.
      this.#socket.destroy();
    }
  }

  #readGreeting(): boolean {
    const end = this.#received.indexOf('\r\n');
    if (end < 0) {
      if (this.#received.length > MAX_GREETING_BYTES) throw new RangeError('no greeting of a message bus');
      return false;
    }
    this.#greet?.(this.#received.toString('latin1', 0, end));
    this.#greet = null;
    this.#received = this.#received.subarray(end + 2);
    return true;
  }

  #next(): DbusMessage | null {
    const length = messageLength(this.#received);
    if (length === null || this.#received.length < length) return null;
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return decodeMessage(bytes);
  }

  #take(message: DbusMessage): void {
    if (message.type === 4) this.onSignal(message);
    const waiting = message.replySerial === null ? undefined : this.#waiting.get(message.replySerial);
    if (waiting === undefined) return;
    if (message.type === 2) waiting.resolve(message.body());
    else waiting.reject(new DbusError(message.errorName ?? 'the message bus refused a call'));
  }

  #fail(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new DbusError(reason));
    this.#waiting.clear();
  }
}

// One client of the JSON-RPC server: its lines are answered in order, one at a time, and it is held to its bounds: what it
// sends faster than it is answered stays in the kernel, what it does not read ends the connection.
import type { Socket } from 'node:net';
import { type Frame, LineFramer } from './framing.ts';
import { failed, parseRequest, RPC_CODE, type RpcOutcome, type RpcRequest, renderResponse } from './rpc-message.ts';

/** Answers one request. A rejection is answered `-32000`, without its text. */
export type RpcHandler = (request: RpcRequest) => RpcOutcome | Promise<RpcOutcome>;

export interface ConnectionLimits {
  readonly maxLineBytes: number;
  readonly maxDiscardBytes: number;
  /** How long a client may leave its answers unread. */
  readonly slowReaderMs: number;
  /** How long a line may take from its first byte to its newline. */
  readonly lineMs: number;
}

/** Beyond this many waiting lines the socket is read no further until they are answered. */
const MAX_WAITING = 16;
/** Other clients get their turn after this many lines of one. */
const LINES_PER_TURN = 16;

export class Connection {
  readonly #socket: Socket;
  readonly #handle: RpcHandler;
  readonly #limits: ConnectionLimits;
  readonly #framer: LineFramer;
  #waiting: Frame[] = [];
  #working = false;
  #ended = false;
  #lineTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, handle: RpcHandler, limits: ConnectionLimits) {
    this.#socket = socket;
    this.#handle = handle;
    this.#limits = limits;
    this.#framer = new LineFramer(limits);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(this.#framer.push(chunk)));
    socket.on('end', () => {
      this.#ended = true;
      this.#take(this.#framer.end());
    });
    // A reset is this client's affair alone; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#waiting = [];
      this.#setLineTimer(false);
    });
  }

  /** Bytes held for an unfinished line. */
  get heldBytes(): number {
    return this.#framer.heldBytes;
  }

  /** No further requests: what is being answered is, then the connection closes. */
  finish(): void {
    this.#waiting = [];
    this.#ended = true;
    this.#socket.pause();
    if (!this.#working) this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(frames: readonly Frame[]): void {
    for (const frame of frames) this.#waiting.push(frame);
    if (this.#waiting.length > MAX_WAITING) this.#socket.pause();
    this.#setLineTimer(this.#framer.heldBytes > 0);
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    let lines = 0;
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      const answer = await this.#answer(frame);
      if (answer === null || this.#socket.destroyed) {
        this.#socket.destroy();
        break;
      }
      if (!this.#socket.write(answer) && !(await this.#drained())) break;
      lines += 1;
      if (lines % LINES_PER_TURN === 0) await new Promise(setImmediate);
      if (this.#waiting.length === 0 && !this.#ended) this.#socket.resume();
    }
    this.#working = false;
    if (this.#ended) this.#socket.end();
  }

  /** The answer's line, or null when this client is to be let go. */
  async #answer(frame: Frame): Promise<string | null> {
    if (frame.type === 'flood') return null;
    if (frame.type === 'oversize') {
      return renderResponse(failed(RPC_CODE.internal, `Line longer than ${this.#limits.maxLineBytes} bytes`), null);
    }
    const parsed = parseRequest(frame.bytes);
    if (!parsed.ok) return renderResponse(parsed, parsed.id);
    try {
      return renderResponse(await this.#handle(parsed.request), parsed.request.id);
    } catch {
      return renderResponse(failed(RPC_CODE.internal, 'Internal error'), parsed.request.id);
    }
  }

  /** Waits until the client has read its answers; false when it was dropped for not doing so. */
  #drained(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (drained: boolean) => {
        clearTimeout(timer);
        this.#socket.off('drain', onDrain).off('close', onClose);
        resolve(drained);
      };
      const onDrain = () => settle(true);
      const onClose = () => settle(false);
      const timer = setTimeout(() => this.#socket.destroy(), this.#limits.slowReaderMs);
      this.#socket.pause();
      this.#socket.once('drain', onDrain).once('close', onClose);
    });
  }

  #setLineTimer(unfinished: boolean): void {
    if (unfinished) {
      this.#lineTimer ??= setTimeout(() => this.#socket.destroy(), this.#limits.lineMs);
    } else {
      clearTimeout(this.#lineTimer);
      this.#lineTimer = undefined;
    }
  }
}

// The control socket: a Unix socket of mode 0600 in a folder of mode 0700, so that whoever reaches it is this user or root.
// It can be lost while the supervisor runs, and comes back by itself.
import { lstatSync } from 'node:fs';
import { type RpcServer, startServer } from '../../jsonrpc/server.ts';
import { answerControl, type ControlActions } from './commands.ts';

/** Commands are short, and few talk at a time. */
const LIMITS = {
  maxLineBytes: 4096,
  maxDiscardBytes: 1 << 20,
  maxConnections: 16,
  slowReaderMs: 5000,
  lineMs: 5000,
  closeMs: 200,
};

export class ControlServer {
  readonly #path: string;
  readonly #actions: ControlActions;
  #server: RpcServer | null = null;
  #busy = false;

  constructor(path: string, actions: ControlActions) {
    this.#path = path;
    this.#actions = actions;
  }

  /**
   * Listens, if it does not or if the socket's file is gone. Called every second.
   *
   * Throws what `startServer` throws; the next call tries again.
   */
  async restore(): Promise<void> {
    if (this.#busy || (this.#server !== null && isSocket(this.#path))) return;
    this.#busy = true;
    try {
      await this.#server?.close();
      this.#server = null;
      const endpoint = { kind: 'unix', path: this.#path } as const;
      this.#server = await startServer(endpoint, (request) => answerControl(request, this.#actions), LIMITS);
    } finally {
      this.#busy = false;
    }
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}

// The control socket: a Unix socket of mode 0600 in a folder of mode 0700, so that only this user or root
// reaches it; the kernel is also asked which user connects. Socket and folder can be lost while the supervisor runs, for
// example when the temporary folder is cleaned, and come back by themselves.
import { lstatSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { orNull } from '../../base/errors.ts';
import type { RpcRequest } from '../../protocol/jsonrpc/rpc-message.ts';
import { type RpcServer, startServer } from '../../protocol/jsonrpc/rpc-server.ts';
import { preparePrivateFolder } from '../start/ground.ts';
import { answerControl, type ControlActions } from './control-methods.ts';
import { peerRefusal } from './control-peer.ts';

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
  readonly #onRefused: (reason: string) => void;
  readonly #refused = new Set<number>();

  /** @param onRefused hears of each refused user, once. */
  constructor(path: string, actions: ControlActions, onRefused: (reason: string) => void = () => {}) {
    this.#path = path;
    this.#actions = actions;
    this.#onRefused = onRefused;
  }

  /**
   * Listens, if it does not or if the socket's file is gone. Called every second.
   *
   * Throws what `startServer` throws, and `HOME_UNWRITABLE` or `DISK_FULL` of its folder; the next call tries again.
   */
  async restore(): Promise<void> {
    if (this.#busy || (this.#server !== null && orNull(() => lstatSync(this.#path).isSocket()))) return;
    this.#busy = true;
    try {
      await this.#server?.close();
      this.#server = null;
      preparePrivateFolder(dirname(this.#path));
      const endpoint = { kind: 'unix', path: this.#path } as const;
      const answer = (request: RpcRequest) => answerControl(request, this.#actions);
      this.#server = await startServer(endpoint, answer, LIMITS, (socket) => this.#refuse(socket));
    } finally {
      this.#busy = false;
    }
  }

  #refuse(socket: Socket): string | null {
    const refusal = peerRefusal(socket);
    if (refusal === null) return null;
    if (!this.#refused.has(refusal.uid) && this.#refused.size < 100) {
      this.#refused.add(refusal.uid);
      this.#onRefused(refusal.reason);
    }
    return refusal.reason;
  }

  async close(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }
}

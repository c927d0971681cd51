// One living child: its process, its channel and its last words. Events of it stop with its end; nothing here decides.
// Not through execa, as other programs are: without a free descriptor execa 9 throws and leaves an 'error' event behind that
// no listener can reach, and the supervisor would die of it.
import { type ChildProcess as Subprocess, spawn } from 'node:child_process';
import { errnoOf } from '../../base/errors.ts';
import { LineSplitter } from '../../base/logs/line-splitter.ts';
import { within } from '../../base/time-limit.ts';
import type { SupervisorMessage } from '../../protocol/channel/messages.ts';
import { processIdentity } from '../../state/sidecar/identity.ts';
import { endGroup } from '../../state/sidecar/process-group.ts';
import type { ChildExit } from './restart-policy.ts';

export interface Launch {
  command: string;
  args: readonly string[];
  /** The whole environment, nothing is inherited. */
  env: Record<string, string>;
}

export interface ChildListener {
  onMessage(message: unknown): void;
  onLine(line: string): void;
  /** It started processes that outlived it, and that were ended. */
  onLeft(): void;
  /** Exactly once, after the last message and line, when nothing is left of its process group. */
  onExit(exit: ChildExit): void;
}

/** After the end, output may still be on its way through the pipe; what left its process group may hold that open for ever. */
const OUTPUT_GRACE_MS = 200;

export class ChildProcess {
  readonly #subprocess: Subprocess;
  readonly pid: number | null;
  readonly identity: string | null;

  /**
   * Starts the process. It must be called on the main thread: the parent-death signal that our children ask for fires at
   * the death of the thread that made them (prctl(2), PR_SET_PDEATHSIG).
   */
  constructor(launch: Launch, listener: ChildListener) {
    this.#subprocess = start(launch);
    this.pid = this.#subprocess.pid ?? null;
    this.identity = this.pid === null ? null : processIdentity(this.pid);
    this.#watch(listener);
  }

  /** Sends a message; a child that is just leaving does not get it. */
  send(message: SupervisorMessage): void {
    if (this.#subprocess.connected) this.#subprocess.send?.(message, () => undefined);
  }

  /** Signals the process. It is our own unreaped child, so its pid cannot have been given to another. */
  signal(signal: NodeJS.Signals): void {
    if (this.pid !== null) this.#subprocess.kill(signal);
  }

  async #endGroup(listener: ChildListener): Promise<void> {
    if (this.pid !== null && (await endGroup(this.pid))) listener.onLeft();
  }

  #watch(listener: ChildListener): void {
    const subprocess = this.#subprocess;
    const out = new LineSplitter((line) => listener.onLine(line));
    const err = new LineSplitter((line) => listener.onLine(line));
    // Without a free descriptor there are no streams at all.
    subprocess.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    subprocess.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    subprocess.on('message', (message) => listener.onMessage(message));
    let over = false;
    const finish = (exit: ChildExit) => {
      if (over) return;
      over = true;
      out.end();
      err.end();
      listener.onExit(exit);
    };
    const closed = new Promise((resolve) => subprocess.once('close', resolve));
    subprocess.once('exit', (code, signal) => {
      void this.#endGroup(listener)
        .then(() => within(closed, OUTPUT_GRACE_MS))
        .then(() => finish({ code, signal, message: null }));
    });
    // Only a process that never was ends by it; of another one it is a signal or a message that did not arrive.
    subprocess.on('error', (error) => {
      if (this.pid === null) finish({ code: null, signal: null, message: errnoOf(error) ?? error.message });
    });
  }
}

function start({ command, args, env }: Launch): Subprocess {
  return spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
    // An own process group: a Ctrl-C at the terminal reaches the supervisor alone, which stops its children in order.
    detached: true,
  });
}

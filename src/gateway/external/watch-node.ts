// Where a process cannot be told of its parent's death by the kernel (macOS), ours stays beside the external gateway: it
// passes signals on and stops the gateway when the supervisor is gone.
import { execa } from 'execa';
import { PearlError } from '../../base/errors.ts';
import { endGroup, signalGroup } from '../../state/sidecar/process-group.ts';

export interface NodeWatchOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment, nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stopTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** After SIGTERM, to which the reference gateway dies at once. */
const TERM_MS = 500;

/**
 * Runs the gateway as a child until it ends. SIGINT, which is its clean stop, and SIGTERM are passed on.
 *
 * @returns its exit code, 128 + the signal's number for one that a signal ended.
 */
export async function watchGateway(options: NodeWatchOptions): Promise<number> {
  const isSupervised = process.send !== undefined;
  const child = execa(options.command, options.args, {
    env: options.env,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    cleanup: true,
    // Below a supervisor it stays in our process group, which the supervisor ends with us. Started by hand, a Ctrl-C at the
    // terminal must not reach it twice.
    detached: !isSupervised,
  });
  let stopping = false;
  const timers: NodeJS.Timeout[] = [];
  const stop = () => {
    if (stopping) return;
    stopping = true;
    child.kill('SIGINT');
    timers.push(setTimeout(() => child.kill('SIGTERM'), options.stopTimeoutMs));
    timers.push(setTimeout(() => child.kill('SIGKILL'), options.stopTimeoutMs + TERM_MS));
  };
  const pass = (signal: NodeJS.Signals) => () => child.kill(signal);
  const [onInt, onTerm] = [pass('SIGINT'), pass('SIGTERM')];
  process.on('SIGINT', onInt).on('SIGTERM', onTerm).on('disconnect', stop);
  options.signal?.addEventListener('abort', stop);
  try {
    const result = await child;
    if (child.pid === undefined) {
      throw new PearlError('CHILD_FAILED', `The gateway "${options.command}" cannot be started (${result.code}).`, {
        hint: 'Set [gateway] command[] to the program and its arguments, with its full path.',
      });
    }
    if (!isSupervised) await endGroup(child.pid);
    // The supervisor, which would end what is left of our group, is gone.
    else if (!process.connected) signalGroup(process.pid, 'SIGKILL');
    return result.exitCode ?? 128 + signalNumber(result.signal);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    process.off('SIGINT', onInt).off('SIGTERM', onTerm).off('disconnect', stop);
    options.signal?.removeEventListener('abort', stop);
  }
}

/** Of the signals that end a gateway (signal(7)). */
function signalNumber(signal: string | undefined): number {
  const numbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };
  return numbers[signal ?? ''] ?? 1;
}

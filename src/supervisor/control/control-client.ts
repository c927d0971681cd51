// Speaks to a running supervisor over its control socket: one connection, one command, one answer.
import { errnoOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { type Fields, object } from '../../base/json-fields.ts';
import { type JsonObject, stringifyJson } from '../../protocol/jsonrpc/lossless-json.ts';
import { RpcClient } from '../../protocol/jsonrpc/rpc-client.ts';
import { type Life, type LifeFiles, lifeOf } from '../../state/life.ts';
import { readSidecar } from '../../state/sidecar/read-sidecar.ts';
import { CONTROL_VERSION, type ControlCommand } from './control-methods.ts';

const CONNECT_MS = 2000;
/** Where other programs use every processor, a service at the least weight was seen to answer after 16 s. */
const ANSWER_MS = 60_000;
/** After so long a person is told that it takes time. */
const LATE_MS = 2000;
/** From a supervisor's lock to its socket: it ends what a predecessor left (`DEATH_LIMIT_MS` each), and sums the ledger. */
const STARTING_MS = 60_000;
const POLL_MS = 50;

/** What a command says meanwhile. */
export const LATE_WORDS =
  'The supervisor has not answered yet. It may still be starting, or other programs use every processor.';

/** Hears that a supervisor takes its time. */
export type OnLate = () => void;

/** Waits for what hangs on a supervisor's answer. */
export async function tellingLate<T>(answer: Promise<T>, onLate: OnLate = () => {}): Promise<T> {
  const late = setTimeout(onLate, LATE_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(late);
  }
}

/**
 * Has the supervisor of an instance do something, and gives its answer.
 *
 * One that has only just started is waited for.
 *
 * @throws PearlError NOT_RUNNING when there is none, NO_ANSWER when it does not answer, NO_PERMISSION when it is another user's.
 */
export async function askSupervisor(
  paths: LifeFiles,
  command: ControlCommand,
  params: JsonObject = {},
  onLate?: OnLate,
): Promise<Fields> {
  return tellingLate(askLiving(paths, command, params), onLate);
}

/** The sidecar is there before its socket listens. */
async function askLiving(paths: LifeFiles, command: ControlCommand, params: JsonObject): Promise<Fields> {
  const deadlineSeconds = process.uptime() + STARTING_MS / 1000;
  for (;;) {
    const life = await speakingLife(paths);
    try {
      return await ask(socketOf(life), command, params);
    } catch (error) {
      const sidecar = readSidecar(paths.sidecarFile);
      const isStarting = sidecar.kind === 'valid' && sidecar.value.state === 'starting';
      if (!isStarting || !isUnheard(error) || process.uptime() > deadlineSeconds) throw error;
    }
    await untilNextLook();
  }
}

/** The same over a socket that the caller has found itself, where the process table cannot be asked. */
export function askSocket(path: string, command: ControlCommand, onLate?: OnLate): Promise<Fields> {
  return tellingLate(ask(path, command), onLate);
}

async function ask(path: string, command: ControlCommand, params: JsonObject = {}): Promise<Fields> {
  const client = await connectTo(path);
  try {
    const outcome = await client.call(command, { version: CONTROL_VERSION, ...params }, ANSWER_MS);
    if (!outcome.ok) throw noAnswer(`The supervisor refuses "${command}": ${outcome.failure.message}.`);
    // Our own small numbers: the exact ones of the gateway's wire are not needed here.
    return object(JSON.parse(stringifyJson(outcome.result))) ?? {};
  } catch (error) {
    // The client speaks of gateways, since that is what it is made for.
    if (error instanceof PearlError && error.code.startsWith('GATEWAY_')) {
      throw noAnswer(`The supervisor has not answered within ${ANSWER_MS / 1000} s.`, error);
    }
    throw error;
  } finally {
    // The answer does not wait for it: a command has ended by then, and closes it so in less time.
    setImmediate(() => client.close());
  }
}

/**
 * The life of an instance once it is known whose it is: a supervisor that has only just started is waited for, until it has written
 * its sidecar, for a minute at most.
 *
 * @throws PearlError NO_PERMISSION when the sidecar is another user's.
 */
export async function speakingLife(files: LifeFiles): Promise<Life> {
  const deadlineSeconds = process.uptime() + STARTING_MS / 1000;
  for (;;) {
    const sidecar = readSidecar(files.sidecarFile);
    if (sidecar.kind === 'unreadable') {
      throw new PearlError('NO_PERMISSION', 'The supervisor belongs to another user.', {
        hint: 'Run this as that user.',
      });
    }
    const life = await lifeOf(files, sidecar);
    if (life.kind === 'dead' || life.sidecar !== 'stale' || process.uptime() > deadlineSeconds) return life;
    await untilNextLook();
  }
}

/** `performance` and the timers of promises are loaded at their first use, which only a start under way is worth. */
function untilNextLook(): Promise<void> {
  return process.getBuiltinModule('node:timers/promises').setTimeout(POLL_MS);
}

/** The socket that the living supervisor named, which another TMPDIR than ours may have moved. */
function socketOf(life: Life): string {
  if (life.kind === 'dead') {
    throw new PearlError('NOT_RUNNING', 'No supervisor is running.', {
      hint: fix`Look at it with: ${pearlctl('status')}`,
    });
  }
  if (life.sidecar === 'stale') throw noAnswer('A supervisor runs here, and its control socket cannot be found.');
  return life.socket;
}

/** In system scope every user may read the status, but only its own user may give orders: the error says that. */
async function connectTo(path: string): Promise<RpcClient> {
  try {
    return await RpcClient.connect({ kind: 'unix', path }, CONNECT_MS);
  } catch (error) {
    const errno = error instanceof PearlError ? errnoOf(error.cause) : undefined;
    if (errno !== 'EACCES' && errno !== 'EPERM') throw noAnswer('The supervisor cannot be reached.', error);
    throw new PearlError('NO_PERMISSION', 'This user may not give orders to the supervisor.', {
      hint: 'Run this as the user that pearlctl runs as, or with sudo.',
      cause: error,
    });
  }
}

/** Nothing listens at the socket, or there is none. */
function isUnheard(error: unknown): boolean {
  const reached = error instanceof PearlError && error.cause instanceof PearlError ? error.cause.cause : null;
  return ['ENOENT', 'ECONNREFUSED'].includes(errnoOf(reached) ?? '');
}

export function noAnswer(message: string, cause?: unknown): PearlError {
  return new PearlError('NO_ANSWER', message, { hint: fix`Look at it with: ${pearlctl('status')}`, cause });
}

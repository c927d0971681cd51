// Speaks to a running supervisor over its control socket: one connection, one command, one answer.

import { errnoOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { type Fields, object } from '../../base/json-fields.ts';
import type { Paths } from '../../config/paths.ts';
import { type JsonObject, stringifyJson } from '../../protocol/jsonrpc/lossless-json.ts';
import { RpcClient } from '../../protocol/jsonrpc/rpc-client.ts';
import { isAlive } from '../../state/sidecar/identity.ts';
import { readSidecar } from '../../state/sidecar/read-sidecar.ts';
import { CONTROL_VERSION, type ControlCommand } from './control-methods.ts';

const CONNECT_MS = 2000;
/** A reload validates and restarts children; it answers before they are back. */
const ANSWER_MS = 10_000;

/**
 * Has the supervisor of an instance do something, and gives its answer.
 *
 * @throws PearlError NOT_RUNNING when there is none or it does not answer, NO_PERMISSION when it is another user's.
 */
export async function askSupervisor(
  paths: Pick<Paths, 'sidecarFile' | 'controlSocket'>,
  command: ControlCommand,
  params: JsonObject = {},
): Promise<Fields> {
  return askSocket(socketOf(paths), command, params);
}

/** The same over a socket that the caller has found itself, where the process table cannot be asked. */
export async function askSocket(path: string, command: ControlCommand, params: JsonObject = {}): Promise<Fields> {
  const client = await connectTo(path);
  try {
    const outcome = await client.call(command, { version: CONTROL_VERSION, ...params }, ANSWER_MS);
    if (!outcome.ok) throw notRunning(`the supervisor refuses "${command}": ${outcome.failure.message}`);
    // Our own small numbers: the exact ones of the gateway's wire are not needed here.
    return object(JSON.parse(stringifyJson(outcome.result))) ?? {};
  } catch (error) {
    // The client speaks of gateways, since that is what it is made for.
    if (error instanceof PearlError && error.code.startsWith('GATEWAY_')) {
      throw notRunning('the supervisor does not answer', error);
    }
    throw error;
  } finally {
    client.close();
  }
}

/** The socket that the living supervisor named, which another TMPDIR than ours may have moved. */
function socketOf(paths: Pick<Paths, 'sidecarFile' | 'controlSocket'>): string {
  const sidecar = readSidecar(paths.sidecarFile);
  if (sidecar.kind === 'unreadable') {
    throw new PearlError('NO_PERMISSION', 'The supervisor belongs to another user.', {
      hint: 'Run this as that user, or with sudo.',
    });
  }
  const { supervisor, controlSocket } =
    sidecar.kind === 'valid' ? sidecar.value : { supervisor: null, controlSocket: null };
  if (supervisor === null || !isAlive(supervisor.pid, supervisor.identity))
    throw notRunning('no supervisor is running');
  return controlSocket ?? paths.controlSocket;
}

/** In system scope every user may read the status, but only its own user may give orders: the error says that. */
async function connectTo(path: string): Promise<RpcClient> {
  try {
    return await RpcClient.connect({ kind: 'unix', path }, CONNECT_MS);
  } catch (error) {
    const errno = error instanceof PearlError ? errnoOf(error.cause) : undefined;
    if (errno !== 'EACCES' && errno !== 'EPERM') throw notRunning('the supervisor cannot be reached', error);
    throw new PearlError('NO_PERMISSION', 'This user may not give orders to the supervisor.', {
      hint: 'Run this as the user that pearlctl runs as, or with sudo.',
      cause: error,
    });
  }
}

function notRunning(message: string, cause?: unknown): PearlError {
  return new PearlError('NOT_RUNNING', message, { hint: fix`Look at it with: ${pearlctl('status')}`, cause });
}

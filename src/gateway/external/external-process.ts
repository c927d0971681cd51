// The process that `pearlctl gateway` is for an external gateway: it finds the secret, checks what the reference gateway
// would fail on in a traceback, and becomes that gateway (Linux) or watches over it (elsewhere).
import { connect } from 'node:net';
import { PearlError } from '../../base/errors.ts';
import type { Config } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { resolveNodeAccess } from '../../config/pearld.ts';
import { native } from '../../native/native.ts';
import { gatewayEnvironment } from './companion-environment.ts';
import { requireProgram } from './gateway-program.ts';
import { watchGateway } from './watch-node.ts';

/** A listener on this machine answers a connection at once. */
const IN_USE_MS = 1000;

/**
 * Starts the external gateway of the configuration in the place of this process.
 *
 * @returns its exit code, where it runs as a child; on Linux it never returns.
 * @throws PearlError SECRET_MISSING, NO_PERMISSION, CONFIG_INVALID, PORT_IN_USE or CHILD_FAILED: nothing was started.
 */
export async function runExternalGateway(
  config: Config,
  paths: Paths,
  options: { readonly parent: number; readonly platform?: NodeJS.Platform; readonly signal?: AbortSignal },
): Promise<number> {
  const [command, ...args] = config.gateway.command;
  if (command === undefined) {
    throw new PearlError('CONFIG_INVALID', '[gateway] command[] is missing for an external gateway.', {
      hint: 'Set command[] = pearl-gateway and command[] = start.',
    });
  }
  if (config.gateway.socket === null && config.gateway.port === 0) {
    throw new PearlError('CONFIG_INVALID', 'An external gateway cannot tell which free port it took.', {
      hint: 'Set [gateway] port to a port of its own, such as 8337.',
    });
  }
  requireProgram(config, process.env.PATH ?? '');
  const access = await resolveNodeAccess(config, paths);
  await refuseTaken(config);
  const provingThreads = native().physicalCores();
  const env = gatewayEnvironment(config, { access, env: process.env, provingThreads });
  if ((options.platform ?? process.platform) !== 'linux') {
    return watchGateway({ command, args, env, stopTimeoutMs: config.gateway.stopTimeoutMs, signal: options.signal });
  }
  // Its clean stop is SIGINT: SIGTERM would lose a proof that is being made, with its block.
  native().setParentDeathSignal('SIGINT', options.parent);
  return native().execReplace(command, args, env);
}

/** A second gateway on the same Unix socket would silently take it over; on TCP it would die in a traceback. */
async function refuseTaken({ gateway }: Config): Promise<void> {
  const where = gateway.socket === null ? { host: gateway.host, port: gateway.port } : { path: gateway.socket };
  const taken = await new Promise<boolean>((resolve) => {
    const socket = connect(where);
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(IN_USE_MS, () => answer(true));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
  if (!taken) return;
  const name = gateway.socket ?? `${gateway.host}:${gateway.port}`;
  throw new PearlError('PORT_IN_USE', `Something listens on ${name} already, where the gateway should.`, {
    hint:
      gateway.socket === null
        ? 'pearlctl doctor ports names a free one. Or stop it, or set [gateway] kind = attached to use it.'
        : 'Stop it, set another [gateway] socket, or set kind = attached to use it.',
  });
}

// The rules of [gateway], [pool] and [pearld]: where jobs come from, and how to get there.

import { type Network, networkFacts } from '../protocol/networks.ts';
import type { Config, GatewayKind } from './configuration.ts';
import { type Check, checkAddress } from './key-check.ts';
import type { Values } from './keys.ts';

/** sun_path has 104 bytes on macOS and 108 on Linux, the last a zero (unix(4), unix(7)). */
const LONGEST_SOCKET_PATH_BYTES = 103;

export function gatewayOf(check: Check, values: Values['gateway'], kind: GatewayKind): Config['gateway'] {
  const { host, port, metrics_port: metricsPort, command, stop_timeout: stopTimeoutMs } = values;
  const socket = check.path('gateway.socket', values.socket);
  if (port !== 0 && port === metricsPort && socket === null) {
    const key = check.isSet('gateway.metrics_port') ? 'gateway.metrics_port' : 'gateway.port';
    check.refuse(key, `[gateway] port and metrics_port are both ${port}.`, 'Give each its own, or 0 for any free one.');
  }
  if (kind === 'attached' && port === 0 && socket === null) {
    check.refuse(
      'gateway.port',
      '[gateway] port is 0, and a gateway that runs already has a port.',
      'Set its real port.',
    );
  }
  if (socket !== null && Buffer.byteLength(socket) > LONGEST_SOCKET_PATH_BYTES) {
    check.refuse(
      'gateway.socket',
      `[gateway] socket is longer than ${LONGEST_SOCKET_PATH_BYTES} bytes.`,
      'Use a shorter path.',
    );
  }
  if (command[0] === '') {
    check.refuse('gateway.command', '[gateway] command[] begins with an empty program.', 'Put the program first.');
  }
  return {
    kind,
    host,
    port,
    metricsPort,
    dashboard: values.dashboard === 'on',
    socket,
    command: command.length === 0 ? ['pearl-gateway', 'start'] : command,
    stopTimeoutMs,
  };
}

export function poolOf(check: Check, values: Values['pool'], network: Network, kind: GatewayKind): Config['pool'] {
  const { url: urls, pass, login, user, password_env, password_file } = values;
  if (kind === 'pool' && urls.length === 0) {
    check.refuse(
      'pool.url',
      '[pool] url[] is missing: there is no pool to mine with.',
      'Add url[] = stratum+ssl://HOST:PORT under [pool].',
    );
  }
  const names = urls.map((url) => url.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) check.refuse('pool.url', `[pool] url[] lists ${twice} twice.`, 'Keep one of them.');
  if (login !== null && user !== null) {
    check.refuse('pool.user', '[pool] login and user both stand for the wallet.', 'Keep one of them.');
  }
  if (user !== null) checkAddress(check, 'pool.user', user, network);
  const ways = ['pass', 'password_env', 'password_file'].filter((name) => check.isSet(`pool.${name}`));
  if (ways.length > 1) {
    check.refuse(`pool.${ways[1]}`, `[pool] ${ways.join(' and ')} all set the password.`, 'Keep one of them.');
  }
  return {
    urls,
    pass,
    login,
    user: user?.toLowerCase() ?? null,
    passwordEnv: password_env,
    passwordFile: check.path('pool.password_file', password_file),
    maxInFlight: values.max_in_flight,
    maxSubmitsPerMinute: values.max_submits_per_minute,
  };
}

export function pearldOf(check: Check, values: Values['pearld'], network: Network): Config['pearld'] {
  const { rpc_url, rpc_user, rpc_password_env, rpc_password_file } = values;
  const conf = check.path('pearld.conf', values.conf);
  if (rpc_password_env !== null && rpc_password_file !== null) {
    check.refuse(
      'pearld.rpc_password_file',
      '[pearld] rpc_password_env and rpc_password_file both say where the password is.',
      'Keep one of them.',
    );
  }
  if (rpc_url !== null) checkRpcUrl(check, rpc_url);
  const fromEnv = rpc_password_file === null && conf === null ? 'PEARLD_RPC_PASSWORD' : null;
  return {
    // Defaults: protocol section 11, with the network's own port.
    rpcUrl: rpc_url ?? (conf === null ? `http://localhost:${networkFacts(network).rpcPort ?? 44107}` : null),
    rpcUser: rpc_user ?? (conf === null ? 'rpcuser' : null),
    rpcPasswordEnv: rpc_password_env ?? fromEnv,
    rpcPasswordFile: check.path('pearld.rpc_password_file', rpc_password_file),
    conf,
  };
}

function checkRpcUrl(check: Check, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    check.refuse('pearld.rpc_url', '[pearld] rpc_url is no URL.', 'Write it as http://HOST:PORT.');
  } else if (url.username !== '' || url.password !== '') {
    // Not shown: the text holds the password.
    check.refuse(
      'pearld.rpc_url',
      '[pearld] rpc_url has a user or a password in it.',
      'Use rpc_user and rpc_password_env.',
    );
  }
}

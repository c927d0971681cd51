// The rules of [gateway], [pool] and [pearld]: where jobs come from, and how to get there.
import { type Network, networkFacts } from '../protocol/networks.ts';
import { checkAccount, passwordWay, proxyOf } from './login-rules.ts';
import { checkAddress, type RuleCheck } from './rule-check.ts';
import type { Config, GatewayKind, Values } from './typed-config.ts';

/** sun_path has 104 bytes on macOS and 108 on Linux, the last a zero (unix(4), unix(7)). */
const LONGEST_SOCKET_PATH_BYTES = 103;

export function gatewayOf(check: RuleCheck, values: Values['gateway'], kind: GatewayKind): Config['gateway'] {
  const { port, metricsPort, socket, command } = values;
  if (port !== 0 && port === metricsPort && socket === null) {
    const name = check.isSet('gateway.metrics_port') ? 'metrics_port' : 'port';
    const words = `port and metrics_port are both ${port}.`;
    check.refuseIn('gateway', name, words, 'Give each its own, or 0 for any free one.');
  }
  if (kind === 'attached' && port === 0 && socket === null) {
    const words = 'port is 0, and a gateway that runs already has a port.';
    check.refuseIn('gateway', 'port', words, 'Set its real port.');
  }
  if (socket !== null && Buffer.byteLength(socket) > LONGEST_SOCKET_PATH_BYTES) {
    const words = `socket is longer than ${LONGEST_SOCKET_PATH_BYTES} bytes.`;
    check.refuseIn('gateway', 'socket', words, 'Use a shorter path.');
  }
  if (command[0] === '') {
    check.refuseIn('gateway', 'command', 'command[] begins with an empty program.', 'Put the program first.');
  }
  return { ...values, kind, command: command.length === 0 ? ['pearl-gateway', 'start'] : command };
}

export function poolOf(check: RuleCheck, { pool, pools }: Values, network: Network, kind: GatewayKind): Config['pool'] {
  const { urls, login, user } = pool;
  if (kind === 'pool' && urls.length === 0 && Object.keys(pools).length === 0) {
    const hint = 'Add url[] = stratum+ssl://HOST:PORT under [pool].';
    check.refuseIn('pool', 'url', 'url[] is missing: there is no pool to mine with.', hint);
  }
  const names = urls.map((url) => url.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) check.refuseIn('pool', 'url', `url[] lists ${twice} twice.`, 'Keep one of them.');
  checkAccount(check, 'pool', login !== null && user !== null);
  if (user !== null) checkAddress(check, 'pool.user', user, network);
  passwordWay(check, 'pool');
  return { ...pool, ...proxyOf(check, 'pool', pool), user: user?.toLowerCase() ?? null };
}

export function pearldOf(check: RuleCheck, values: Values['pearld'], network: Network): Config['pearld'] {
  const { rpcUrl, rpcUser, rpcPasswordEnv, rpcPasswordFile, conf } = values;
  if (rpcPasswordEnv !== null && rpcPasswordFile !== null) {
    const words = 'rpc_password_env and rpc_password_file both say where the password is.';
    check.refuseIn('pearld', 'rpc_password_file', words, 'Keep one of them.');
  }
  if (rpcUrl !== null) checkRpcUrl(check, rpcUrl);
  if (conf !== null) return values;
  // Defaults: protocol section 11, with the network's own port.
  return {
    ...values,
    rpcUrl: rpcUrl ?? `http://localhost:${networkFacts(network).rpcPort ?? 44107}`,
    rpcUser: rpcUser ?? 'rpcuser',
    rpcPasswordEnv: rpcPasswordEnv ?? (rpcPasswordFile === null ? 'PEARLD_RPC_PASSWORD' : null),
  };
}

function checkRpcUrl(check: RuleCheck, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    check.refuseIn('pearld', 'rpc_url', 'rpc_url is no URL.', 'Write it as http://HOST:PORT.');
  } else if (url.username !== '' || url.password !== '') {
    // Not shown: the text holds the password.
    const words = 'rpc_url has a user or a password in it.';
    check.refuseIn('pearld', 'rpc_url', words, 'Use rpc_user and rpc_password_env.');
  }
}

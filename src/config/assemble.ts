// From single values to the configuration: defaults that hang on other keys, and the rules between keys.
import { PearlError } from '../errors.ts';
import type { Config, GatewayKind, RestartPolicy } from './config.ts';
import { ConfigError } from './config-error.ts';
import { keyTitle, type Values } from './keys.ts';
import { type Network, networkFacts } from './networks.ts';
import type { Reading } from './read.ts';
import { checkShape, PRESETS, TILES } from './shapes.ts';
import { checkWallet } from './wallet.ts';

/** The configuration, and the reading's problems with those between keys added; with any problem it is not to be used. */
export function assemble(
  { values, lines, problems: earlier }: Reading,
  origin: string,
  home: string | null,
): { config: Config; problems: ConfigError[] } {
  const problems = [...earlier];
  // Nearly every rule hangs on these two: without them, what it says would be about something that nobody wrote.
  const blind = earlier.some(({ key }) => key === 'network' || key === 'gateway.kind');
  const check: Check = {
    isSet: (key) => lines.has(key),
    refuse(key, sentence, hint, code = 'CONFIG_INVALID') {
      // A value that could not be read has its own problem, and rules about its default would only confuse.
      if (blind || earlier.some((problem) => problem.key === key)) return;
      problems.push(new ConfigError(code, { origin, line: lines.get(key) ?? null, key }, sentence, hint));
    },
    path: (key, value) => expandHome(check, key, value, home),
  };
  const network = values[''].network;
  const kind = values.gateway.kind ?? defaultKind(network);
  checkKind(check, network, kind);
  const config: Config = {
    network,
    miner: minerOf(check, values, network, kind),
    shape: shapeOf(check, values.shape, network, kind),
    gateway: gatewayOf(check, values.gateway, kind),
    pool: poolOf(check, values.pool, network, kind),
    pearld: pearldOf(check, values.pearld, network),
    supervisor: {
      miner: policyOf(check, 'miner', values),
      gateway: policyOf(check, 'gateway', values),
    },
    service: {
      cpuWeight: values.service.cpu_weight,
      memoryMaxBytes: values.service.memory_max,
      processType: values.service.process_type,
    },
    sidecar: { mirror: check.path('sidecar.mirror', values.sidecar.mirror) },
    logs: { level: values.logs.level, maxBytes: values.logs.max_size, files: values.logs.files },
    policy: {},
  };
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  return { config, problems };
}

interface Check {
  /** Whether the file sets the key, given as `section.key`. */
  isSet(key: string): boolean;
  refuse(
    key: string,
    sentence: string,
    hint: string,
    code?: 'CONFIG_INVALID' | 'WALLET_INVALID' | 'SHAPE_INVALID',
  ): void;
  /** A path with `~/` replaced. */
  path(key: string, value: string | null): string | null;
}

function expandHome(check: Check, key: string, value: string | null, home: string | null): string | null {
  if (value === null || !value.startsWith('~/')) return value;
  if (home === null)
    check.refuse(key, `${titleOf(key)} begins with ~, and there is no home folder here.`, 'Write the whole path.');
  return `${home ?? '~'}${value.slice(1)}`;
}

function titleOf(path: string): string {
  const dot = path.lastIndexOf('.');
  return keyTitle(path.slice(0, Math.max(dot, 0)), path.slice(dot + 1));
}

function defaultKind(network: Network): GatewayKind {
  if (network === 'devnet') return 'devnet';
  return network === 'mainnet' ? 'pool' : 'external';
}

/** Which gateways there are on which network: the devnet has one of its own, and pools are on mainnet only. */
function checkKind(check: Check, network: Network, kind: GatewayKind): void {
  const key = check.isSet('gateway.kind') ? 'gateway.kind' : 'network';
  if ((network === 'devnet') !== (kind === 'devnet')) {
    check.refuse(
      key,
      `[gateway] kind = ${kind} does not go with network = ${network}: the devnet is inside pearlctl.`,
      network === 'devnet' ? 'Set kind = devnet.' : 'Set network = devnet, or kind = pool, external or attached.',
    );
  } else if (kind === 'pool' && network !== 'mainnet') {
    check.refuse(
      key,
      `[gateway] kind = pool does not go with network = ${network}: pools are on mainnet.`,
      'Set network = mainnet, or kind = external or attached.',
    );
  }
}

function minerOf(check: Check, values: Values, network: Network, kind: GatewayKind): Config['miner'] {
  const { provider, worker, threads, memory, matrices, poll_interval } = values.miner;
  const needed = !(kind === 'attached' || (kind === 'pool' && values.pool.login !== null));
  const wallet = values.miner.wallet ?? '';
  if (values.miner.wallet !== null || needed) checkAddress(check, 'miner.wallet', wallet, network);
  return {
    provider,
    // Bech32 may come in capitals (from a QR code), and programs compare addresses in small letters.
    wallet: wallet.toLowerCase(),
    worker,
    threads,
    memoryBytes: memory,
    matrices,
    pollIntervalMs: poll_interval,
  };
}

function checkAddress(check: Check, key: string, address: string, network: Network): void {
  try {
    checkWallet(address, network);
  } catch (error) {
    if (!(error instanceof PearlError)) throw error;
    check.refuse(key, `${titleOf(key)}: ${error.message}`, error.hint ?? '', 'WALLET_INVALID');
  }
}

const OWN_SIZES = ['m', 'n', 'k', 'rank', 'tile', 'rows', 'cols'] as const;

function shapeOf(check: Check, values: Values['shape'], network: Network, kind: GatewayKind): Config['shape'] {
  const own = OWN_SIZES.find((name) => values[name] !== null);
  const preset = values.preset ?? (own === undefined ? 'light' : 'custom');
  if (preset !== 'custom' && own !== undefined) {
    check.refuse(
      `shape.${own}`,
      `[shape] ${own} is for a shape of your own, and preset is ${preset}.`,
      `Set preset = custom, or remove ${own}.`,
      'SHAPE_INVALID',
    );
  }
  if (preset !== 'custom') {
    const shape = PRESETS[preset];
    checkShapeAt(check, 'shape.preset', shape, network, kind);
    return { ...shape, preset };
  }
  const shape = ownShape(check, values);
  if (shape === null) return { ...PRESETS.light, preset };
  checkShapeAt(check, `shape.${own ?? 'preset'}`, shape, network, kind);
  return { ...shape, preset };
}

function ownShape(check: Check, { m, n, k, rank, tile, rows, cols }: Values['shape']) {
  const sizes = { m, n, k };
  for (const [name, value] of Object.entries(sizes)) {
    if (value !== null) continue;
    check.refuse(
      `shape.${name}`,
      `[shape] ${name} is missing: a shape of your own needs m, n and k.`,
      `Set ${name}.`,
      'SHAPE_INVALID',
    );
  }
  if ((rows === null) !== (cols === null)) {
    check.refuse(
      rows === null ? 'shape.cols' : 'shape.rows',
      '[shape] rows and cols go together.',
      'Set both, or tile.',
      'SHAPE_INVALID',
    );
  }
  if (tile !== null && (rows !== null || cols !== null)) {
    check.refuse(
      'shape.tile',
      '[shape] tile says what rows and cols say.',
      'Keep tile, or rows and cols.',
      'SHAPE_INVALID',
    );
  }
  if (m === null || n === null || k === null) return null;
  const indices = rows !== null && cols !== null ? { rows, cols } : TILES[tile ?? '16x16'];
  return { m, n, k, rank: rank ?? 128, ...indices };
}

function checkShapeAt(
  check: Check,
  key: string,
  shape: Parameters<typeof checkShape>[0],
  network: Network,
  kind: GatewayKind,
) {
  try {
    checkShape(shape, network, kind);
  } catch (error) {
    if (!(error instanceof PearlError)) throw error;
    check.refuse(key, error.message, error.hint ?? '', 'SHAPE_INVALID');
  }
}

/** sun_path has 104 bytes on macOS and 108 on Linux, the last a zero (unix(4), unix(7)). */
const LONGEST_SOCKET_PATH_BYTES = 103;

function gatewayOf(check: Check, values: Values['gateway'], kind: GatewayKind): Config['gateway'] {
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
    socket,
    command: command.length === 0 ? ['pearl-gateway', 'start'] : command,
    stopTimeoutMs,
  };
}

function poolOf(check: Check, values: Values['pool'], network: Network, kind: GatewayKind): Config['pool'] {
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

function pearldOf(check: Check, values: Values['pearld'], network: Network): Config['pearld'] {
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

function policyOf(check: Check, child: 'miner' | 'gateway', values: Values): RestartPolicy {
  const common = values.supervisor;
  const own = values[`supervisor.${child}`];
  const policy = {
    restart: own.restart ?? common.restart,
    backoffInitialMs: own.backoff_initial ?? common.backoff_initial,
    backoffMaxMs: own.backoff_max ?? common.backoff_max,
    healthyAfterMs: own.healthy_after ?? common.healthy_after,
    limit: own.limit ?? common.limit,
  };
  if (policy.backoffInitialMs > policy.backoffMaxMs) {
    const keys = [
      `supervisor.${child}.backoff_initial`,
      `supervisor.${child}.backoff_max`,
      'supervisor.backoff_initial',
    ];
    const key = keys.find((name) => check.isSet(name)) ?? 'supervisor.backoff_max';
    check.refuse(
      key,
      `backoff_initial of the ${child} is longer than its backoff_max.`,
      'Make backoff_max the longer one.',
    );
  }
  return policy;
}

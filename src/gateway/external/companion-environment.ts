// The environment that the reference gateway is configured by (protocol section 9): pure. It holds the node's RPC password,
// so it is handed to that one process and to nothing else.
import type { Config } from '../../config/configuration.ts';
import type { NodeAccess } from '../../config/pearld.ts';
import { MAX_UNDER_WAY } from './settlement.ts';

/** What belongs to our own processes: the channel to the supervisor, credentials, overrides. */
const OURS = /^(PEARLCTL_|NODE_CHANNEL_|NODE_OPTIONS$|CREDENTIALS_DIRECTORY$|NOTIFY_SOCKET$|WATCHDOG_)/;

export interface EnvironmentOptions {
  readonly access: NodeAccess;
  /** The environment of the process that becomes the gateway. */
  readonly env: NodeJS.ProcessEnv;
  /** Threads for its prover, which takes 6 on any machine when it is not told. */
  readonly provingThreads: number;
}

/**
 * Where the gateway would serve its own metrics, or null where no port is left for it. Current releases do not open the
 * port; `[gateway] metrics_port` is the supervisor's, so this is the one after it.
 */
export function gatewayMetricsPort({ gateway }: Config): number | null {
  const next = gateway.metricsPort + 1;
  return gateway.metricsPort === 0 || next > 65_535 || next === gateway.port ? null : next;
}

/** Everything the gateway is told; what it would take defaults for is set in every case. */
export function gatewayEnvironment(config: Config, options: EnvironmentOptions): Record<string, string> {
  const { gateway, miner, logs, pearld } = config;
  const { access, env, provingThreads } = options;
  const inherited = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !OURS.test(entry[0]) && entry[0] !== pearld.rpcPasswordEnv,
  );
  const metricsPort = gatewayMetricsPort(config);
  const listen =
    gateway.socket === null
      ? { MINER_RPC_TRANSPORT: 'tcp', MINER_RPC_HOST: gateway.host, MINER_RPC_PORT: String(gateway.port) }
      : { MINER_RPC_TRANSPORT: 'uds', MINER_RPC_SOCKET_PATH: gateway.socket };
  return {
    ...Object.fromEntries(inherited),
    PEARLD_RPC_URL: access.rpcUrl,
    PEARLD_RPC_USER: access.rpcUser,
    PEARLD_RPC_PASSWORD: access.rpcPassword,
    // Python's TLS knows authorities by this file alone; it talks to the node and to nothing else.
    ...(access.certificate === null ? {} : { SSL_CERT_FILE: access.certificate.path }),
    PEARLD_MINING_ADDRESS: miner.wallet,
    // As many as are looked for on the chain. Older gateways do not read it.
    GATEWAY_PROOF_MAX_PENDING: String(MAX_UNDER_WAY),
    PEARLD_REFRESH_INTERVAL_SECONDS: '1',
    ...listen,
    ...(metricsPort === null ? {} : { METRICS_BIND: `127.0.0.1:${metricsPort}` }),
    PEARL_LOG_LEVEL: logs.level === 'debug' ? 'DEBUG' : 'INFO',
    RAYON_NUM_THREADS: String(provingThreads),
    // Its one line on standard output would otherwise come at its end.
    PYTHONUNBUFFERED: '1',
  };
}

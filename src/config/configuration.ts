// The configuration as one typed value, and the only ways to get one: from a text (pure) or from the file of a scope.

import type { Network } from '../protocol/networks.ts';
import type { PresetName, Shape } from '../protocol/shapes.ts';
import { assemble } from './assemble.ts';
import type { ConfigError } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import type { Paths } from './paths.ts';
import type { PoolUrl } from './pool-url.ts';
import { readValues } from './read-values.ts';
import type { RestartLimit, Threads } from './values.ts';

export type GatewayKind = 'devnet' | 'pool' | 'external' | 'attached';

export interface Config {
  network: Network;
  miner: {
    provider: 'cpu-pearl';
    /** Checked for the network; empty only where [pool] login stands for it, or the gateway is attached. */
    wallet: string;
    worker: string;
    threads: Threads;
    /** Bound of the native buffers; null: auto, the smaller of 512 MiB and a quarter of the memory there is. */
    memoryBytes: number | null;
    matrices: 'constant' | 'random';
    pollIntervalMs: number;
  };
  /** Legal and deliverable on the network and kind of gateway. */
  shape: Shape & { preset: PresetName | 'custom' };
  gateway: {
    kind: GatewayKind;
    /** Loopback, an IPv6 address without brackets. */
    host: string;
    /** 0: any free one, as for metricsPort. */
    port: number;
    metricsPort: number;
    /** Whether the metrics port also shows the dashboard page. */
    dashboard: boolean;
    /** A Unix socket's path, instead of host and port. */
    socket: string | null;
    /** Of an external gateway: the program and its arguments. */
    command: string[];
    stopTimeoutMs: number;
  };
  pool: {
    /** In order of preference; at least one where the gateway's kind is `pool`. */
    urls: PoolUrl[];
    pass: string;
    /** Sent raw instead of an address. */
    login: string | null;
    /** An address to pay instead of the miner's wallet. */
    user: string | null;
    passwordEnv: string | null;
    passwordFile: string | null;
    maxInFlight: number;
    maxSubmitsPerMinute: number;
  };
  pearld: {
    /** Null where it stands in `conf`; otherwise set. */
    rpcUrl: string | null;
    rpcUser: string | null;
    rpcPasswordEnv: string | null;
    rpcPasswordFile: string | null;
    conf: string | null;
  };
  supervisor: { miner: RestartPolicy; gateway: RestartPolicy };
  service: {
    cpuWeight: number | 'idle' | null;
    memoryMaxBytes: number | null;
    processType: 'standard' | 'background' | 'adaptive' | 'interactive';
  };
  sidecar: { mirror: string | null };
  logs: { level: 'debug' | 'info' | 'warn' | 'error'; maxBytes: number; maxAgeMs: number; files: number };
  /** Nothing to set yet. */
  policy: Record<string, never>;
}

export interface RestartPolicy {
  restart: 'on-failure' | 'always' | 'never';
  backoffInitialMs: number;
  backoffMaxMs: number;
  healthyAfterMs: number;
  limit: RestartLimit;
}

export interface ParseOptions {
  /** What `~/` in a path stands for. Without it, such a path is refused. */
  home?: string | undefined;
}

/** A configuration that was looked at whole: the value, or everything that is wrong, in the order of the lines. */
export type Checked = { config: Config; problems: [] } | { config: null; problems: [ConfigError, ...ConfigError[]] };

/**
 * Reads a configuration and collects what is wrong with it.
 *
 * @throws ConfigError CONFIG_SYNTAX when a line cannot be read at all.
 */
export function checkConfig(text: string, origin: string, options: ParseOptions = {}): Checked {
  const reading = readValues(text, origin);
  const { config, problems } = assemble(reading, origin, options.home ?? null);
  const [first, ...others] = problems;
  return first === undefined ? { config, problems: [] } : { config: null, problems: [first, ...others] };
}

/**
 * Reads a configuration.
 *
 * @param origin the file's name for messages.
 * @throws ConfigError CONFIG_SYNTAX, CONFIG_UNKNOWN_KEY, CONFIG_INVALID, WALLET_INVALID or SHAPE_INVALID: the first problem.
 */
export function parseConfig(text: string, origin: string, options: ParseOptions = {}): Config {
  const { config, problems } = checkConfig(text, origin, options);
  if (config === null) throw problems[0];
  return config;
}

/**
 * Reads the configuration of `paths`.
 *
 * @throws PearlError CONFIG_MISSING, CONFIG_UNREADABLE, or what parseConfig throws.
 */
export async function loadConfig(paths: Paths): Promise<Config> {
  return parseConfig(await readConfigFile(paths.configFile), paths.configFile, { home: paths.userHome });
}

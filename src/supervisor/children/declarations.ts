// The children, declared: what they are started as, how they show that they are ready and alive, and how they are stopped.
// A new kind of gateway is a new declaration, not new code.
import { namingWords } from '../../base/instance.ts';
import { DEATH_LIMIT_MS } from '../../base/time-limit.ts';
import type { Config, GatewayKind } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { secretSources } from '../../config/secrets.ts';
import { type AccompanyOptions, accompany } from '../../gateway/external/accompany.ts';
import type { Companion } from '../../gateway/external/companion.ts';
import { endpointOf, renderEndpoint } from '../../protocol/jsonrpc/endpoint.ts';
import type { ChildName } from '../../state/table/session-table.ts';
import { childEnvironment } from './child-environment.ts';
import type { Launch } from './child-process.ts';
import type { ChildRules, StopStep } from './child-table.ts';
import { heapFlags } from './heap.ts';

export interface Declaration {
  rules: ChildRules;
  /**
   * A child finds the same configuration and folders as its supervisor, whatever the environment says. Null for a gateway that
   * another program runs: it is asked, never started nor stopped.
   */
  launch: ((context: LaunchContext) => Launch) | null;
  /** Whether it speaks our channel; a foreign program is judged by its answers alone. */
  heartbeat: boolean;
  /** What hears, asks and speaks our channel in the place of a foreign program. */
  companion: Accompany | null;
}

type Accompany = (link: Pick<AccompanyOptions, 'gatewayUrl' | 'emit' | 'nodeLog' | 'restart' | 'after'>) => Companion;

interface LaunchContext {
  /** Where the gateway really listens. */
  gatewayUrl: string;
}

export interface DeclarationOptions {
  /** What a child of ours is started as, before its own arguments: Node and the entry point. */
  program: readonly [string, ...string[]];
  env: NodeJS.ProcessEnv;
}

/** The miner hands its last proof over and leaves (issue of record: architecture, section 5). */
export const MINER_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 2000 },
  { signal: 'SIGKILL', waitMs: DEATH_LIMIT_MS },
];
/**
 * Where SIGINT was of no use, SIGTERM works at once or not at all. The stop is promised within half a second of the waits, and
 * that is for more than this.
 */
const AFTER_INT_MS = 100;

/** A built-in process answers within a second; ten times a slow machine's figure. */
const START_TIMEOUT_MS = 60_000;
const START_TIMEOUTS_MS: Record<GatewayKind, number | null> = {
  devnet: START_TIMEOUT_MS,
  pool: START_TIMEOUT_MS,
  // The reference gateway took 1.6 to 3.3 s on two idle cores; it imports Python packages from a cold disk at boot.
  external: 180_000,
  attached: null,
};

export function declareChildren(
  config: Config,
  paths: Paths,
  options: DeclarationOptions,
): Record<ChildName, Declaration> {
  return { gateway: declareGateway(config, paths, options), miner: declareMiner(config, paths, options) };
}

function declareMiner(config: Config, paths: Paths, options: DeclarationOptions): Declaration {
  const env = childEnvironment(options.env, { withheld: namedSecrets(config) });
  return {
    rules: {
      name: 'miner',
      policy: config.supervisor.miner,
      stopSteps: MINER_STOP_STEPS,
      proofTimeoutMs: 0,
      // It waits for its gateway for ever, and says so: only its silence means that it is stuck.
      startTimeoutMs: null,
    },
    launch: ({ gatewayUrl }) =>
      launchOf('miner', options, ['mine', ...namingWords(paths), '--gateway', gatewayUrl], env),
    heartbeat: true,
    companion: null,
  };
}

function declareGateway(config: Config, paths: Paths, options: DeclarationOptions): Declaration {
  const { kind } = config.gateway;
  const needed = neededSecrets(config);
  const withheld = namedSecrets(config).filter((name) => !needed.includes(name));
  const env = childEnvironment(options.env, { extra: needed, withheld });
  return {
    rules: {
      name: 'gateway',
      // One that another program runs is waited for as long as it takes.
      policy: kind === 'attached' ? { ...config.supervisor.gateway, restart: 'always' } : config.supervisor.gateway,
      stopSteps: gatewayStopSteps(kind, config.gateway.stopTimeoutMs),
      proofTimeoutMs: config.gateway.proofTimeoutMs,
      startTimeoutMs: START_TIMEOUTS_MS[kind],
    },
    launch: kind === 'attached' ? null : () => launchOf('gateway', options, ['gateway', ...namingWords(paths)], env),
    heartbeat: kind === 'devnet' || kind === 'pool',
    companion:
      kind === 'devnet' || kind === 'pool' ? null : (link) => accompany({ ...link, config, paths, env: options.env }),
  };
}

/** The reference gateway dies of SIGTERM at once and loses the proof that it is making; SIGINT is its clean stop. */
export function gatewayStopSteps(kind: string, stopTimeoutMs: number): StopStep[] {
  if (kind === 'external') {
    return [
      { signal: 'SIGINT', waitMs: stopTimeoutMs },
      { signal: 'SIGTERM', waitMs: AFTER_INT_MS },
      { signal: 'SIGKILL', waitMs: DEATH_LIMIT_MS },
    ];
  }
  return [
    { signal: 'SIGTERM', waitMs: stopTimeoutMs },
    { signal: 'SIGKILL', waitMs: DEATH_LIMIT_MS },
  ];
}

/** Every variable that the configuration names as a secret, and where systemd puts credentials. */
function namedSecrets(config: Config): string[] {
  const pools = Object.values(config.pools).map(({ passwordEnv }) => passwordEnv);
  const named = [config.pool.passwordEnv, ...pools, config.pearld.rpcPasswordEnv];
  return ['CREDENTIALS_DIRECTORY', ...named.filter((name) => name !== null)];
}

/** Those of them that this kind of gateway asks for. */
function neededSecrets(config: Config): string[] {
  const variables = secretSources(config).map(({ env }) => env);
  return variables.length === 0 ? [] : ['CREDENTIALS_DIRECTORY', ...variables.filter((name) => name !== null)];
}

function launchOf(
  name: ChildName,
  { program: [command, ...first] }: DeclarationOptions,
  args: string[],
  env: Record<string, string>,
): Launch {
  return { command, args: [...heapFlags(name), ...first, ...args], env };
}

/** Where the configuration says that the gateway listens, before it has told; port 0 is not known yet. */
export function configuredGatewayUrl({ gateway }: Config): string {
  return renderEndpoint(endpointOf(gateway));
}

// From single values to the configuration: defaults that hang on other keys, and the rules between keys.

import type { Network } from '../protocol/networks.ts';
import { ConfigError } from './config-error.ts';
import type { Config, GatewayKind, RestartPolicy } from './configuration.ts';
import { type Check, checkAddress, expandHome } from './key-check.ts';
import type { Values } from './keys.ts';
import type { Reading } from './read-values.ts';
import { shapeOf } from './shape-rules.ts';
import { gatewayOf, pearldOf, poolOf } from './upstream-rules.ts';

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
    logs: {
      level: values.logs.level,
      maxBytes: values.logs.max_size,
      maxAgeMs: values.logs.max_age,
      files: values.logs.files,
    },
    policy: {},
  };
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  return { config, problems };
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
    // Bech32 may come in capitals (from a QR code), and programs compare addresses in lowercase.
    wallet: wallet.toLowerCase(),
    worker,
    threads,
    memoryBytes: memory,
    matrices,
    pollIntervalMs: poll_interval,
  };
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

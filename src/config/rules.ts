// From single values to the configuration: values that hang on other keys, and the rules between keys.
import type { Network } from '../protocol/networks.ts';
import { ConfigError } from './config-error.ts';
import { namedPoolsOf, needsWallet } from './named-pools.ts';
import type { Reading } from './read-values.ts';
import { checkAddress, type RuleCheck } from './rule-check.ts';
import { shapeOf } from './shape-rules.ts';
import type { Config, GatewayKind, RestartPolicy, Values } from './typed-config.ts';
import { gatewayOf, pearldOf, poolOf } from './upstream-rules.ts';

/** The configuration, and all that is wrong with it; with any problem it is not to be used. */
export function applyRules(
  { values, entries, problems: earlier }: Reading,
  origin: string,
): { config: Config; problems: ConfigError[] } {
  const problems = [...earlier];
  // Nearly every rule hangs on these two: without them, what it says would be about something that the file does not say.
  const blind = earlier.some(({ key }) => key === 'network' || key === 'gateway.kind');
  const refuse: RuleCheck['refuse'] = (key, sentence, hint, code = 'CONFIG_INVALID') => {
    // A value that could not be read has its own problem, and rules about its default would only confuse.
    if (blind || earlier.some((problem) => problem.key === key)) return;
    const line = entries.get(key)?.[0]?.line ?? null;
    problems.push(new ConfigError(code, { origin, line, key }, sentence, hint));
  };
  const check: RuleCheck = {
    isSet: (key) => entries.has(key),
    refuse,
    refuseIn(section, name, words, hint) {
      refuse(`${section}.${name}`, `[${section}] ${words}`, hint, section === 'shape' ? 'SHAPE_INVALID' : undefined);
    },
  };
  const { network } = values;
  const kind = values.gateway.kind ?? defaultKind(network);
  checkKind(check, network, kind);
  const pools = namedPoolsOf(check, values, network);
  const config: Config = {
    ...values,
    miner: minerOf(check, values, network, needsWallet(kind, values.pool, pools)),
    shape: shapeOf(check, values.shape, network, kind),
    gateway: gatewayOf(check, values.gateway, kind),
    pool: poolOf(check, values, network, kind),
    pools,
    pearld: pearldOf(check, values.pearld, network),
  };
  checkBackoff(check, 'miner', config.supervisor.miner);
  checkBackoff(check, 'gateway', config.supervisor.gateway);
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  return { config, problems };
}

function defaultKind(network: Network): GatewayKind {
  if (network === 'devnet') return 'devnet';
  return network === 'mainnet' ? 'pool' : 'external';
}

/** Which gateways there are on which network: the devnet has one of its own, and pools are on mainnet only. */
function checkKind(check: RuleCheck, network: Network, kind: GatewayKind): void {
  const key = check.isSet('gateway.kind') ? 'gateway.kind' : 'network';
  if ((network === 'devnet') !== (kind === 'devnet')) {
    check.refuse(
      key,
      `[gateway] kind = ${kind} does not go with network = ${network}: the devnet is inside pearlctl.`,
      network === 'devnet'
        ? 'Set kind = devnet, or choose another network.'
        : 'Set network = devnet, or kind = pool, external or attached.',
    );
  } else if (kind === 'pool' && network !== 'mainnet') {
    check.refuse(
      key,
      `[gateway] kind = pool does not go with network = ${network}: pools are on mainnet.`,
      'Set network = mainnet, or kind = external or attached.',
    );
  }
}

function minerOf(check: RuleCheck, { miner }: Values, network: Network, needed: boolean): Config['miner'] {
  const wallet = miner.wallet ?? '';
  if (miner.wallet !== null || needed) checkAddress(check, 'miner.wallet', wallet, network);
  // Bech32 may come in capitals (from a QR code), and programs compare addresses in lowercase.
  return { ...miner, wallet: wallet.toLowerCase() };
}

function checkBackoff(check: RuleCheck, child: 'miner' | 'gateway', policy: RestartPolicy): void {
  if (policy.backoffInitialMs <= policy.backoffMaxMs) return;
  const keys = [`supervisor.${child}.backoff_initial`, `supervisor.${child}.backoff_max`, 'supervisor.backoff_initial'];
  check.refuse(
    keys.find((name) => check.isSet(name)) ?? 'supervisor.backoff_max',
    `backoff_initial of the ${child} is longer than its backoff_max.`,
    'Make backoff_max the longer one.',
  );
}

// What `init` was told, by flags or by answers to its questions, and the configuration that follows from it. Pure.
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import type { GatewayKind } from '../../config/configuration.ts';
import type { EffectiveKey } from '../../config/effective.ts';
import type { GivenNames } from '../../config/given-names.ts';
import { pathOf } from '../../config/key-names.ts';
import type { Answers } from '../../config/new-file.ts';
import { NETWORKS, type Network, networkFacts } from '../../protocol/networks.ts';
import { type PoolChoice, sectionsOf } from './pool-choice.ts';

/** Every question of `init`, with its flag and its key. */
const CHOICES = {
  network: { flag: '--network', section: '', key: 'network' },
  gateway: { flag: '--gateway', section: 'gateway', key: 'kind' },
  pool: { flag: '--pool', section: 'pool', key: 'url' },
  login: { flag: '--login', section: 'pool', key: 'login' },
  rpcUrl: { flag: '--rpc-url', section: 'pearld', key: 'rpc_url' },
  rpcUser: { flag: '--rpc-user', section: 'pearld', key: 'rpc_user' },
  rpcCert: { flag: '--rpc-cert', section: 'pearld', key: 'rpc_cert' },
  nodeConf: { flag: '--node-conf', section: 'pearld', key: 'conf' },
  gatewayPort: { flag: '--gateway-port', section: 'gateway', key: 'port' },
  wallet: { flag: '--wallet', section: 'miner', key: 'wallet' },
  worker: { flag: '--worker', section: 'miner', key: 'worker' },
  threads: { flag: '--threads', section: 'miner', key: 'threads' },
} as const satisfies Record<string, { flag: string; section: string; key: string }>;

interface TypedChoices {
  readonly network?: Network | undefined;
  readonly gateway?: GatewayKind | undefined;
  /** The preferred one first. */
  readonly pool?: readonly PoolChoice[] | undefined;
}

/** What is undefined was not answered yet. */
export type Choices = TypedChoices & {
  readonly [Name in Exclude<keyof typeof CHOICES, keyof TypedChoices>]?: string | undefined;
};

/** How a problem with a key is told whose value was a flag's. */
export const FLAG_NAMES: GivenNames = {
  names: Object.fromEntries(Object.values(CHOICES).map(({ flag, section, key }) => [pathOf(section, key), flag])),
  separator: ' ',
};

/** Where jobs can come from on a network, the usual one first. */
export function gatewayKinds(network: Network): readonly [GatewayKind, ...GatewayKind[]] {
  if (network === 'devnet') return ['devnet'];
  return network === 'mainnet' ? ['pool', 'external', 'attached'] : ['external', 'attached'];
}

/** What has a meaning with some gateways only. */
const NARROW = {
  pool: ['pool'],
  login: ['pool'],
  rpcUrl: ['external', 'attached'],
  rpcUser: ['external', 'attached'],
  rpcCert: ['external', 'attached'],
  nodeConf: ['external', 'attached'],
} as const satisfies Partial<Record<keyof Choices, readonly GatewayKind[]>>;

type NarrowChoice = keyof typeof NARROW;

function has(choice: NarrowChoice, kind: GatewayKind): boolean {
  return (NARROW[choice] as readonly GatewayKind[]).includes(kind);
}

/** Where jobs can come from on a network with all that was chosen, the usual one first. */
export function fittingGateways(choices: Choices, network: Network): GatewayKind[] {
  const narrow = (Object.keys(NARROW) as NarrowChoice[]).filter((choice) => choices[choice] !== undefined);
  return gatewayKinds(network).filter(
    (kind) => (choices.gateway ?? kind) === kind && narrow.every((choice) => has(choice, kind)),
  );
}

/** The networks that go with all that was chosen, the usual one first. */
export function fittingNetworks(choices: Choices): Network[] {
  return NETWORKS.filter(
    (network) => (choices.network ?? network) === network && fittingGateways(choices, network).length > 0,
  );
}

const PLACES = ['network', 'gateway', 'pool', 'login', 'rpcUrl', 'rpcUser', 'rpcCert', 'nodeConf'] as const;

/** Throws USAGE for two choices that exclude each other: neither is to be left out in silence. */
export function checkTogether(choices: Choices): void {
  const given = PLACES.filter((name) => choices[name] !== undefined);
  for (const [at, later] of given.entries()) {
    const earlier = given.slice(0, at).find((one) => {
      const both: Choices = { [one]: choices[one], [later]: choices[later] };
      return fittingNetworks(both).length === 0;
    });
    if (earlier === undefined) continue;
    throw new PearlError('USAGE', `${worded(later, choices)} does not go with ${worded(earlier, choices)}.`, {
      hint: whereFits(later, choices),
    });
  }
}

function worded(name: (typeof PLACES)[number], choices: Choices): string {
  const { flag } = CHOICES[name];
  return name === 'network' || name === 'gateway' ? `${flag} ${choices[name]}` : flag;
}

function whereFits(name: (typeof PLACES)[number], { network, gateway }: Choices): string {
  if (name in NARROW) {
    return `${CHOICES[name].flag} is for --gateway ${NARROW[name as NarrowChoice].join(' or ')}.`;
  }
  const networks = NETWORKS.filter((one) => gateway === undefined || gatewayKinds(one).includes(gateway));
  return `--gateway ${gateway} is for --network ${networks.join(', ')}; ${network} has --gateway ${gatewayKinds(network ?? 'mainnet').join(' or ')}.`;
}

/** What the present configuration says, in the words of `init`. */
export function choicesOf(keys: readonly EffectiveKey[], network: Network, gateway: GatewayKind): Choices {
  const set = Object.entries(CHOICES).flatMap(([name, place]) => {
    const found = keys.find(({ section, key }) => section === place.section && key === place.key);
    return found?.origin === 'file' && found.value !== '' ? [[name, found.value]] : [];
  });
  const choices: Choices = Object.fromEntries(set);
  const pool = [...(choices.pool ?? []), ...sectionsOf(keys)];
  return { ...choices, ...(pool.length > 0 ? { pool } : {}), network, gateway };
}

/** What of the present choices is offered again: of another network only what is about this machine. */
export function keptChoices(network: Network, present: Choices | null): Choices {
  if (present === null) return {};
  const { worker, threads, gatewayPort } = present;
  return present.network === network ? present : { worker, threads, gatewayPort };
}

/**
 * Fills in what has a usual answer: what the present configuration says, and on the devnet the wallet that `makeWallet` gives,
 * an address whose coins are worth nothing anyway.
 *
 * @throws PearlError USAGE that names the flag for what only the user can know, or two that exclude each other.
 */
export function withUsualAnswers(choices: Choices, makeWallet: () => string, present: Choices | null): Choices {
  checkTogether(choices);
  const networks = fittingNetworks(choices);
  const network = networks.find((one) => one === present?.network && mayPay(choices.wallet, one)) ?? networks[0];
  if (network === undefined) throw new Error('choices that were checked fit somewhere');
  const kept = keptChoices(network, present);
  const gateways = fittingGateways(choices, network);
  const gateway = gateways.find((one) => one === kept.gateway) ?? gateways[0];
  const merged: Choices = { ...given({ ...kept }), ...given({ ...choices }), network, gateway };
  const wallet = merged.wallet ?? (network === 'devnet' ? makeWallet() : undefined);
  if (wallet === undefined && needsWallet(merged)) throw missing('No wallet was given.', '--wallet ADDRESS');
  if (gateway === 'pool' && !merged.pool?.length) throw missing('No pool was given.', '--pool NAME or --pool URL');
  return { ...merged, wallet };
}

/** Whether something pays the wallet: every pool may have a login of its own. */
export function needsWallet({ gateway, pool = [], login }: Choices): boolean {
  if (gateway !== 'pool') return gateway !== 'attached';
  return pool.length === 0 || pool.some((one) => (typeof one === 'string' ? login : one.keys.login) === undefined);
}

/** By its prefix alone: an address of another network means that network. */
function mayPay(wallet: string | undefined, network: Network): boolean {
  return wallet === undefined || wallet.toLowerCase().startsWith(`${networkFacts(network).hrp}1`);
}

function missing(message: string, flag: string): PearlError {
  return new PearlError('USAGE', message, {
    hint: fix`Add ${flag} (to try without any: ${pearlctl('init', '--network', 'devnet')}).`,
  });
}

/** The ports of a new file, where the usual ones are another instance's or program's. */
export interface FreePorts {
  readonly port?: string;
  readonly metrics_port?: string;
}

/** The keys that these choices set; everything else keeps its default. */
export function answersFor(choices: Choices, { port, metrics_port }: FreePorts = {}): Answers {
  const { network, gateway, gatewayPort, wallet, worker, threads } = choices;
  const fitting = <C extends NarrowChoice>(choice: C): Choices[C] =>
    gateway !== undefined && has(choice, gateway) ? choices[choice] : undefined;
  const pool = fitting('pool');
  const urls = pool?.filter((one) => typeof one === 'string');
  const sections = pool?.filter((one) => typeof one !== 'string') ?? [];
  const login = sections.some(({ keys }) => keys.login !== undefined) ? undefined : fitting('login');
  return {
    '': given({ network }),
    miner: given({ wallet, worker, threads }),
    // An attached gateway has a port of its own.
    gateway: given({ kind: gateway, port: gatewayPort ?? (gateway === 'attached' ? undefined : port), metrics_port }),
    pool: given({ url: urls?.length ? urls : undefined, login }),
    ...Object.fromEntries(sections.map(({ name, keys }) => [`pool.${name}`, keys])),
    pearld: given({
      rpc_url: fitting('rpcUrl'),
      rpc_user: fitting('rpcUser'),
      rpc_cert: fitting('rpcCert'),
      conf: fitting('nodeConf'),
    }),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends Record<string, unknown>>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

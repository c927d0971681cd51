// What `init` was told, by flags or by answers to its questions, and the configuration that follows from it. Pure.
import type { GatewayKind } from '../config/config.ts';
import type { Network } from '../config/networks.ts';
import type { Answers } from '../config/render.ts';
import { PearlError } from '../errors.ts';

/** Every question of `init` is one of these; what is undefined was not answered yet. */
export interface Choices {
  readonly network?: Network | undefined;
  readonly gateway?: GatewayKind | undefined;
  /** Addresses of pools, the preferred one first. */
  readonly pool?: readonly string[] | undefined;
  /** JSON-RPC of a Pearl node. */
  readonly rpcUrl?: string | undefined;
  readonly rpcUser?: string | undefined;
  readonly wallet?: string | undefined;
  readonly worker?: string | undefined;
  readonly threads?: string | undefined;
}

/** Where jobs can come from on a network, the usual one first. */
export function gatewayKinds(network: Network): readonly [GatewayKind, ...GatewayKind[]] {
  if (network === 'devnet') return ['devnet'];
  return network === 'mainnet' ? ['pool', 'external', 'attached'] : ['external', 'attached'];
}

/** Whom the configuration that is there pays. */
export interface Present {
  readonly network: Network;
  readonly wallet: string;
}

/** The wallet of the present configuration, where it is of this network: nobody is to lose it by asking for a new file. */
export function keptWallet(network: Network, present: Present | null): string | undefined {
  return present !== null && present.network === network && present.wallet !== '' ? present.wallet : undefined;
}

/**
 * Fills in what has a usual answer: the wallet is the present one, or on the devnet what `makeWallet` gives, an address whose
 * coins are worth nothing anyway.
 *
 * @throws PearlError USAGE that names the flag for what only the user can know.
 */
export function withUsualAnswers(choices: Choices, makeWallet: () => string, present: Present | null): Choices {
  const network = choices.network ?? 'mainnet';
  const gateway = choices.gateway ?? gatewayKinds(network)[0];
  const usual = () => keptWallet(network, present) ?? (network === 'devnet' ? makeWallet() : undefined);
  const wallet = choices.wallet ?? usual();
  if (wallet === undefined && gateway !== 'attached')
    throw missing('Whom mining pays is not known.', '--wallet ADDRESS');
  if (gateway === 'pool' && !choices.pool?.length) throw missing('Which pool to mine with is not known.', '--pool URL');
  return { ...choices, network, gateway, wallet };
}

function missing(message: string, flag: string): PearlError {
  return new PearlError('USAGE', message, {
    hint: `Add ${flag} (to try without any: pearlctl init --network devnet).`,
  });
}

/** The keys that these choices set; everything else keeps its default. */
export function answersFor(choices: Choices): Answers {
  const { network, gateway, pool, rpcUrl, rpcUser, wallet, worker, threads } = choices;
  return {
    '': given({ network }),
    miner: given({ wallet, worker, threads }),
    gateway: given({ kind: gateway }),
    ...(gateway === 'pool' ? { pool: given({ url: pool && [...pool] }) } : {}),
    ...(gateway === 'external' ? { pearld: given({ rpc_url: rpcUrl, rpc_user: rpcUser }) } : {}),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function given<T extends Record<string, unknown>>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}

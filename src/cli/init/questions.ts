// The questions of `init`, asked on a terminal for what no flag has answered. Every answer is checked as it is given.

import { confirm, intro, log, note, select } from '@clack/prompts';
import type { GatewayKind } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import type { Network } from '../../protocol/networks.ts';
import { shortWallet } from '../../protocol/wallet.ts';
import { answered } from './answered.ts';
import {
  type Choices,
  checkTogether,
  fittingGateways,
  fittingNetworks,
  gatewayKinds,
  keptChoices,
  needsWallet,
} from './answers.ts';
import { nameOf, type PoolChoice } from './pool-choice.ts';
import { askPool } from './pool-question.ts';
import { promptWallet } from './wallet-prompt.ts';

const NETWORK_HINTS: Partial<Record<Network, string>> = {
  mainnet: 'real coins',
  devnet: 'a chain inside pearlctl, to try; its coins are worth nothing',
};

const GATEWAY_LABELS: Record<GatewayKind, string> = {
  pool: 'A pool (steady small payments)',
  external: 'My own Pearl node, through its gateway',
  attached: 'A gateway that already runs on this machine',
  devnet: 'The chain inside pearlctl',
};

/**
 * Asks until every choice is made; what the present configuration says is offered.
 *
 * Throws USAGE for flags that exclude each other, and when the person gives up; nothing is written before.
 */
export async function askChoices(
  given: Choices,
  makeWallet: () => string,
  present: Choices | null,
  paths: Paths,
): Promise<Choices> {
  checkTogether(given);
  intro('pearlctl init: a configuration in a few questions');
  const network = await askNetwork(given, present);
  const kept = keptChoices(network, present);
  const gateway = await askGateway(given, network, kept);
  const pool = given.pool ?? (gateway === 'pool' ? await askPools(kept, given.login, paths) : undefined);
  const { login = kept.login } = given;
  const pays = needsWallet({ gateway, pool, login });
  const wallet = given.wallet ?? (pays ? await askWallet(network, makeWallet, kept) : kept.wallet);
  const threads = given.threads ?? (await askThreads(kept));
  const { worker = kept.worker, rpcUrl = kept.rpcUrl, rpcUser = kept.rpcUser, rpcCert = kept.rpcCert } = given;
  const { nodeConf = kept.nodeConf } = given;
  return { network, gateway, pool, login, wallet, threads, worker, rpcUrl, rpcUser, rpcCert, nodeConf };
}

/** Whether to measure the machine before the configuration is written. */
export async function askToMeasure(): Promise<boolean> {
  const message = 'Measure the rate, income and power use of this machine? (half a minute; Ctrl-C ends it)';
  return answered(await confirm({ message }));
}

export function showMeasured(text: string): void {
  note(text, 'This machine');
}

/** Shows what is about to be written, and asks once. */
export async function askToWrite(path: string, changes: string): Promise<boolean> {
  note(changes, path);
  return answered(await confirm({ message: 'Write this?' }));
}

/** Before the same question again, about another difference. */
export function showChanged(): void {
  log.warn('Another program changed the configuration meanwhile. Nothing was written yet.');
}

async function askNetwork(given: Choices, present: Choices | null): Promise<Network> {
  const networks = fittingNetworks(given);
  const [first = 'mainnet', ...others] = networks;
  if (others.length === 0) return first;
  return answered(
    await select<Network>({
      message: 'Which network?',
      initialValue: networks.find((network) => network === present?.network) ?? first,
      options: networks.map((value) => {
        const hint = NETWORK_HINTS[value];
        return hint === undefined ? { value, label: value } : { value, label: value, hint };
      }),
    }),
  );
}

async function askGateway(given: Choices, network: Network, kept: Choices): Promise<GatewayKind> {
  const kinds = fittingGateways(given, network);
  const [first = gatewayKinds(network)[0], ...others] = kinds;
  if (others.length === 0) return first;
  return answered(
    await select<GatewayKind>({
      message: 'Where do jobs come from?',
      initialValue: kinds.find((kind) => kind === kept.gateway) ?? first,
      options: kinds.map((value) => ({ value, label: GATEWAY_LABELS[value] })),
    }),
  );
}

async function askPools({ pool }: Choices, login: string | undefined, paths: Paths): Promise<readonly PoolChoice[]> {
  if (
    pool !== undefined &&
    answered(await confirm({ message: `Mine with ${pool.map(nameOf).join(', then ')}, as now?` }))
  ) {
    return pool;
  }
  return [await askPool(login, paths)];
}

/** The devnet needs no wallet: its coins are worth nothing. */
async function askWallet(network: Network, makeWallet: () => string, { wallet }: Choices): Promise<string> {
  if (wallet !== undefined && answered(await confirm({ message: `Pay ${shortWallet(wallet)}, as now?` })))
    return wallet;
  if (network === 'devnet') {
    const message = 'Make up an address? (Coins of the devnet are worth nothing; no key is kept.)';
    if (answered(await confirm({ message }))) return makeWallet();
  }
  return (answered(await promptWallet(network)) ?? '').trim();
}

async function askThreads({ threads = 'auto' }: Choices): Promise<string> {
  const options = [
    { value: 'auto', label: 'All cores, at idle priority', hint: 'gives way to everything else' },
    { value: '50%', label: 'Half of the cores' },
    { value: '1', label: 'One core' },
  ];
  const present = { value: threads, label: `${threads}, as now` };
  return answered(
    await select({
      message: 'How much of the machine?',
      initialValue: threads,
      options: options.some(({ value }) => value === threads) ? options : [present, ...options],
    }),
  );
}

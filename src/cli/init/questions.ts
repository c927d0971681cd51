// The questions of `init`, asked on a terminal for what no flag has answered. Every answer is checked as it is given.

import { cancel, confirm, intro, isCancel, log, note, select, text } from '@clack/prompts';
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import type { GatewayKind } from '../../config/configuration.ts';
import { completedPoolUrl, readPoolUrl } from '../../config/pool-url.ts';
import type { Network } from '../../protocol/networks.ts';
import { shortWallet } from '../../protocol/wallet.ts';
import { type Choices, checkTogether, fittingGateways, fittingNetworks, gatewayKinds, keptChoices } from './answers.ts';
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
export async function askChoices(given: Choices, makeWallet: () => string, present: Choices | null): Promise<Choices> {
  checkTogether(given);
  intro('pearlctl init: a configuration in a few questions');
  const network = await askNetwork(given, present);
  const kept = keptChoices(network, present);
  const gateway = await askGateway(given, network, kept);
  const pool = given.pool ?? (gateway === 'pool' ? await askPool(kept) : undefined);
  const wallet = given.wallet ?? (gateway === 'attached' ? kept.wallet : await askWallet(network, makeWallet, kept));
  const threads = given.threads ?? (await askThreads(kept));
  const { worker = kept.worker, rpcUrl = kept.rpcUrl, rpcUser = kept.rpcUser, rpcCert = kept.rpcCert } = given;
  const { nodeConf = kept.nodeConf } = given;
  return { network, gateway, pool, wallet, threads, worker, rpcUrl, rpcUser, rpcCert, nodeConf };
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

async function askPool({ pool }: Choices): Promise<readonly string[]> {
  if (pool !== undefined && answered(await confirm({ message: `Mine with ${pool.join(', then ')}, as now?` }))) {
    return pool;
  }
  const address = await text({
    message: 'Which pool?',
    placeholder: 'stratum+ssl://pool.example.com:3333',
    validate: (value = '') => {
      const problem = readPoolUrl(value);
      if (typeof problem !== 'string') return undefined;
      const meant = completedPoolUrl(value);
      return meant === null ? `It ${problem}.` : `It ${problem}. Did you mean: ${meant}`;
    },
  });
  return [answered(address)];
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

function answered<T>(value: T): Exclude<T, symbol> {
  if (!isCancel(value)) return value as Exclude<T, symbol>;
  cancel('Nothing was written.');
  throw new PearlError('USAGE', 'The questions were not answered, so nothing was written.', {
    hint: fix`Every question has a flag: ${pearlctl('init', '--help')}`,
  });
}

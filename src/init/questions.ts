// The questions of `init`, asked on a terminal for what no flag has answered. Every answer is checked as it is given.
import { cancel, confirm, intro, isCancel, log, note, select, text } from '@clack/prompts';
import type { GatewayKind } from '../config/config.ts';
import { NETWORKS, type Network } from '../config/networks.ts';
import { readPoolUrl } from '../config/pool-url.ts';
import { shortWallet } from '../config/wallet.ts';
import { PearlError } from '../errors.ts';
import { type Choices, gatewayKinds, keptWallet, type Present } from './answers.ts';
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

/** Asks until every choice is made. Throws USAGE when the person gives up; nothing is written before. */
export async function askChoices(given: Choices, makeWallet: () => string, present: Present | null): Promise<Choices> {
  intro('pearlctl init: a configuration in a few questions');
  const network = given.network ?? (await askNetwork());
  const gateway = given.gateway ?? (await askGateway(network));
  const pool = gateway === 'pool' ? (given.pool ?? [await askPool()]) : given.pool;
  const wallet = given.wallet ?? (gateway === 'attached' ? undefined : await askWallet(network, makeWallet, present));
  const threads = given.threads ?? (await askThreads());
  return { ...given, network, gateway, pool, wallet, threads };
}

/** Whether to measure the machine before the configuration is written. */
export async function askToMeasure(): Promise<boolean> {
  const message = 'Measure what this machine does, brings and costs? (half a minute; Ctrl-C ends it)';
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
  log.warn('Somebody else changed the configuration meanwhile, and nothing was written yet.');
}

async function askNetwork(): Promise<Network> {
  return answered(
    await select<Network>({
      message: 'Which network?',
      options: NETWORKS.map((value) => {
        const hint = NETWORK_HINTS[value];
        return hint === undefined ? { value, label: value } : { value, label: value, hint };
      }),
    }),
  );
}

async function askGateway(network: Network): Promise<GatewayKind> {
  const kinds = gatewayKinds(network);
  if (kinds.length === 1) return kinds[0];
  return answered(
    await select<GatewayKind>({
      message: 'Where do jobs come from?',
      options: kinds.map((value) => ({ value, label: GATEWAY_LABELS[value] })),
    }),
  );
}

async function askPool(): Promise<string> {
  return answered(
    await text({
      message: 'Which pool?',
      placeholder: 'stratum+ssl://pool.example.com:3333',
      validate: (value = '') => {
        const problem = readPoolUrl(value);
        return typeof problem === 'string' ? `It ${problem}.` : undefined;
      },
    }),
  );
}

/** On the devnet nobody has a wallet yet, and none is needed: what is mined there is worth nothing. */
async function askWallet(network: Network, makeWallet: () => string, present: Present | null): Promise<string> {
  const kept = keptWallet(network, present);
  if (kept !== undefined && answered(await confirm({ message: `Pay ${shortWallet(kept)}, as now?` }))) return kept;
  if (network === 'devnet') {
    const message = 'Make up an address? (Coins of the devnet are worth nothing; no key is kept.)';
    if (answered(await confirm({ message }))) return makeWallet();
  }
  return (answered(await promptWallet(network)) ?? '').trim();
}

async function askThreads(): Promise<string> {
  return answered(
    await select({
      message: 'How much of the machine?',
      options: [
        { value: 'auto', label: 'All cores, at idle priority', hint: 'gives way to everything else' },
        { value: '50%', label: 'Half of the cores' },
        { value: '1', label: 'One core' },
      ],
    }),
  );
}

function answered<T>(value: T): Exclude<T, symbol> {
  if (!isCancel(value)) return value as Exclude<T, symbol>;
  cancel('Nothing was written.');
  throw new PearlError('USAGE', 'The questions were not answered, so nothing was written.', {
    hint: 'Every question has a flag: pearlctl init --help',
  });
}

// The questions of `init`, for what no flag has answered. Every answer is checked as it is given.
import type { GatewayKind } from '../../config/configuration.ts';
import { knownKey } from '../../config/key-names.ts';
import type { Paths } from '../../config/paths.ts';
import { controlCharacterIn } from '../../config/refuse-line.ts';
import { type Network, networkFacts } from '../../protocol/networks.ts';
import { shortWallet } from '../../protocol/wallet.ts';
import {
  type Choices,
  checkTogether,
  fittingGateways,
  fittingNetworks,
  gatewayKinds,
  keptChoices,
  needsWallet,
} from './answers.ts';
import type { Person } from './person.ts';
import { nameOf, type PoolChoice } from './pool-choice.ts';
import { askPool } from './pool-question.ts';
import { walletVerdict } from './wallet-verdict.ts';

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

export interface Asked {
  readonly person: Person;
  /** By flags. */
  readonly given: Choices;
  /** What is configured now: it is offered. */
  readonly present: Choices | null;
  readonly makeWallet: () => string;
  readonly paths: Paths;
}

/**
 * Asks until every choice is made.
 *
 * Throws USAGE for flags that exclude each other, and when the person gives up; nothing is written before.
 */
export async function askChoices({ person, given, present, makeWallet, paths }: Asked): Promise<Choices> {
  checkTogether(given);
  const network = await askNetwork(person, given, present);
  const kept = keptChoices(network, present);
  const gateway = await askGateway(person, given, network, kept);
  const pool = given.pool ?? (gateway === 'pool' ? await askPools(person, kept, given.login, paths) : undefined);
  const { login = kept.login } = given;
  const node = gateway === 'external' ? await askNode(person, given, network, kept) : {};
  const gatewayPort = given.gatewayPort ?? (gateway === 'attached' ? await askPort(person, kept) : kept.gatewayPort);
  const pays = needsWallet({ gateway, pool, login });
  const wallet = given.wallet ?? (pays ? await askWallet(person, network, makeWallet, kept) : kept.wallet);
  const worker = given.worker ?? (gateway === 'pool' ? await askWorker(person, kept) : kept.worker);
  const threads = given.threads ?? (await askThreads(person, kept));
  const { rpcUrl = kept.rpcUrl, rpcUser = kept.rpcUser, rpcCert = kept.rpcCert, nodeConf = kept.nodeConf } = given;
  const rest = { rpcUrl, rpcUser, rpcCert, nodeConf, ...node };
  return { network, gateway, pool, login, gatewayPort, wallet, worker, threads, ...rest };
}

async function askNetwork(person: Person, given: Choices, present: Choices | null): Promise<Network> {
  const networks = fittingNetworks(given);
  const [first = 'mainnet', ...others] = networks;
  if (others.length === 0) return first;
  return person.choose<Network>({
    message: 'Which network?',
    initial: networks.find((network) => network === present?.network) ?? first,
    options: networks.map((value) => {
      const hint = NETWORK_HINTS[value];
      return { value, label: value, ...(hint === undefined ? {} : { hint }) };
    }),
  });
}

async function askGateway(person: Person, given: Choices, network: Network, kept: Choices): Promise<GatewayKind> {
  const kinds = fittingGateways(given, network);
  const [first = gatewayKinds(network)[0], ...others] = kinds;
  if (others.length === 0) return first;
  return person.choose<GatewayKind>({
    message: 'Where do jobs come from?',
    initial: kinds.find((kind) => kind === kept.gateway) ?? first,
    options: kinds.map((value) => ({ value, label: GATEWAY_LABELS[value] })),
  });
}

async function askPools(
  person: Person,
  { pool }: Choices,
  login: string | undefined,
  paths: Paths,
): Promise<readonly PoolChoice[]> {
  if (pool !== undefined && (await person.agree(`Mine with ${pool.map(nameOf).join(', then ')}, as now?`))) return pool;
  return [await askPool(person, login, paths)];
}

/** The node's RPC, or its own file, which has user, password and certificate too. */
async function askNode(person: Person, given: Choices, network: Network, kept: Choices): Promise<Choices> {
  if (given.rpcUrl !== undefined || given.nodeConf !== undefined) return {};
  const usual = `http://localhost:${networkFacts(network).rpcPort ?? 44107}`;
  const typed = await person.write({
    message: 'Where is your Pearl node? (the URL of its RPC, or the path of its pearld.conf)',
    initial: kept.nodeConf ?? kept.rpcUrl ?? usual,
    problem: (text) => problemOf('pearld', /^[/~]/.test(text) ? 'conf' : 'rpc_url', text),
  });
  if (/^[/~]/.test(typed)) return { nodeConf: typed };
  return typed === usual && kept.rpcUrl === undefined ? {} : { rpcUrl: typed };
}

function askPort(person: Person, { gatewayPort = '8337' }: Choices): Promise<string> {
  const message = 'On which port of this machine does the gateway listen?';
  return person.write({ message, initial: gatewayPort, problem: (text) => problemOf('gateway', 'port', text) });
}

/** The devnet needs no wallet: its coins are worth nothing. */
async function askWallet(
  person: Person,
  network: Network,
  makeWallet: () => string,
  { wallet }: Choices,
): Promise<string> {
  if (wallet !== undefined && (await person.agree(`Pay ${shortWallet(wallet)}, as now?`))) return wallet;
  if (network === 'devnet') {
    const message = 'Make up an address? (Coins of the devnet are worth nothing; no key is kept.)';
    if (await person.agree(message)) return makeWallet();
  }
  return person.writeJudged('Which address is paid?', (typed) => walletVerdict(typed, network));
}

function askWorker(person: Person, { worker = 'pearlctl' }: Choices): Promise<string> {
  const message = 'What is this machine called at the pool?';
  return person.write({ message, initial: worker, problem: (text) => problemOf('miner', 'worker', text) });
}

async function askThreads(person: Person, { threads = 'auto' }: Choices): Promise<string> {
  const options = [
    { value: 'auto', label: 'All cores, at idle priority', hint: 'gives way to everything else' },
    { value: '50%', label: 'Half of the cores' },
    { value: '1', label: 'One core' },
  ];
  const present = { value: threads, label: `${threads}, as now` };
  return person.choose({
    message: 'How much of the machine?',
    initial: threads,
    options: options.some(({ value }) => value === threads) ? options : [present, ...options],
  });
}

/** What the key's own reading has against an answer. */
function problemOf(section: string, key: string, text: string): string | undefined {
  const { kind } = knownKey(section, key);
  if (controlCharacterIn(text) === undefined && kind.read(text) !== undefined) return undefined;
  return `It ${kind.why?.(text) ?? `must be ${kind.what}`}.`;
}

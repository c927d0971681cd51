// From a provider's configuration to the file that a supervisor reads: pure, through the same table of keys as the command
// line, so that every value is checked once and in one place.
import { PearlError } from '../base/errors.ts';
import { type Config, parseConfig } from '../config/configuration.ts';
import { editConfig } from '../config/edit-line.ts';
import { type GivenNames, underGivenName } from '../config/given-names.ts';
import { PRESETS } from '../protocol/shapes.ts';
import { type PlainConfig, readMiningConfig } from './mining-config.ts';
import type { ProviderExtra } from './provider.ts';
import { parseSubmitTarget } from './submit-target.ts';

/** A configuration file's text, and what it means. */
export interface Settings {
  readonly text: string;
  readonly config: Config;
  /** A sentence for each thing that was given and means nothing here. */
  readonly warnings: readonly string[];
}

/** `[section, key, value]`; null values are left out. */
type SettingLine = readonly [section: string, key: string, value: string | string[] | null];

function shapeLines(extra: ProviderExtra): SettingLine[] {
  const { m, n, k, rank } = extra;
  if (m === undefined && n === undefined && k === undefined && rank === undefined) return [];
  const usual = PRESETS.light;
  return [
    ['shape', 'preset', 'custom'],
    ['shape', 'm', String(m ?? usual.m)],
    ['shape', 'n', String(n ?? usual.n)],
    ['shape', 'k', String(k ?? usual.k)],
    ['shape', 'rank', String(rank ?? usual.rank)],
  ];
}

function upstreamLines(config: PlainConfig, network: string, extra: ProviderExtra): SettingLine[] {
  const target = parseSubmitTarget(config.submitTarget ?? 'solo');
  if (target.kind === 'pool') {
    return [
      ['gateway', 'kind', 'pool'],
      ['pool', 'url', [target.address]],
    ];
  }
  if (network === 'devnet') return [['gateway', 'kind', 'devnet']];
  return [
    ['gateway', 'kind', 'external'],
    ['gateway', 'command', [...(extra.gateway_command ?? ['pearl-gateway', 'start'])]],
    ['pearld', 'rpc_url', extra.pearld_rpc_url ?? null],
    ['pearld', 'rpc_user', extra.pearld_rpc_user ?? 'rpcuser'],
    ['pearld', 'rpc_password_env', extra.pearld_rpc_password_env ?? 'PEARLD_RPC_PASSWORD'],
  ];
}

/** What a problem with a key is told by: the member of the configuration that its value came from. */
const MEMBER_NAMES = {
  network: 'network',
  'miner.wallet': 'walletAddress',
  'miner.worker': 'worker',
  'miner.threads': 'threads',
  'pool.url': 'submitTarget',
  'shape.m': 'extra.m',
  'shape.n': 'extra.n',
  'shape.k': 'extra.k',
  'shape.rank': 'extra.rank',
  'gateway.command': 'extra.gateway_command',
  'gateway.host': 'extra.gateway_host',
  'gateway.port': 'extra.gateway_port',
  'gateway.metrics_port': 'extra.metrics_port',
  'pearld.rpc_url': 'extra.pearld_rpc_url',
  'pearld.rpc_user': 'extra.pearld_rpc_user',
  'pearld.rpc_password_env': 'extra.pearld_rpc_password_env',
} as const;

/** Under the names that the caller has used: ours, or those of OpenJarvis. */
function memberNames(given: ReadonlyMap<string, string>): GivenNames {
  const names = Object.entries(MEMBER_NAMES).map(([key, name]) => [key, given.get(name) ?? name]);
  return { names: Object.fromEntries(names), separator: ' = ' };
}

/**
 * The settings of a provider's configuration.
 *
 * @throws PearlError INPUT_INVALID, WALLET_INVALID, SHAPE_INVALID or CONFIG_INVALID, with the value and the reason.
 */
export function settingsOf(given: unknown, home: string): Settings {
  const { config, names, warnings } = readMiningConfig(given);
  if (config.provider !== 'cpu-pearl') {
    const which = config.provider === undefined ? 'names no provider' : `is for "${config.provider}"`;
    throw new PearlError('INPUT_INVALID', `This provider is cpu-pearl, and the configuration ${which}.`, {
      hint: 'Give provider: "cpu-pearl", or get the right one with MinerRegistry.get(config.provider).',
    });
  }
  const network = config.network ?? 'mainnet';
  const { extra } = config;
  const lines: SettingLine[] = [
    ['', 'network', network],
    ['miner', 'wallet', config.walletAddress],
    ['miner', 'worker', config.worker ?? null],
    ['miner', 'threads', config.threads === undefined ? null : String(config.threads)],
    ...shapeLines(extra),
    ...upstreamLines(config, network, extra),
    ['gateway', 'host', extra.gateway_host ?? '127.0.0.1'],
    ['gateway', 'port', String(extra.gateway_port ?? 8337)],
    ['gateway', 'metrics_port', String(extra.metrics_port ?? 8339)],
  ];
  try {
    const text = lines.reduce(
      (file, [section, key, value]) => (value === null ? file : editConfig(file, section, key, value)),
      '; Written by the provider at each start.\n',
    );
    return { text, config: parseConfig(text, 'the provider configuration', { home }), warnings };
  } catch (error) {
    throw underGivenName(error, memberNames(names));
  }
}

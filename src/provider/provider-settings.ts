// From a provider's configuration to the file that a supervisor reads: pure, through the same table of keys as the command
// line, so that every value is checked once and in one place.

import { PearlError } from '../base/errors.ts';
import { type Config, parseConfig } from '../config/configuration.ts';
import { editConfig } from '../config/edit-line.ts';
import { type GivenNames, underGivenName } from '../config/given-names.ts';
import { PRESETS } from '../protocol/shapes.ts';
import type { MiningConfig, ProviderExtra } from './provider.ts';
import { parseSubmitTarget } from './submit-target.ts';

const EXTRA_KEYS: readonly (keyof ProviderExtra)[] = [
  'gateway_host',
  'gateway_port',
  'metrics_port',
  'pearld_rpc_url',
  'pearld_rpc_user',
  'pearld_rpc_password_env',
  'm',
  'n',
  'k',
  'rank',
  'gateway_command',
];

/** A configuration file's text, and what it means. */
export interface Settings {
  readonly text: string;
  readonly config: Config;
  /** Keys of `extra` that mean nothing here. */
  readonly unknownKeys: readonly string[];
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

function upstreamLines(config: MiningConfig, network: string, extra: ProviderExtra): SettingLine[] {
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
const MEMBER_NAMES: GivenNames = {
  names: {
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
  },
  separator: ' = ',
};

/**
 * The settings of a provider's configuration.
 *
 * @throws PearlError INPUT_INVALID, WALLET_INVALID, SHAPE_INVALID or CONFIG_INVALID, with the value and the reason.
 */
export function settingsOf(config: MiningConfig, home: string): Settings {
  if (config.provider !== 'cpu-pearl') {
    throw new PearlError(
      'INPUT_INVALID',
      `This provider is cpu-pearl, the configuration is for "${config.provider}".`,
      {
        hint: 'Get the right one with MinerRegistry.get(config.provider).',
      },
    );
  }
  const network = config.network ?? 'mainnet';
  const extra = config.extra ?? {};
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
  const unknownKeys = Object.keys(extra).filter((key) => !EXTRA_KEYS.includes(key as keyof ProviderExtra));
  try {
    const text = lines.reduce(
      (file, [section, key, value]) => (value === null ? file : editConfig(file, section, key, value)),
      '; Written by the provider at each start.\n',
    );
    return { text, config: parseConfig(text, 'the provider configuration', { home }), unknownKeys };
  } catch (error) {
    throw underGivenName(error, MEMBER_NAMES);
  }
}

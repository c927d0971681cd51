// What a caller gives to `start`, checked once at the edge: our member names or those of OpenJarvis, a target as text or as an
// object. Pure.
import { PearlError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { MiningConfig, ProviderExtra } from './provider.ts';

/** OpenJarvis' names, with ours. */
const OTHER_NAMES = new Map([
  ['wallet_address', 'walletAddress'],
  ['submit_target', 'submitTarget'],
]);

const KINDS = {
  text: { wanted: 'a text', fits: (value: unknown) => typeof value === 'string' },
  /** Text too: `threads` may be a share. */
  number: { wanted: 'a number', fits: (value: unknown) => typeof value === 'number' || typeof value === 'string' },
  list: {
    wanted: 'a list of texts',
    fits: (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  },
  object: { wanted: 'an object', fits: (value: unknown) => isObject(value) },
  target: {
    wanted: 'a text, or an object with pearld_rpc_url or url',
    fits: (value: unknown) => typeof value === 'string' || isObject(value),
  },
} as const;

const MEMBERS: Readonly<Record<string, keyof typeof KINDS>> = {
  provider: 'text',
  walletAddress: 'text',
  submitTarget: 'target',
  network: 'text',
  worker: 'text',
  threads: 'number',
  extra: 'object',
  // What OpenJarvis has in mind for later.
  fee_bps: 'number',
  fee_payout_address: 'text',
};

const EXTRA: Readonly<Record<keyof ProviderExtra, keyof typeof KINDS>> = {
  gateway_host: 'text',
  gateway_port: 'number',
  metrics_port: 'number',
  pearld_rpc_url: 'text',
  pearld_rpc_user: 'text',
  pearld_rpc_password_env: 'text',
  m: 'number',
  n: 'number',
  k: 'number',
  rank: 'number',
  gateway_command: 'list',
};

/** With its target as text. */
export interface PlainConfig extends Omit<MiningConfig, 'submitTarget' | 'extra'> {
  readonly submitTarget?: string;
  readonly extra: ProviderExtra;
}

export interface GivenConfig {
  readonly config: PlainConfig;
  /** How the caller has called our members. */
  readonly names: ReadonlyMap<string, string>;
  /** A sentence for each thing that was given and means nothing here. */
  readonly warnings: readonly string[];
}

/** @throws PearlError INPUT_INVALID, with the member under the name that it was given, or WALLET_INVALID for a missing wallet. */
export function readMiningConfig(given: unknown): GivenConfig {
  if (!isObject(given)) {
    throw new PearlError('INPUT_INVALID', 'start() takes a configuration as an object.', {
      hint: 'For example: start({ provider: "cpu-pearl", walletAddress: "prl1p…" })',
    });
  }
  const { members, names } = underOurNames(given);
  for (const [member, kind] of Object.entries(MEMBERS))
    requireKind(names.get(member) ?? member, members.get(member), kind);
  const extra = definedOf((members.get('extra') ?? {}) as Record<string, unknown>);
  for (const [key, kind] of Object.entries(EXTRA)) requireKind(`extra.${key}`, extra[key], kind);
  if (members.get('walletAddress') === undefined) {
    throw new PearlError('WALLET_INVALID', 'walletAddress is missing.', {
      hint: 'Give the address that is paid, such as prl1p… of your own wallet.',
    });
  }
  const { submitTarget, worker, rpcUrl } = targetOf(members.get('submitTarget'), names.get('submitTarget'));
  const { provider, walletAddress, ...rest } = Object.fromEntries(members);
  // Each member was looked at above.
  const config: unknown = {
    ...rest,
    provider,
    walletAddress,
    submitTarget,
    worker: rest.worker ?? worker,
    extra: rpcUrl === undefined ? extra : { pearld_rpc_url: rpcUrl, ...extra },
  };
  return { config: config as PlainConfig, names, warnings: warningsOf(members, extra) };
}

/** A member that is null is as good as none: OpenJarvis writes its empty members so. */
function underOurNames(given: Record<string, unknown>) {
  const names = new Map<string, string>();
  const members = new Map<string, unknown>();
  for (const [key, value] of Object.entries(definedOf(given))) {
    const ours = OTHER_NAMES.get(key) ?? key;
    const before = names.get(ours);
    if (before !== undefined) {
      throw new PearlError('INPUT_INVALID', `${before} and ${key} are the same member.`, { hint: 'Leave one out.' });
    }
    names.set(ours, key);
    members.set(ours, value);
  }
  return { members, names };
}

function requireKind(name: string, value: unknown, kind: keyof typeof KINDS): void {
  const { wanted, fits } = KINDS[kind];
  if (value === undefined || fits(value)) return;
  const found = Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
  throw new PearlError('INPUT_INVALID', `${name} has to be ${wanted}, not ${found}.`, {
    hint: 'See docs/library.md for the members of the configuration.',
  });
}

/** The target as text, with what an object says beyond it. */
function targetOf(target: unknown, name = 'submitTarget'): { submitTarget?: string; worker?: string; rpcUrl?: string } {
  if (target === undefined) return {};
  if (!isObject(target)) return { submitTarget: String(target) };
  // What parseSubmitTarget gives.
  if (target.kind === 'solo') return { submitTarget: 'solo' };
  if (target.kind === 'pool' && typeof target.address === 'string') return { submitTarget: `pool:${target.address}` };
  const { url, worker_id: worker, pearld_rpc_url: rpcUrl } = definedOf(target);
  requireKind(`${name}.worker_id`, worker, 'text');
  if (typeof url === 'string')
    return { submitTarget: `pool:${url}`, ...(worker === undefined ? {} : { worker: String(worker) }) };
  if (typeof rpcUrl === 'string') return { submitTarget: 'solo', rpcUrl };
  throw new PearlError('INPUT_INVALID', `${name} is an object without pearld_rpc_url and without url.`, {
    hint: 'Give { pearld_rpc_url } to mine solo, or { url, worker_id } for a pool.',
  });
}

function warningsOf(members: ReadonlyMap<string, unknown>, extra: Record<string, unknown>): string[] {
  const warnings: string[] = [];
  for (const key of members.keys()) {
    if (key in MEMBERS) continue;
    if (key in EXTRA) warnings.push(`cpu-pearl takes "${key}" as a member of extra: it is passed over here.`);
    else warnings.push(unknown('member', key, [...Object.keys(MEMBERS), ...OTHER_NAMES.keys()]));
  }
  for (const key of Object.keys(extra))
    if (!(key in EXTRA)) warnings.push(unknown('extra key', key, Object.keys(EXTRA)));
  const fee = (members.get('fee_bps') ?? 0) !== 0 || members.has('fee_payout_address');
  return fee ? [...warnings, 'cpu-pearl takes no fee: fee_bps and fee_payout_address are passed over.'] : warnings;
}

function unknown(what: string, key: string, known: string[]): string {
  const meant = nearest(key, known);
  return `cpu-pearl does not know the ${what} "${key}".${meant === undefined ? '' : ` Did you mean ${meant}?`}`;
}

function definedOf(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

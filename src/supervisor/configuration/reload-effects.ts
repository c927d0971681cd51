// What a changed configuration means for what runs: a pure comparison, key by key.
import { asFix, type Fix, fix, pearlctl } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import { keyTitle } from '../../config/keys.ts';

/** Who has to be started again before a key holds; `applied` holds at once. */
export type ReloadEffect = 'applied' | 'gateway' | 'miner' | 'both' | 'supervisor' | 'service';

export interface ReloadChange {
  /** `miner.threads`, as in the typed configuration. */
  key: string;
  effect: ReloadEffect;
}

/** By the longest fitting prefix of the key. */
const EFFECTS: Record<string, ReloadEffect> = {
  network: 'supervisor',
  miner: 'miner',
  'miner.wallet': 'gateway',
  'miner.worker': 'gateway',
  shape: 'both',
  gateway: 'both',
  'gateway.kind': 'supervisor',
  // The metrics and the dashboard listen there too.
  'gateway.host': 'supervisor',
  'gateway.metricsPort': 'supervisor',
  'gateway.dashboard': 'supervisor',
  'gateway.command': 'gateway',
  'gateway.stopTimeoutMs': 'applied',
  pool: 'gateway',
  pearld: 'gateway',
  supervisor: 'applied',
  service: 'service',
  sidecar: 'supervisor',
  logs: 'supervisor',
  policy: 'applied',
};

/** What becomes of a changed key, in words. */
const IN_WORDS: Record<ReloadEffect, string> = {
  applied: 'in force',
  gateway: 'the gateway is restarted',
  miner: 'the miner is restarted',
  both: 'gateway and miner are restarted',
  supervisor: 'not before a restart',
  service: 'not before an install',
};

/** Every key of which the value differs, in the order of the configuration. */
export function reloadChanges(before: Config, after: Config): ReloadChange[] {
  const old = new Map(configLeaves(before));
  const changes: ReloadChange[] = [];
  for (const [key, value] of configLeaves(after)) {
    if (old.get(key) !== value) changes.push({ key, effect: effectOf(key) });
    old.delete(key);
  }
  // A key that is gone: only values without a fixed set of keys have such.
  for (const key of old.keys()) changes.push({ key, effect: effectOf(key) });
  return changes;
}

/** Every key of a configuration with its value as JSON. */
export function configLeaves(config: Config): [key: string, json: string][] {
  return leaves(config, '');
}

/** Two levels deep, which is how sections and keys go; whatever lies below is compared as a whole. */
function leaves(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const isSection = prefix === '' && typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    return isSection ? leaves(inner, path) : [[path, JSON.stringify(inner)]];
  });
}

/** Who has to be started again before `key` holds. */
export function effectOf(key: string): ReloadEffect {
  return EFFECTS[key] ?? EFFECTS[key.split('.')[0] ?? ''] ?? 'supervisor';
}

/** Whether a change of such a key waits for another supervisor; without a service, [service] means nothing. */
function isLate({ effect }: ReloadChange, isService: boolean): boolean {
  return effect === 'supervisor' || (effect === 'service' && isService);
}

/** Only the person who started it knows how. */
const BY_HAND = fix`${pearlctl('stop')}, then start it again as before`;

/**
 * The changes that no reload brings into force, as people write the keys, and what does: what the definition of the service
 * says is changed by `install` alone, which restarts what it changes. Null where there are none.
 *
 * @param isService whether a service manager started the supervisor, and can start it again.
 */
export function restartNeeded(
  changes: readonly ReloadChange[],
  isService: boolean,
): { keys: string[]; fix: Fix } | null {
  const late = changes.filter((change) => isLate(change, isService));
  if (late.length === 0) return null;
  const byManager = late.some(({ effect }) => effect === 'service') ? 'install' : 'restart';
  return { keys: titlesOf(late), fix: isService ? asFix(pearlctl(byManager)) : BY_HAND };
}

/** The changes that a reload brings into force, as people write the keys. */
export function reloadable(changes: readonly ReloadChange[]): string[] {
  return titlesOf(changes.filter(({ effect }) => effect !== 'supervisor' && effect !== 'service'));
}

function titlesOf(changes: readonly ReloadChange[]): string[] {
  return [...new Set(changes.map(({ key }) => titleOf(key)))];
}

/** Where the written name is another than the typed one in small letters. */
const WRITTEN: Record<string, string> = { 'pool.urls': 'pool.url', 'logs.maxBytes': 'logs.max_size' };

/** `service.memoryMaxBytes` as files and `config set` have it: `service.memory_max`. */
export function writtenName(key: string): string {
  const snake = key.replace(/(?:Ms|Bytes)$/, '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return WRITTEN[key] ?? snake;
}

/** `[service] memory_max`; of what several keys are put together to, the section. */
export function titleOf(key: string): string {
  const [section = '', name] = writtenName(key).split('.');
  if (name === undefined) return keyTitle('', section);
  return section === 'shape' || section === 'supervisor' ? `[${section}]` : keyTitle(section, name);
}

/** `[miner] threads (the miner is restarted)`, for each of them. */
export function describeChanges(changes: readonly ReloadChange[]): string {
  const words = changes.map(({ key, effect }) => `${titleOf(key)} (${IN_WORDS[effect]})`);
  return [...new Set(words)].join(', ') || 'nothing has changed';
}

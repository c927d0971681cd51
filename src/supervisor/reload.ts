// What a changed configuration means for what runs: a pure comparison, key by key.
import type { Config } from '../config/config.ts';

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

/** Every key of which the value differs, in the order of the configuration. */
export function reloadChanges(before: Config, after: Config): ReloadChange[] {
  const old = new Map(leaves(before, ''));
  const changes: ReloadChange[] = [];
  for (const [key, value] of leaves(after, '')) {
    if (old.get(key) !== value) changes.push({ key, effect: effectOf(key) });
    old.delete(key);
  }
  // A key that is gone: only values without a fixed set of keys have such.
  for (const key of old.keys()) changes.push({ key, effect: effectOf(key) });
  return changes;
}

/** Two levels deep, which is how sections and keys go; whatever lies below is compared as a whole. */
function leaves(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const isSection = prefix === '' && typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    return isSection ? leaves(inner, path) : [[path, JSON.stringify(inner)]];
  });
}

function effectOf(key: string): ReloadEffect {
  return EFFECTS[key] ?? EFFECTS[key.split('.')[0] ?? ''] ?? 'supervisor';
}

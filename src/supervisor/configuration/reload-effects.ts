// What a changed configuration means for what runs: a pure comparison, key by key. The key table says what each key takes.
import { asFix, type Fix, fix, pearlctl } from '../../base/fix.ts';
import type { Effect } from '../../config/key.ts';
import { type Config, type HeldKey, heldKeys } from '../../config/typed-config.ts';

export interface ReloadChange {
  /** As in the file: `miner.threads`. */
  key: string;
  /** As in a sentence: `[miner] threads`. */
  title: string;
  effect: Effect;
}

/** What becomes of a changed key, in words. */
const IN_WORDS: Record<Effect, string> = {
  applied: 'in force',
  gateway: 'the gateway is restarted',
  miner: 'the miner is restarted',
  both: 'gateway and miner are restarted',
  supervisor: 'not before a restart',
  service: 'not before an install',
};

/** Every key of which the value differs, in the order of the configuration. */
export function reloadChanges(before: Config, after: Config): ReloadChange[] {
  const old = new Map(heldKeys(before).map((key) => [key.path, key]));
  const changed = heldKeys(after).filter((key) => {
    const same = old.get(key.path);
    old.delete(key.path);
    return same === undefined || valueText(same) !== valueText(key);
  });
  // A key that is gone: of a section that may have any name.
  return [...changed, ...old.values()].map(changeOf);
}

/** What two values of a key are compared by. */
export function valueText({ value }: HeldKey): string {
  return JSON.stringify(value);
}

export function changeOf({ path, title, effect }: HeldKey): ReloadChange {
  return { key: path, title, effect };
}

/** The children that have to come back for the changes, in the order in which they start. */
export function childrenToRestart(changes: readonly ReloadChange[]): ('gateway' | 'miner')[] {
  return (['gateway', 'miner'] as const).filter((name) =>
    changes.some(({ effect }) => effect === name || effect === 'both'),
  );
}

/** Whether a change of such a key waits for another supervisor; without a service, [service] means nothing. */
function isLate({ effect }: ReloadChange, isService: boolean): boolean {
  return effect === 'supervisor' || (effect === 'service' && isService);
}

/** Only the person or program that started it knows how. */
const BY_HAND = fix`${pearlctl('stop')}, then start it again as before`;

/**
 * The changes that no reload brings into force, as people write the keys, and what does: what the definition of the service
 * says is changed by `install` alone, which restarts what it changes. Null where there are no such changes.
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
  return [...new Set(changes.map(({ title }) => title))];
}

/** `[miner] threads (the miner is restarted)`, for each of them. */
export function describeChanges(changes: readonly ReloadChange[]): string {
  const words = changes.map(({ title, effect }) => `${title} (${IN_WORDS[effect]})`);
  return [...new Set(words)].join(', ') || 'nothing has changed';
}

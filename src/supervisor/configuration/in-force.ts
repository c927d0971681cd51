// Which configuration is in force, key by key, so that it can be compared with the file later: keyed digests, which tell that
// a value differs and nothing about what it is. Pure.
import { createHmac } from 'node:crypto';
import { machineShape } from '../../config/machine-shape.ts';
import { type Config, type HeldKey, heldKeys } from '../../config/typed-config.ts';
import type { SessionFacts } from '../publish/situation.ts';
import { changeOf, type ReloadChange, valueText } from './reload-effects.ts';

/** By the names that files use: `logs.level`. */
export type Digests = Record<string, string>;

/** 64 bits: enough that no change goes unseen. */
const DIGEST_CHARACTERS = 16;

/**
 * A digest of every key's value.
 *
 * @param digestKey of this supervisor alone, and secret: a password of few letters could be guessed from a plain digest.
 */
export function digestsOf(config: Config, digestKey: string): Digests {
  return Object.fromEntries(heldKeys(config).map((key) => [key.path, digest(key, digestKey)]));
}

/** What a reload makes of the facts: what waits for another supervisor stays as it was. */
export function reloadedFacts(
  facts: SessionFacts,
  config: Config,
  digestKey: string,
  core: Parameters<typeof machineShape>[1],
): SessionFacts {
  const { preset, m, n, k, rank } = machineShape(config.shape, core);
  const configInForce = digestsOf(config, digestKey);
  for (const { path, effect } of heldKeys(config)) {
    const before = facts.configInForce[path];
    if ((effect === 'supervisor' || effect === 'service') && before !== undefined) configInForce[path] = before;
  }
  return { ...facts, wallet: config.miner.wallet, shape: { preset, m, n, k, rank }, configInForce };
}

/** Every key whose value is not the one in force, in the order of the configuration. */
export function notInForce(inForce: Digests, config: Config, digestKey: string): ReloadChange[] {
  return heldKeys(config)
    .filter((key) => inForce[key.path] !== digest(key, digestKey))
    .map(changeOf);
}

function digest(key: HeldKey, digestKey: string): string {
  return createHmac('sha256', digestKey)
    .update(`${key.path}=${valueText(key)}`)
    .digest('hex')
    .slice(0, DIGEST_CHARACTERS);
}

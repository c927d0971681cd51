// Which configuration is in force, key by key, for whoever later asks whether the file still says that: keyed digests, which
// tell that a value differs and nothing about what it is. Pure.
import { createHmac } from 'node:crypto';
import type { Config } from '../../config/configuration.ts';
import type { SessionFacts } from '../publish/situation.ts';
import { configLeaves, effectOf, type ReloadChange, writtenName } from './reload-effects.ts';

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
  return Object.fromEntries(
    configLeaves(config).map(([key, json]) => [writtenName(key), digest(writtenName(key), json, digestKey)]),
  );
}

/** What a reload makes of the facts: what waits for another supervisor stays as it was. */
export function reloadedFacts(facts: SessionFacts, config: Config, digestKey: string): SessionFacts {
  const { preset, m, n, k, rank } = config.shape;
  const configInForce = digestsOf(config, digestKey);
  for (const [key] of configLeaves(config)) {
    const name = writtenName(key);
    const effect = effectOf(key);
    const before = facts.configInForce?.[name];
    if ((effect === 'supervisor' || effect === 'service') && before !== undefined) configInForce[name] = before;
  }
  return { ...facts, wallet: config.miner.wallet, shape: { preset, m, n, k, rank }, configInForce };
}

/** Every key of which the value is not the one that is in force, in the order of the configuration. */
export function notInForce(inForce: Digests, config: Config, digestKey: string): ReloadChange[] {
  return configLeaves(config)
    .filter(([key, json]) => inForce[writtenName(key)] !== digest(writtenName(key), json, digestKey))
    .map(([key]) => ({ key, effect: effectOf(key) }));
}

function digest(name: string, json: string, digestKey: string): string {
  return createHmac('sha256', digestKey).update(`${name}=${json}`).digest('hex').slice(0, DIGEST_CHARACTERS);
}

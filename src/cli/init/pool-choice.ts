// The pools that `init` is told: an address as it stands, or a known pool's name, which becomes a section of its own. Pure.
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import type { EffectiveKey } from '../../config/effective.ts';
import { POOL_NAME } from '../../config/pool-keys.ts';
import type { KnownPool } from '../../gateway/pool/known/known-pool.ts';
import { type PickedServer, pickServer } from '../../gateway/pool/known/known-pools.ts';

/** A section `[pool.NAME]` with what it sets. */
export interface PoolSection {
  readonly name: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** An address for `[pool] url[]`, or a section. */
export type PoolChoice = string | PoolSection;

/** Whether a text can only be a known pool's name, `NAME/SERVER` included: an address has a dot or a colon before any slash. */
export function isPoolName(text: string): boolean {
  return POOL_NAME.test((text.split('/')[0] ?? '').toLowerCase()) && !text.includes('://');
}

export interface PoolWishes {
  /** Addresses and names, the preferred one first. */
  readonly texts: readonly string[];
  /** For the pools that pay by a login of their own. */
  readonly login: string | undefined;
}

/**
 * The choices that these texts mean, and the picked servers among them.
 *
 * @throws PearlError USAGE for a name that no pool has, a pool that cannot be used or lacks its login, and an address behind a
 * name, which would come before it.
 */
export function poolChoices(
  { texts, login }: PoolWishes,
  pools: readonly KnownPool[],
  macsPerSecond: number | null,
): { choices: PoolChoice[]; picked: PickedServer[] } {
  const choices: PoolChoice[] = [];
  const picked: PickedServer[] = [];
  for (const text of texts) {
    if (!isPoolName(text)) {
      if (picked.length > 0) {
        throw new PearlError('USAGE', `The address ${text.slice(0, 80)} stands behind the name of a pool.`, {
          hint: 'Give addresses first: they are tried before sections.',
        });
      }
      choices.push(text);
      continue;
    }
    const one = pickServer(pools, text, macsPerSecond);
    picked.push(one);
    choices.push(sectionOf(one, login, new Set(choices.map(nameOf))));
  }
  return { choices, picked };
}

function sectionOf({ pool, server }: PickedServer, login: string | undefined, taken: ReadonlySet<string>): PoolSection {
  const isRaw = pool.login.is.kind === 'raw';
  if (isRaw && login === undefined) {
    throw new PearlError('USAGE', `${pool.title} takes a login of its own: ${pool.login.is.words}.`, {
      hint: fix`Add --login LOGIN. What is known of it: ${pearlctl('pools', pool.name)}`,
    });
  }
  const longer = `${pool.name}-${server.name.replace(/[^a-z0-9]/gi, '-')}`.toLowerCase().slice(0, 32);
  const name = taken.has(pool.name) ? longer : pool.name;
  return { name, keys: { url: server.url, ...(isRaw && login !== undefined ? { login } : {}), ...pool.keys } };
}

/** What people know it by. */
export function nameOf(choice: PoolChoice): string {
  return typeof choice === 'string' ? choice : choice.name;
}

/** The names that `[pool] use` lists. */
export function namesOf(use: string): string[] {
  return use === '' ? [] : use.split(',').map((name) => name.trim());
}

/** The sections of a present configuration, in the order in which they are tried. */
export function sectionsOf(keys: readonly EffectiveKey[]): PoolSection[] {
  const set = keys.filter(({ origin, value }) => origin === 'file' && value !== '(hidden)');
  const use = set.find(({ section, key }) => section === 'pool' && key === 'use')?.value;
  const all = set.flatMap(({ section }) => (section.startsWith('pool.') ? [section.slice('pool.'.length)] : []));
  const names = typeof use === 'string' ? namesOf(use) : [...new Set(all)];
  return names.map((name) => ({
    name,
    keys: Object.fromEntries(
      set.flatMap(({ section, key, value }) =>
        section === `pool.${name}` && typeof value === 'string' ? [[key, value]] : [],
      ),
    ),
  }));
}

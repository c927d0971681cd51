// All known pools in the order of their names, which ranks nothing, and how one is found by what a person types.
import { PearlError } from '../../../base/errors.ts';
import { fix, pearlctl } from '../../../base/fix.ts';
import { nearest } from '../../../base/nearest.ts';
import type { Paths } from '../../../config/paths.ts';
import { type KnownPool, type PoolServer, preferredServer, serversNamed } from './known-pool.ts';
import { ownPoolsFile, readOwnPools } from './own-pools.ts';
import { UNUSABLE_POOLS } from './unusable-pools.ts';
import { USABLE_POOLS } from './usable-pools.ts';

export const KNOWN_POOLS: readonly KnownPool[] = inOrder([...USABLE_POOLS, ...UNUSABLE_POOLS]);

export function usableNames(): string[] {
  return KNOWN_POOLS.flatMap(({ name, usability }) => (usability.is.kind === 'no' ? [] : [name]));
}

/** The same with the user's own pools, which come before known ones of the same name. Throws what `readOwnPools` throws. */
export function allPools(paths: Pick<Paths, 'configFile'>): KnownPool[] {
  const own = readOwnPools(ownPoolsFile(paths));
  return inOrder([...own, ...KNOWN_POOLS.filter(({ name }) => !own.some((pool) => pool.name === name))]);
}

function inOrder(pools: readonly KnownPool[]): KnownPool[] {
  return pools.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Throws USAGE for a name that no pool has. */
export function findPool(pools: readonly KnownPool[], name: string): KnownPool {
  const found = pools.find((pool) => pool.name === name.toLowerCase());
  if (found !== undefined) return found;
  const meant = nearest(
    name,
    pools.map((pool) => pool.name),
  );
  throw new PearlError('USAGE', `No pool is known by the name ${name.slice(0, 40)}.`, {
    hint: meant === undefined ? fix`All names: ${pearlctl('pools')}` : `Did you mean ${meant}?`,
  });
}

export interface PickedServer {
  readonly pool: KnownPool;
  readonly server: PoolServer;
}

/**
 * The server that `NAME`, `NAME/SERVER` or `NAME/SERVER/PORT` means.
 *
 * @param macsPerSecond this machine's rate, by which a port is chosen where several are meant; null where it is not known.
 * @throws PearlError USAGE for a name that nothing has, and for a pool that cannot be used, with the reason.
 */
export function pickServer(pools: readonly KnownPool[], text: string, macsPerSecond: number | null): PickedServer {
  const [name = '', ...rest] = text.split('/');
  const pool = findPool(pools, name);
  const { is: usability } = pool.usability;
  if (usability.kind === 'no') {
    throw new PearlError('USAGE', `${pool.title} cannot be used, because ${usability.because}.`, {
      hint: fix`Choose another one of: ${pearlctl('pools')}`,
    });
  }
  const part = rest.join('/');
  const server = preferredServer(part === '' ? pool.servers.is : serversNamed(pool, part), macsPerSecond);
  if (server !== null) return { pool, server };
  throw new PearlError('USAGE', `${pool.title} has no server ${part.slice(0, 40)}.`, {
    hint: fix`Its servers: ${pearlctl('pools', pool.name)}`,
  });
}

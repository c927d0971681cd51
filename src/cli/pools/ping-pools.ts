// Visits to many pools, a few at a time, each within a limit, with a word for each as it ends.
import type { Config } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { poolList, unlistedPool } from '../../config/pool-list.ts';
import { type PoolUrl, readPoolUrl } from '../../config/pool-url.ts';
import type { KnownPool } from '../../gateway/pool/known/known-pool.ts';
import type { PickedServer } from '../../gateway/pool/known/known-pools.ts';
import type { Account } from '../../gateway/pool/login/login.ts';
import { entryOf, poolSettings } from '../../gateway/pool/open-pool.ts';
import { type PingTarget, pingPool } from '../../gateway/pool/ping-pool.ts';
import { expectedSeconds, tileOf } from '../../protocol/expectation.ts';
import { networkFacts } from '../../protocol/networks.ts';
import { PRESETS } from '../../protocol/shapes.ts';
import type { Visited } from './pools-text.ts';

/** Visits under way at once. */
const AT_ONCE = 8;
const NOT_ASKED = 'no job asked for: no wallet is configured';
const NEEDS_LOGIN = 'no job asked for: it needs a login of its own';

export interface PingOptions {
  readonly targets: readonly PickedServer[];
  /** Null where there is none that can be used. */
  readonly config: Config | null;
  readonly paths: Paths;
  readonly limitMs: number;
  readonly macsPerSecond: number | null;
  readonly signal: AbortSignal;
  readonly onDone: (done: number, name: string) => void;
}

/** In the order of the targets; null when the signal ended it. */
export async function pingPools(options: PingOptions): Promise<Visited[] | null> {
  const { targets, signal, onDone } = options;
  const visits: Visited[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < targets.length && !signal.aborted) {
      const at = next++;
      const target = targets[at];
      if (target === undefined) return;
      visits[at] = await ping(target, options);
      done += 1;
      onDone(done, `${target.pool.name}/${target.server.name}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return signal.aborted ? null : visits;
}

async function ping(
  { pool, server }: PickedServer,
  { config, paths, limitMs, macsPerSecond, signal }: PingOptions,
): Promise<Visited> {
  const url = readPoolUrl(server.url);
  if (typeof url === 'string') throw new Error(`${pool.name}: its address ${url}`);
  const shape = config?.shape ?? PRESETS.light;
  const entry = await entryAt(url, config, paths);
  const unasked = whyUnasked(pool, entry.account);
  const target: PingTarget = unasked === null ? entry : { ...entry, account: null };
  const limited = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const ping = await pingPool(
    target,
    poolSettings(shape, paths, () => {}),
    limited,
  );
  const seconds =
    ping.job === null || macsPerSecond === null ? null : expectedSeconds(ping.job.target, macsPerSecond, tileOf(shape));
  return { pool, server, ping: { ...ping, failure: ping.failure ?? unasked }, shareSeconds: seconds };
}

/** As the configuration has a pool of that host, else as it would meet any other. */
async function entryAt(url: PoolUrl, config: Config | null, paths: Paths): Promise<PingTarget> {
  if (config === null) return { url, account: null, proxy: null };
  const own = poolList(config).find((listed) => listed.url.host === url.host);
  return { ...(await entryOf(own ?? unlistedPool(config, url), paths)), url };
}

function whyUnasked(pool: KnownPool, account: Account | null): string | null {
  if (account === null) return NOT_ASKED;
  if (account.login !== null) return null;
  if (pool.login.is.kind === 'raw') return NEEDS_LOGIN;
  // A wallet of another network is none at a pool.
  return account.wallet.startsWith(`${networkFacts('mainnet').hrp}1`) ? null : NOT_ASKED;
}

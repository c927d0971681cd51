// The question for the pool: the known ones are shown with what each means for this machine, and none is proposed. The answer
// is a name or an address.
import { PearlError } from '../../base/errors.ts';
import type { Paths } from '../../config/paths.ts';
import { completedPoolUrl, readPoolUrl } from '../../config/pool-url.ts';
import { type KnownPool, oneOfEachHost, preferredServer } from '../../gateway/pool/known/known-pool.ts';
import { allPools, pickServer } from '../../gateway/pool/known/known-pools.ts';
import { PUBLISHED_CHAIN } from '../../protocol/published-chain.ts';
import { knownRate } from '../pools/known-rate.ts';
import { prospectsAt, shareSeconds } from '../pools/pool-prospects.ts';
import { inWords, remarkOn, renderTable } from '../pools/pools-text.ts';
import type { Person } from './person.ts';
import { isPoolName, type PoolChoice, poolChoices } from './pool-choice.ts';

/** Columns that the frame around what is shown takes. */
const FRAME = 6;

/** @param login what the flag says, for a pool that pays by a login of its own. */
export async function askPool(person: Person, login: string | undefined, paths: Paths): Promise<PoolChoice> {
  const pools = allPools(paths);
  const macsPerSecond = knownRate(paths)?.macsPerSecond ?? null;
  const usable = pools.filter(({ usability }) => usability.is.kind !== 'no');
  const shown = usable.map((pool) => ({ pool, prospects: prospectsAt(pool, macsPerSecond, PUBLISHED_CHAIN) }));
  const legend = ['', '- is not known, * not confirmed. Everything known of one: pearlctl pools NAME'];
  if (macsPerSecond === null) legend.push('How long a share takes here is measured by: pearlctl calibrate');
  const width = (process.stdout.columns || 80) - FRAME;
  person.show('Known pools, by name', [...renderTable(shown, width), ...legend].join('\n'));
  const typed = await person.write({
    message: 'Which pool? (a name of these, or an address)',
    example: 'NAME, or stratum+ssl://pool.example.com:3333',
    problem: (value) => problemWith(value, pools),
  });
  if (!isPoolName(typed)) return typed;
  const { pool, server } = pickServer(pools, typed, macsPerSecond);
  const place = typed.includes('/') ? server.name : await askServer(person, pool, macsPerSecond);
  const own = pool.login.is.kind === 'raw' && login === undefined ? await askLogin(person, pool) : login;
  const texts = [`${pool.name}/${place}`];
  const { choices, picked } = poolChoices({ texts, login: own }, pools, macsPerSecond);
  for (const one of picked) person.tell(remarkOn(one, macsPerSecond).join('\n'));
  const [choice] = choices;
  if (choice === undefined) throw new Error('a picked server makes a choice');
  return choice;
}

function problemWith(typed: string, pools: readonly KnownPool[]): string | undefined {
  if (isPoolName(typed)) {
    try {
      pickServer(pools, typed, null);
      return undefined;
    } catch (error) {
      if (error instanceof PearlError) return error.message;
      throw error;
    }
  }
  const problem = readPoolUrl(typed);
  if (typeof problem !== 'string') return undefined;
  const meant = completedPoolUrl(typed);
  return meant === null ? `It ${problem}.` : `It ${problem}. Did you mean: ${meant}`;
}

/** Which of its hosts, by the port that suits this machine. */
async function askServer(person: Person, pool: KnownPool, macsPerSecond: number | null): Promise<string> {
  const servers = oneOfEachHost(pool, macsPerSecond);
  const first = preferredServer(servers, macsPerSecond)?.name ?? '';
  if (servers.length === 1) return first;
  return person.choose({
    message: `Which server of ${pool.title}? (pearlctl pools ${pool.name} --ping shows how near each is)`,
    initial: first,
    options: servers.map((server) => {
      const seconds = shareSeconds(server, macsPerSecond);
      const hint = `${seconds === null ? '' : `a share takes ${inWords(seconds)}, `}${server.difficulty} difficulty`;
      return { value: server.name, label: server.name, hint };
    }),
  });
}

function askLogin(person: Person, { title, login }: KnownPool): Promise<string> {
  const message = `Which login at ${title}? (${login.is.words})`;
  return person.write({ message, problem: (value) => (value === '' ? 'It is empty.' : undefined) });
}

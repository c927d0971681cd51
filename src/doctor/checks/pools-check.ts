// Can the pools of the configuration be mined at? Each is visited as the gateway visits it: by its proxy, with its TLS, and
// with every form of the login until one is taken. A pool that is mined at now is not logged in to a second time.
import { PearlError } from '../../base/errors.ts';
import { type Fix, fix, pearlctlByHand } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import { machineShape } from '../../config/machine-shape.ts';
import { type ListedPool, poolList } from '../../config/pool-list.ts';
import { attemptsInWords } from '../../gateway/pool/login/login-plan.ts';
import { entryOf, poolSettings } from '../../gateway/pool/open-pool.ts';
import { type PingResult, pingPool } from '../../gateway/pool/ping-pool.ts';
import { POOL_TIMES } from '../../gateway/pool/pool-times.ts';
import { native } from '../../native/native.ts';
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { ok, problem, skipped, warning } from '../finding.ts';

/** For one pool: a form that is met with silence takes a third of it. */
const LIMIT_MS = 10_000;
const TIMES = { ...POOL_TIMES, connectMs: 5000, tlsMs: 5000, loginSilenceMs: 3000 };

const EDIT = fix`Where those are right: ${pearlctlByHand('config', 'edit')}`;

interface VisitedPool {
  readonly isWell: boolean;
  /** Behind its address. */
  readonly words: string;
  /** About its login, where the configuration does not hold all of it. */
  readonly loginFix?: Fix | undefined;
}

export const pools: Look = {
  id: 'pools',
  question: 'Do the pools take the login, with valid TLS',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    if (config.gateway.kind !== 'pool') return skipped('no pool is configured');
    const list = poolList(config);
    const visited = await Promise.all(list.map((pool) => visit(pool, config, context)));
    const facts = visited.map(({ words }, index) => `${list[index]?.url.name}: ${words}`).join('; ');
    const failed = visited.filter(({ isWell }) => !isWell);
    if (failed.length === visited.length)
      return problem(facts, fix`Check network, firewall and login. ${failed[0]?.loginFix ?? EDIT}`);
    if (failed.length > 0) return warning(facts, 'Another pool stands in; check the address and login of this one');
    if (list.some(({ url }) => url.insecure))
      return warning(`${facts}; its certificate is not checked`, 'Replace insecure=1 by pin=sha256/…');
    return ok(facts);
  },
};

async function visit(pool: ListedPool, config: Config, context: DoctorContext): Promise<VisitedPool> {
  const { paths, env } = context;
  try {
    const entry = await entryOf(pool, paths, env);
    const isMined = minedAt(context) === pool.url.name;
    const target = isMined ? { ...entry, account: null } : entry;
    const settings = { ...poolSettings(machineShape(config.shape, native()), paths, () => {}), times: TIMES };
    const result = await pingPool(target, settings, AbortSignal.timeout(LIMIT_MS));
    return { ...inWords(result, isMined, entry.proxy?.name ?? null), loginFix: entry.loginFix };
  } catch (error) {
    if (error instanceof PearlError) return { isWell: false, words: error.message.replace(/\.$/, '') };
    throw error;
  }
}

/** The pool that serves the running gateway, or null. */
function minedAt(context: DoctorContext): string | null {
  const stats = context.live() === null ? null : context.stats();
  return stats?.kind === 'valid' && stats.value.gateway.state === 'ready' ? stats.value.gateway.upstream : null;
}

function inWords({ connectMs, jobMs, failure, attempts }: PingResult, isMined: boolean, proxy: string | null) {
  const login = attempts.length === 0 ? '' : ` (login as ${attemptsInWords(attempts)})`;
  const way = proxy === null ? '' : ` through ${proxy}`;
  if (connectMs === null || (failure !== null && attempts.length === 0)) {
    return { isWell: false, words: failure ?? 'it did not answer in time' };
  }
  const reached = `reachable in ${Math.round(connectMs)} ms${way}`;
  if (isMined) return { isWell: true, words: `${reached}, mined at now` };
  if (jobMs === null) return { isWell: false, words: `${reached}, no job: ${failure ?? 'none came'}${login}` };
  return { isWell: true, words: `${reached}, a job ${Math.round(jobMs)} ms later${login}` };
}

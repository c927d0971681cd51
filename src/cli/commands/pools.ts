// `pearlctl pools`: the pools that the package knows, what each means for this machine, and a visit to them on request.
import { EXIT } from '../../base/errors.ts';
import { loadUsableConfig } from '../../config/configuration.ts';
import { type KnownPool, oneOfEachHost } from '../../gateway/pool/known/known-pool.ts';
import {
  allPools,
  findPool,
  KNOWN_POOLS,
  type PickedServer,
  pickServer,
} from '../../gateway/pool/known/known-pools.ts';
import { PUBLISHED_CHAIN } from '../../protocol/published-chain.ts';
import { showProgress } from '../calibration/calibration-progress.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import { type KnownRate, knownRate } from '../pools/known-rate.ts';
import { pingPools } from '../pools/ping-pools.ts';
import { prospectsAt } from '../pools/pool-prospects.ts';
import { poolsDocument, visitsDocument } from '../pools/pools-document.ts';
import { rateInWords, renderPool, renderPools, renderVisits } from '../pools/pools-text.ts';
import { INTERRUPTED } from '../signals.ts';
import { fittedWidth } from '../terminal.ts';

export const command = defineCommand({
  description:
    'Lists the pools that this version knows, in the order of their names: nothing is ranked, recommended or fetched, and ' +
    'no pool pays for being listed. Beside each stands how long a share takes at this machine’s rate, and after how many ' +
    'days the pool pays. --ping visits them, and logs in with your wallet where one is configured. Pools of your own ' +
    'stand in own-pools.json beside the configuration.',
  examples: [
    ['pearlctl pools', 'All of them; those that cannot be used with the reason'],
    ['pearlctl pools suprnova', 'One of them: servers, fee, login, and where each fact was read'],
    ['pearlctl pools --ping', 'How far away each is, and whether a job comes'],
    ['pearlctl pools herominers --ping', 'Which of its servers is the nearest'],
    ['pearlctl init --pool suprnova', 'Mine there'],
  ],
  options: {
    ping: { type: 'boolean', describe: 'Visit them: latency, and whether a job comes', default: false },
    timeout: { type: 'number', describe: 'Seconds for each visit', default: 45, range: { from: 1, to: 600 } },
  },
  positionals: {
    name: {
      type: 'string',
      describe: 'One pool; with --ping also one server of it: NAME/SERVER',
      suggest: async () => KNOWN_POOLS.map(({ name }) => name),
    },
  },
  async run({ name, ping, timeout }, context) {
    const all = allPools(context.paths);
    const rate = knownRate(context.paths);
    const macsPerSecond = rate?.macsPerSecond ?? null;
    if (ping) return visit(context, targetsOf(all, name, macsPerSecond), rate, timeout * 1000);
    const pools = name === undefined ? all : [findPool(all, name)];
    const shown = pools.map((pool) => ({ pool, prospects: prospectsAt(pool, macsPerSecond, PUBLISHED_CHAIN) }));
    const [first] = shown;
    const width = fittedWidth(context.terminal);
    const text =
      name === undefined || first === undefined
        ? renderPools(shown, PUBLISHED_CHAIN, width)
        : renderPool(first.pool, rate, width);
    const head = rateInWords(rate, (fix) => context.fixText(fix));
    context.print(`${head}\n\n${text}`, poolsDocument(shown, rate, PUBLISHED_CHAIN));
    return EXIT.ok;
  },
});

/** Of all pools the server that would be taken; of one pool one port of each of its hosts; or one server alone. */
function targetsOf(
  pools: readonly KnownPool[],
  name: string | undefined,
  macsPerSecond: number | null,
): readonly PickedServer[] {
  if (name === undefined) {
    const usable = pools.filter(({ usability }) => usability.is.kind !== 'no');
    return usable.map((pool) => pickServer(pools, pool.name, macsPerSecond));
  }
  const picked = pickServer(pools, name, macsPerSecond);
  if (name.includes('/')) return [picked];
  const { pool } = picked;
  return oneOfEachHost(pool, macsPerSecond).map((server) => ({ pool, server }));
}

async function visit(
  context: Context,
  targets: readonly PickedServer[],
  rate: KnownRate | null,
  limitMs: number,
): Promise<number> {
  // Without one, no login is sent.
  const config = await loadUsableConfig(context.paths);
  const signal = context.stopSignal();
  const live = process.stderr.isTTY && process.env.TERM !== 'dumb';
  const progress = showProgress(context.json || !live ? { write: () => {} } : process.stderr, live);
  const visits = await pingPools({
    targets,
    config,
    paths: context.paths,
    limitMs,
    macsPerSecond: rate?.macsPerSecond ?? null,
    signal,
    onDone: (done, label) => progress.tell(done, targets.length, label, null),
  }).finally(progress.end);
  if (visits === null) return INTERRUPTED;
  const head = rateInWords(rate, (fix) => context.fixText(fix));
  context.print(`${head}\n\n${renderVisits(visits, fittedWidth(context.terminal))}`, visitsDocument(visits, rate));
  return visits.some(({ ping }) => ping.connectMs !== null) ? EXIT.ok : EXIT.unavailable;
}

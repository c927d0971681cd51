// The pools that a person adds to the known ones: `own-pools.json` beside the configuration, read once and checked whole.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { errnoOf, PearlError } from '../../../base/errors.ts';
import { parseJson } from '../../../base/json-fields.ts';
import type { Paths } from '../../../config/paths.ts';
import { POOL_NAME } from '../../../config/pool-keys.ts';
import { readPoolUrl } from '../../../config/pool-url.ts';
import type { KnownPool, SourcedFact } from './known-pool.ts';

const MAX_BYTES = 256 << 10;

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const words = v.pipe(v.string(), v.maxLength(200));

const server = v.strictObject({
  url: v.pipe(
    v.string(),
    v.check((url) => typeof readPoolUrl(url) !== 'string', 'is no address such as stratum+ssl://HOST:PORT'),
  ),
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/, 'takes letters, digits, dots and dashes'))),
  difficulty: v.optional(v.picklist(['fixed', 'vardiff', 'unknown']), 'unknown'),
  /** Multiply-accumulates for a share. */
  shareMacs: v.optional(positive),
  solo: v.optional(v.boolean(), false),
});

const file = v.strictObject({
  pools: v.pipe(
    v.array(
      v.strictObject({
        name: v.pipe(v.string(), v.regex(POOL_NAME, 'takes small letters, digits and dashes')),
        title: v.optional(words),
        servers: v.pipe(v.array(server), v.minLength(1, 'is empty'), v.maxLength(64)),
        login: v.optional(v.picklist(['address', 'raw']), 'address'),
        feePercent: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
        minimumPrl: v.optional(positive),
      }),
    ),
    v.maxLength(100),
  ),
});

type OwnPool = v.InferOutput<typeof file>['pools'][number];

export function ownPoolsFile({ configFile }: Pick<Paths, 'configFile'>): string {
  return join(dirname(configFile), 'own-pools.json');
}

/**
 * The user's own pools; none where there is no file.
 *
 * @throws PearlError CONFIG_UNREADABLE, or CONFIG_INVALID that names the place of what is wrong.
 */
export function readOwnPools(path: string): KnownPool[] {
  if (!existsSync(path)) return [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PearlError('CONFIG_UNREADABLE', `Your pools in ${path} cannot be read (${errnoOf(cause)}).`, { cause });
  }
  const parsed = v.safeParse(file, text.length > MAX_BYTES ? null : parseJson(text));
  if (parsed.success) return parsed.output.pools.map(knownFrom);
  const [issue] = parsed.issues;
  const place = issue.path?.map(({ key }) => String(key)).join('.') ?? 'the file';
  throw new PearlError('CONFIG_INVALID', `Your pools in ${path} cannot be used: ${place}: ${issue.message}.`, {
    hint: 'Mend it as docs/upstreams.md shows, or remove it.',
  });
}

function knownFrom({ name, title, servers, login, feePercent: percent, minimumPrl }: OwnPool): KnownPool {
  const yours = <T>(is: T): SourcedFact<T> => ({ is, by: ['yours'] });
  return {
    name,
    title: title ?? name,
    usability: yours({ kind: 'yes' }),
    servers: yours(
      servers.map(({ url, difficulty, solo, shareMacs = null, ...server }, index) => ({
        name: server.name ?? String(index + 1),
        url,
        difficulty,
        shareMacs,
        solo,
      })),
    ),
    login: yours({ kind: login, words: login === 'raw' ? 'a login of its own' : 'the wallet; the worker apart' }),
    difficulty: yours('as you wrote it'),
    fee: yours(percent === undefined ? { percent: null, words: 'unknown' } : { percent, words: `${percent} %` }),
    payout: yours({
      minimumPrl: minimumPrl ?? null,
      words: minimumPrl === undefined ? 'unknown' : `${minimumPrl} PRL`,
    }),
  };
}

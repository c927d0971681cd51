// What was learned of each pool (`pools.json` in the state folder): the form of the login that it takes, and whether it
// wants pings. A file that is missing or spoilt costs a few attempts, nothing else.
import * as v from 'valibot';
import { textOf, writeFileAtomically } from '../../base/atomic-file.ts';
import { parseJson } from '../../base/json-fields.ts';
import { keepNewestKeys } from '../../base/keep-newest.ts';
import type { PoolMemory } from './pool-options.ts';
import type { Remembered } from './roster.ts';

/** More pools than a configuration lists; the oldest go. */
const MAX_POOLS = 64;

const schema = v.record(
  v.pipe(v.string(), v.maxLength(300)),
  v.object({
    form: v.nullable(v.picklist(['object', 'subscribe-object', 'array', 'subscribe-array'])),
    pings: v.nullable(v.picklist(['wanted', 'unwanted'])),
  }),
);

/** @param onTrouble hears why the file cannot be written. */
export function filePoolMemory(path: string, onTrouble: (error: unknown) => void): PoolMemory {
  const known = new Map<string, Remembered>(Object.entries(read(path)));
  return {
    recall: (name) => known.get(name) ?? null,
    keep(name, what) {
      const before = known.get(name);
      if (before?.form === what.form && before.pings === what.pings) return;
      known.delete(name);
      known.set(name, what);
      keepNewestKeys(known, MAX_POOLS);
      try {
        writeFileAtomically(path, `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`, {
          mode: 0o600,
          durable: false,
        });
      } catch (error) {
        onTrouble(error);
      }
    },
  };
}

function read(path: string): v.InferOutput<typeof schema> {
  const text = textOf(path) ?? '';
  const parsed = v.safeParse(schema, text.length > 64 * 1024 ? null : parseJson(text));
  return parsed.success ? parsed.output : {};
}

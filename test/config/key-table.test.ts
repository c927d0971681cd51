// What the types of the key table refuse: this file is checked by the compiler.
import t from 'tap';
import { type Key, miner } from '../../src/config/key.ts';
import type { Config } from '../../src/config/typed-config.ts';
import { duration, textValue } from '../../src/config/values.ts';

const words = { doc: 'What it does.', example: '1s' };

t.test(
  'a row without an effect, without a fallback or with a member that hides its unit does not compile',
  async (t) => {
    const row = { member: 'napMs', kind: duration('1s', '1h'), list: false, default: '1s', ...words };
    // @ts-expect-error: no effect
    const without: Key = row;
    // @ts-expect-error: an effect that there is not
    const other: Key = { ...row, effect: 'nothing' };
    t.match([without, other], [row, row]);
    // @ts-expect-error: neither a default nor words for an unset key
    miner.key('napMs', duration('1s', '1h'), words);
    // @ts-expect-error: milliseconds under a name that does not say so
    miner.key('nap', duration('1s', '1h'), { default: '1s', ...words });
    // @ts-expect-error: a list has no default text
    miner.list('names', textValue('a name'), { default: 'a', ...words });
    const made = miner.key('napMs', duration('1s', '1h'), { default: '1s', ...words });
    t.match(made, { member: 'napMs', effect: 'miner' });
  },
);

t.test('the configuration has the types that the rows say', async (t) => {
  const typed: Pick<Config, 'network' | 'logs' | 'supervisor'> & { shape: object } = {
    network: 'devnet',
    logs: { level: 'info', maxBytes: 1, maxAgeMs: 1, files: 1 },
    supervisor: { miner: policy(), gateway: policy() },
    shape: {},
  };
  // @ts-expect-error: no member of a row
  typed.logs.size = 1;
  // @ts-expect-error: a key with a default is never null
  typed.logs.level = null;
  const { kind, socket }: { kind: 'devnet' | 'pool' | 'external' | 'attached'; socket: string | null } = {
    ...({ kind: 'pool', socket: null } satisfies Pick<Config['gateway'], 'kind' | 'socket'>),
  };
  t.same([kind, socket], ['pool', null]);
});

function policy(): Config['supervisor']['miner'] {
  const limit = { count: 1, windowMs: 1 };
  return { restart: 'never', backoffInitialMs: 1, backoffMaxMs: 1, healthyAfterMs: 1, limit };
}

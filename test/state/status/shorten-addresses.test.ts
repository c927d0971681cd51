import t from 'tap';
import { shortenAddresses } from '../../../src/state/status/shorten-addresses.ts';

t.test('the middle of an address is left out, never the reason', async (t) => {
  const text = 'the pool stratum+ssl://eu-central.pool.example.com:3333 refuses the login: Unauthorized worker';
  t.equal(shortenAddresses(text, 94), text);
  for (let columns = 60; columns < text.length; columns += 1) {
    const shown = shortenAddresses(text, columns);
    t.ok(shown.length <= Math.max(columns, 65), `${columns}: ${shown.length}`);
    t.match(shown, /^the pool stratum\S*…\S*:3333 refuses the login: Unauthorized worker$/);
  }
});

t.test('several give way in turn, each with its begin and its port', async (t) => {
  const shown = shortenAddresses('not at first.pool.example.com:3333 nor at second.pool.example.com:4444: dead', 40);
  t.equal(shown, 'not at first.po…com:3333 nor at second.p…com:4444: dead');
});

t.test('what is no address stays, however little room there is', async (t) => {
  for (const text of ['nothing mines now', 'since 14:05:06 it waits', 'a:b']) t.equal(shortenAddresses(text, 5), text);
});

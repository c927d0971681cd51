import { getActiveResourcesInfo } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { within } from '../../src/base/time-limit.ts';

const timers = () => getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

t.test('work that ends in time gives its result or its failure, and no timer stays', async (t) => {
  const before = timers();
  t.equal(await within(Promise.resolve(7), 3_600_000), 7);
  await t.rejects(within(Promise.reject(new Error('no room')), 3_600_000), { message: 'no room' });
  t.equal(timers(), before);
});

t.test('work that takes longer gives null, and its later failure is no unhandled rejection', async (t) => {
  let fail = () => {};
  const work = new Promise<never>((_resolve, reject) => {
    fail = () => reject(new Error('too late'));
  });
  t.equal(await within(work, 1), null);
  fail();
  await setImmediate();
});

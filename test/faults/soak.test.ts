// Twenty-five seconds of mining, watched; `npm run soak -- --minutes 60` does it for as long as one likes.
import t from 'tap';
import { growth, renderSample, soak } from './soak.ts';

t.setTimeout(300_000);

t.test(
  'memory and descriptors stay while it mines, and nothing restarts',
  {
    skip: process.platform === 'linux' ? false : 'the figures are those of /proc',
  },
  async (t) => {
    const { samples, end, orphans, filesLeft, unaccounted } = await soak({ seconds: 25, everySeconds: 2 });
    const last = samples.at(-1);
    if (last === undefined) throw new Error('there is no sample');
    t.comment(renderSample(last));
    t.equal(last.restarts, 0);
    t.ok(last.accepted > 0, 'it mined');
    for (const name of ['supervisor', 'gateway', 'miner'] as const) {
      const descriptors = growth(samples, ({ processes }) => processes[name].descriptors);
      t.ok(descriptors <= 3, `${name}: ${descriptors} descriptors more in the later half`);
      const memory = growth(samples, ({ processes }) => processes[name].rssMebibytes);
      t.ok(memory < 40, `${name}: ${memory.toFixed(1)} MiB more in the later half`);
      t.ok(last.processes[name].rssMebibytes < 400, `${name}: ${last.processes[name].rssMebibytes.toFixed(0)} MiB`);
    }
    t.equal(end, 'exit 0');
    t.equal(orphans, 0);
    t.equal(unaccounted, 0);
    t.same(filesLeft, []);
  },
);

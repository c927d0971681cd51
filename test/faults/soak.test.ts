// A minute of mining, watched; `npm run soak -- --minutes 60` does it for as long as one likes.
import t from 'tap';
import { memoryRises, renderSample, renderVerdict, soak, verdictOf } from './soak.ts';
import type { Sample } from './soak-sample.ts';

t.setTimeout(300_000);

t.test(
  'memory and descriptors stay while it mines, and nothing restarts',
  {
    skip: process.platform === 'linux' ? false : 'the figures are those of /proc',
  },
  async (t) => {
    const { samples, end, orphans, filesLeft, unaccounted } = await soak({
      seconds: 60,
      mostSeconds: 180,
      everySeconds: 2,
    });
    const last = samples.at(-1);
    if (last === undefined) throw new Error('there is no sample');
    t.comment(renderSample(last));
    t.same(verdictOf(samples).troubles, []);
    for (const name of ['supervisor', 'gateway', 'miner'] as const) {
      t.ok(last.processes[name].rssMebibytes < 400, `${name}: ${last.processes[name].rssMebibytes.toFixed(0)} MiB`);
    }
    t.equal(end, 'exit 0');
    t.equal(orphans, 0);
    t.equal(unaccounted, 0);
    t.same(filesLeft, []);
  },
);

/** An hour of samples, one a minute, with what is said of the gateway at each. */
function hour(
  gateway: (minute: number) => { mebibytes?: number; descriptors?: number },
  changes: Partial<Sample> = {},
) {
  return Array.from({ length: 61 }, (_, minute): Sample => {
    const process = { pssMebibytes: 40, rssMebibytes: 80, anonymousMebibytes: 40, descriptors: 25, cpuSeconds: minute };
    const { mebibytes = 40, descriptors = 25 } = gateway(minute);
    return {
      seconds: minute * 60,
      processes: {
        supervisor: process,
        gateway: { ...process, anonymousMebibytes: mebibytes, descriptors },
        miner: process,
      },
      submitted: minute,
      accepted: minute,
      restarts: 0,
      ...changes,
    };
  });
}

t.test('a leak, lost descriptors and restarts are told; warming up and a burst are not', async (t) => {
  const { troubles, trends } = verdictOf(hour((minute) => ({ mebibytes: 40 + minute / 2 })));
  t.same(troubles, ['The gateway grew by 22.5 MiB.']);
  t.equal(Math.round(trends.gateway.memoryPerHour), 30);
  t.equal(trends.miner.memoryPerHour, 0);
  t.same(verdictOf(hour((minute) => ({ descriptors: 25 + minute }))).troubles, [
    'The gateway has 23 descriptors more.',
  ]);
  t.same(verdictOf(hour((minute) => ({ mebibytes: Math.min(90, 40 + minute * 5) }))).troubles, [], 'warming up');
  t.same(verdictOf(hour((minute) => ({ mebibytes: minute === 50 ? 400 : 40 }))).troubles, [], 'a burst');
  t.same(verdictOf(hour(() => ({}), { restarts: 2, accepted: 0 })).troubles, [
    'No share was accepted.',
    'There were 2 restarts.',
  ]);
});

t.test('memory that waits for its first collection rises, and no longer once that came; a leak goes on', async (t) => {
  t.ok(memoryRises(hour((minute) => ({ mebibytes: 24 + minute })).slice(0, 24)));
  const collected = hour((minute) => ({ mebibytes: minute < 24 ? 24 + minute : 26 }));
  t.notOk(memoryRises(collected));
  t.ok(memoryRises(hour((minute) => ({ mebibytes: 24 + minute }))));
  t.notOk(memoryRises(hour((minute) => ({ descriptors: 25 + minute }))), 'descriptors are not waited for');
});

t.test('start, middle and end are a table with a cell for each heading', async (t) => {
  const samples = hour(() => ({}));
  const text = renderVerdict(samples, verdictOf(samples));
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  t.same(
    rows.map((row) => row.split('|').length),
    Array(5).fill(rows[0]?.split('|').length),
  );
  t.match(text, /^\| 30\.0 min \|/m);
  t.match(text, 'Verdict: steady.');
});

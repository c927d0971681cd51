import t from 'tap';
import { JobLag } from '../../../src/gateway/external/job-lag.ts';

const block = (height: number) => height.toString(16).padStart(64, '0');

t.test(
  'a month of blocks, each job fetched within a second and the node looked at every ten, is never behind for long',
  async (t) => {
    const lag = new JobLag();
    let longest = 0;
    // A block every 61 s meets the ten seconds at every phase.
    for (let second = 0; second < 30 * 86_400; second += 1) {
      const height = Math.floor(second / 61);
      lag.job(block(height), second * 1000);
      if (second % 10 === 0) lag.tip(block(height), second * 1000);
      longest = Math.max(longest, lag.behindMs(second * 1000) ?? 0);
    }
    t.ok(longest < 10_000, `${longest} ms`);
  },
);

t.test('a job that stays while the node moves on is behind from the first block that it missed', async (t) => {
  const lag = new JobLag();
  lag.tip(block(1), 0);
  lag.job(block(1), 0);
  t.equal(lag.behindMs(5000), null);
  lag.tip(block(2), 10_000);
  lag.tip(block(3), 100_000);
  lag.job(block(1), 100_500);
  t.equal(lag.behindMs(130_000), 120_000);
  lag.job(block(2), 131_000);
  t.equal(lag.behindMs(132_000), 1000, 'another job is a sign of life');
  lag.job(block(3), 133_000);
  t.equal(lag.behindMs(134_000), null);
});

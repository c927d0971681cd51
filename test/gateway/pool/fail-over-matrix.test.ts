// Each way in which a pool fails, as the first of the list and as the second behind a dead one: how long until a share is
// accepted at the next. With PEARLCTL_REAL_TIMES=1 by the times of the product, for the table in docs/upstreams.md.
import t, { type Test } from 'tap';
import { POOL_TIMES } from '../../../src/gateway/pool/pool-times.ts';
import { makeCertificate } from '../../pool/certificate.ts';
import { TestPool, type TestPoolOptions } from '../../pool/test-pool.ts';
import { SHORT, testJob, upstreamTo } from '../../pool/upstream.ts';

const isReal = process.env.PEARLCTL_REAL_TIMES === '1';
const times = isReal ? POOL_TIMES : { ...SHORT, loginSilenceMs: 100, loginMs: 200, verdictMs: 100 };
/** Between two shares of this machine. */
const SHARE_MS = isReal ? 100 : 5;

const WAYS: Readonly<Record<string, TestPoolOptions>> = {
  'refuses the login': { onLogin: (client, { id }) => client.refuse(id, 24, 'Invalid Pearl address') },
  'rejects all': { onSubmit: (client, { id }) => client.refuse(id, 26, 'invalid proof') },
  'all stale': { onSubmit: (client, { id }) => client.refuse(id, 21, 'stale job') },
  'says nothing': { onLogin: () => {} },
  'gives no verdicts': { onSubmit: () => {} },
  bans: { onLogin: (client, { id }) => client.refuse(id, -1, 'banned for 3600 s') },
  'hangs up idle': {
    onLogin: (client, { id }) => {
      client.accept(id);
      setTimeout(() => client.socket.end(), isReal ? 2000 : 50);
    },
  },
  'bad certificate': { tls: makeCertificate({ dnsName: 'pool.example.com' }) },
};
const DEAD_NAME = 'stratum+tcp://pool.invalid:3333';

async function secondsUntilAccepted(t: Test, url: string | null, options: TestPoolOptions, behindDead: boolean) {
  const bad = url === null ? await TestPool.start(options) : null;
  const good = await TestPool.start();
  if (bad !== null) bad.job = testJob('bad');
  good.job = testJob('good');
  const urls = [...(behindDead ? ['stratum+tcp://127.0.0.1:1'] : []), url ?? bad?.url() ?? '', good.url()];
  const began = performance.now();
  const { upstream, seen } = upstreamTo(urls, {
    times,
    resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
  });
  t.teardown(() => Promise.all([upstream.close(), good.stop(), bad?.stop()]));
  for (let share = 0; good.submits.length === 0; share += 1) {
    const last = seen.at(-1);
    if (last?.type === 'job') void upstream.submit(`${url}${behindDead}${share}`, last.job);
    await new Promise((resolve) => setTimeout(resolve, SHARE_MS));
    if (performance.now() - began > 120_000) throw new Error('no share was ever accepted');
  }
  return (performance.now() - began) / 1000;
}

const cases = [
  ...Object.entries(WAYS).map(([name, options]) => ({ name, url: null, options })),
  { name: 'dead name', url: DEAD_NAME, options: {} },
];
for (const { name, url, options } of cases) {
  t.test(`a pool that ${name}: a share is accepted at the next one`, async (t) => {
    const first = await secondsUntilAccepted(t, url, options, false);
    const second = await secondsUntilAccepted(t, url, options, true);
    t.comment(`| ${name} | ${first.toFixed(1)} s | ${second.toFixed(1)} s |`);
    t.ok(first < 120 && second < 120);
  });
}

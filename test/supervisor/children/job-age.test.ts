import { writeFileSync } from 'node:fs';
import t from 'tap';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { BEHIND_GRACE_MS, type JobAge, POOL_JOB_MS, staleJobReason } from '../../../src/supervisor/children/job-age.ts';
import { Stage } from '../stage.ts';

const YEAR_MS = 365 * 86_400_000;

const POOL: JobAge = {
  kind: 'pool',
  jobAgeMs: POOL_JOB_MS + 1,
  upstreamIsReady: true,
  behindMs: null,
  isProving: false,
  upMs: YEAR_MS,
};

t.test('a pool’s job may be an hour old, while the connection seems well', async (t) => {
  t.equal(staleJobReason(POOL), "the gateway's job is 60 min old");
  t.equal(staleJobReason({ ...POOL, jobAgeMs: POOL_JOB_MS }), null);
  t.equal(staleJobReason({ ...POOL, jobAgeMs: null }), null, 'no job is no old job');
  t.equal(staleJobReason({ ...POOL, upstreamIsReady: false }), null, 'it knows, and reconnects by itself');
});

t.test(
  'a chain that only we mine has no news, and a gateway that we did not start is not ours to restart',
  async (t) => {
    t.equal(staleJobReason({ ...POOL, kind: 'devnet', jobAgeMs: YEAR_MS }), null);
    t.equal(staleJobReason({ ...POOL, kind: 'attached', jobAgeMs: YEAR_MS, behindMs: BEHIND_GRACE_MS + 1 }), null);
  },
);

t.test('an external gateway has two minutes to build on its node’s newest block', async (t) => {
  const behind: JobAge = { ...POOL, kind: 'external', behindMs: BEHIND_GRACE_MS + 1 };
  t.match(staleJobReason(behind), /has not built on its node's newest block for 2 min/);
  t.equal(staleJobReason({ ...behind, behindMs: BEHIND_GRACE_MS }), null, 'not at once');
  t.equal(
    staleJobReason({ ...behind, behindMs: null, jobAgeMs: YEAR_MS }),
    null,
    'an old job on the tip is as it should be',
  );
  t.equal(staleJobReason({ ...behind, isProving: true }), null, 'it answers nothing while it proves');
  t.equal(staleJobReason({ ...behind, upMs: BEHIND_GRACE_MS }), null, 'it has just been started');
});

t.test('a gateway whose job grows too old is started again, and the reason is told', async (t) => {
  const stage = new Stage(t);
  const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
  writeFileSync(
    stage.path('pearlctl.ini'),
    `network = mainnet\n[miner]\nwallet = ${wallet}\n[gateway]\nkind = pool\nport = 0\nmetrics_port = 0\n` +
      '[pool]\nurl[] = stratum+tcp://127.0.0.1:1\n',
    { mode: 0o600 },
  );
  stage.behave({ gateway: { jobAgeSeconds: 4000 } });
  stage.start();
  await stage.until('a restart', ({ children }) => children.gateway.restarts === 1);
  stage.behave({});
  await stage.running();
  t.match(stage.log(), /the gateway's job is 67 min old/);
  t.equal(stage.sidecar()?.children.miner.restarts, 0, 'the miner stays');
});

import { writeFileSync } from 'node:fs';
import t from 'tap';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { type JobAge, POOL_JOB_MS, staleJobReason, TIP_GRACE_MS } from '../../../src/supervisor/children/job-age.ts';
import { Stage } from '../stage.ts';

const YEAR_MS = 365 * 86_400_000;

const POOL: JobAge = {
  kind: 'pool',
  jobAgeMs: POOL_JOB_MS + 1,
  upstreamIsReady: true,
  tipAgeMs: null,
  isProving: false,
  upMs: YEAR_MS,
};

t.test('a pool’s job may be an hour old, while the connection seems well', async (t) => {
  t.equal(staleJobReason(POOL), "the gateway's job is 60 min old");
  t.equal(staleJobReason({ ...POOL, jobAgeMs: POOL_JOB_MS }), null);
  t.equal(staleJobReason({ ...POOL, jobAgeMs: null }), null, 'no job is no old job');
  t.equal(staleJobReason({ ...POOL, upstreamIsReady: false }), null, 'it knows, and connects anew by itself');
});

t.test(
  'a chain where nobody else mines has no news, and a gateway of somebody else is not ours to restart',
  async (t) => {
    t.equal(staleJobReason({ ...POOL, kind: 'devnet', jobAgeMs: YEAR_MS }), null);
    t.equal(staleJobReason({ ...POOL, kind: 'attached', jobAgeMs: YEAR_MS, tipAgeMs: TIP_GRACE_MS + 1 }), null);
  },
);

t.test('an external gateway has two minutes to follow its node', async (t) => {
  const old: JobAge = { ...POOL, kind: 'external', jobAgeMs: 2 * TIP_GRACE_MS, tipAgeMs: TIP_GRACE_MS + 1 };
  t.match(staleJobReason(old), /4 min old, and its node has had another block for 2 min/);
  t.equal(staleJobReason({ ...old, tipAgeMs: TIP_GRACE_MS }), null, 'not at once');
  t.equal(staleJobReason({ ...old, tipAgeMs: YEAR_MS }), null, 'the job is younger than the tip: there is no news');
  t.equal(staleJobReason({ ...old, tipAgeMs: null }), null, 'no node to ask');
  t.equal(staleJobReason({ ...old, isProving: true }), null, 'it answers nobody while it proves');
  t.equal(staleJobReason({ ...old, upMs: TIP_GRACE_MS }), null, 'it has just been started');
});

t.test('a gateway whose job grows too old is started anew, and the reason is told', async (t) => {
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

// Every known pool that can be used, and two whose forms only others speak, mined at in one process, side by side: real proofs,
// each pool in its own dialect (test/pool/dialects). `PEARLCTL_DIALECT_SECONDS=30 npx tap …` mines at each for so long.
import { createHash } from 'node:crypto';
import t from 'tap';
import { readPoolUrl } from '../../../src/config/pool-url.ts';
import { createExaminer } from '../../../src/gateway/examine-proof.ts';
import { preferredServer } from '../../../src/gateway/pool/known/known-pool.ts';
import { findPool, KNOWN_POOLS, usableNames } from '../../../src/gateway/pool/known/known-pools.ts';
import { native } from '../../../src/native/native.ts';
import { until } from '../../fixtures/until.ts';
import { type Certificate, makeCertificate } from '../../pool/certificate.ts';
import { type Dialect, DialectPool, LOGINS, readDialects } from '../../pool/dialect-pool.ts';
import { ACCOUNT, SHAPE, upstreamTo } from '../../pool/upstream.ts';

const SECONDS = Number(process.env.PEARLCTL_DIALECT_SECONDS ?? 0);
t.setTimeout(120_000 + 2000 * SECONDS);
/** About 2^23 multiply-accumulates a share. */
const TARGET = `000001ffff${'0'.repeat(54)}`;
/** Silences last this part of the real ones. */
const SCALE = 0.15;

const dialects = readDialects();
t.jobs = dialects.length;

t.test('each pool that can be used has its dialect', async (t) => {
  const names = dialects.map(({ pool }) => pool);
  t.same(
    usableNames().filter((name) => !names.includes(name)),
    [],
  );
});

/** The real address with the port of the test's pool: what depends on the host's name stays as it is. */
function addressOf({ pool }: Dialect, port: number, certificate: Certificate | undefined): string {
  const server = preferredServer(findPool(KNOWN_POOLS, pool).servers.is, null);
  const url = readPoolUrl(server?.url ?? `stratum+tcp://${pool}.example:1`);
  if (typeof url === 'string') throw new Error(url);
  if (certificate === undefined) return `stratum+tcp://${url.host}:${port}`;
  const pin = createHash('sha256').update(certificate.spki).digest('base64');
  return `stratum+ssl://${url.host}:${port}${url.pinSha256 === null ? '' : `?pin=sha256/${pin}`}`;
}

function hostOf({ pool }: Dialect): string {
  const server = preferredServer(findPool(KNOWN_POOLS, pool).servers.is, null);
  return server === null ? '' : new URL(server.url.replace(/^stratum\+\w+/, 'http')).hostname;
}

for (const dialect of dialects) {
  t.test(`${dialect.pool}: all verdicts are right`, async (t) => {
    const core = native();
    const tls = dialect.tls === 'none' ? undefined : makeCertificate({ dnsName: hostOf(dialect) });
    const pool = await DialectPool.start(dialect, { core, target: TARGET, scale: SCALE, ...(tls ? { tls } : {}) });
    const { login } = LOGINS[dialect.login.wallet];
    const { keepalive } = findPool(KNOWN_POOLS, dialect.pool).keys ?? {};
    const { upstream, seen } = upstreamTo(
      [addressOf(dialect, pool.pool.port, tls)],
      {
        account: { ...ACCOUNT, login },
        keepalive: keepalive === undefined ? 'auto' : Number.parseInt(keepalive, 10) * 1000 * SCALE,
        ca: tls === undefined || dialect.tls === 'pin' ? null : [tls.cert],
        resolve: async () => ['127.0.0.1'],
      },
      createExaminer(core),
    );
    const results: string[] = [];
    /** One proof at a time, with a rest between two: longer than the pool bears a silence, where it hangs up over one. */
    const restMs = dialect.hangsUpAfterSeconds === null ? 20 : dialect.hangsUpAfterSeconds * 1000 * SCALE * 1.2;
    let isBusy = false;
    let isOver = false;
    const jobs = new Map<number, Parameters<typeof upstream.submit>[1]>();
    const miner = core.createMiner(
      { threads: 1, memoryBytes: 64 << 20, matrices: 'constant', idlePriority: false },
      (event) => {
        const job = event.type === 'solution' ? jobs.get(event.jobId) : undefined;
        if (event.type !== 'solution' || job === undefined || isBusy || isOver) return;
        isBusy = true;
        miner.pause();
        void upstream.submit(event.proof.toString('base64'), job).then(({ result }) => {
          results.push(result);
          setTimeout(() => {
            isBusy = false;
            if (!isOver) miner.resume();
          }, restMs);
        });
      },
    );
    const jobsComing = setInterval(() => pool.announce(), 500);
    t.teardown(async () => {
      clearInterval(jobsComing);
      isOver = true;
      await miner.stop();
      await Promise.all([upstream.close(), pool.pool.stop()]);
    });
    void (async () => {
      for await (const event of upstream.events()) {
        if (event.type !== 'job' || isOver) continue;
        const id = jobs.size + 1;
        jobs.set(id, event.job);
        miner.setJob({ id, ...event.job, shape: SHAPE });
      }
    })();
    const began = performance.now();
    const wanted = Math.max(3, 5 * dialect.refused.length);
    await until('enough verdicts', () => results.length >= wanted, 90_000);
    await until('the end of the time', () => performance.now() - began >= SECONDS * 1000, (SECONDS + 30) * 1000);
    isOver = true;
    await until('no proof under way', () => !isBusy);
    t.same(pool.faults, []);
    t.same(
      results.filter((result) => result !== 'dropped'),
      pool.verdicts,
      'each verdict is read as it was meant',
    );
    t.equal(pool.hangUps, 0);
    t.equal(pool.pool.connections, 1, 'one connection carried it all');
    t.equal(upstream.state().phase, 'ready');
    t.equal(seen.filter(({ type }) => type === 'paused').length <= 1, true, 'it was mined all the time');
    t.comment(`${dialect.pool}: ${results.length} proofs in ${Math.round((performance.now() - began) / 100) / 10} s`);
  });
}

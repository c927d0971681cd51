// Connections over TLS that end at any moment, from either side. What can go wrong here is not an exception: a socket that
// is freed below its TLS socket takes the process down.
import t, { type Test } from 'tap';
import { PoolConnection } from '../../../src/gateway/pool/connection/pool-connection.ts';
import type { SessionState } from '../../../src/gateway/pool/connection/pool-session.ts';
import { newPlan } from '../../../src/gateway/pool/login/login-plan.ts';
import { lasting, until } from '../../fixtures/until.ts';
import { makeCertificate } from '../../pool/certificate.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { ACCOUNT, poolUrl, settings, testJob } from '../../pool/upstream.ts';

const CONNECTIONS = 400;
/** At a time, so that handshakes take their share of the loop and moments differ. */
const AT_ONCE = 8;
/** A handshake takes some five milliseconds on an idle machine. */
const LATEST_MS = 12;
/** States in which a connection is ended, each as often as another, and `null` for any moment whatever its state. */
const MOMENTS: readonly (SessionState | null)[] = ['dialing', 'securing', 'authorizing', 'mining', null];

const certificate = makeCertificate({ ipAddress: '127.0.0.1' });

/** Sockets that this process holds, listening ones and those of the pool's side included. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS)/.test(name)).length;
}

/** @param weClose whether this side ends connections, too. */
async function play(t: Test, weClose: boolean, onConnect?: () => Promise<void>): Promise<void> {
  const pool = await TestPool.start({
    tls: certificate,
    onConnect: (client) => {
      void onConnect?.().then(() => client.socket.destroy());
    },
  });
  t.teardown(() => pool.stop());
  pool.job = testJob('a');
  const before = sockets();
  const endedIn = new Map<string, number>();
  let started = 0;
  let ends = 0;
  const one = () =>
    new Promise<void>((resolve) => {
      const moment = weClose ? MOMENTS[started % MOMENTS.length] : undefined;
      started += 1;
      let last = 'dialing';
      const close = () => setImmediate(() => connection.close());
      const connection = new PoolConnection({
        entry: { url: poolUrl(pool.url()), account: ACCOUNT, keepalive: 'off', proxy: null },
        plan: newPlan('object'),
        pingMs: null,
        settings: settings({ ca: [certificate.cert] }),
        listener: {
          onState: (state) => {
            if (state === moment) close();
            if (state !== 'over') last = state;
          },
          onJob: () => {},
          onPause: () => {},
          onVerdict: () => {},
          onEnd: () => {
            ends += 1;
            endedIn.set(last, (endedIn.get(last) ?? 0) + 1);
            resolve();
          },
        },
      });
      if (moment === 'dialing') close();
      if (moment === null) void atRandom().then(close);
    });
  const row = async () => {
    for (let count = 0; count < CONNECTIONS / AT_ONCE; count += 1) await one();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, row));
  t.comment(JSON.stringify(Object.fromEntries(endedIn)));
  t.equal(ends, CONNECTIONS, 'each told its end, once');
  await until('every socket to be gone', () => sockets() <= before);
  if (weClose && onConnect === undefined) t.ok(endedIn.size >= 4, 'in every state');
}

function atRandom(): Promise<void> {
  return lasting(Math.random() * LATEST_MS);
}

t.test('a connection that we close at any moment leaves nothing behind', (t) => play(t, true));

t.test('a connection that the pool drops at any moment leaves nothing behind', (t) => play(t, false, atRandom));

t.test('both sides at once', (t) => play(t, true, atRandom));

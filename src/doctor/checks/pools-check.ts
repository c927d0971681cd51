// Can the pools of the configuration be reached, with their TLS, and how far away are they? Connects and says nothing: no
// login is sent.

import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctlByHand } from '../../base/fix.ts';
import { type ListedPool, poolList } from '../../config/pool-list.ts';
import type { PoolUrl } from '../../config/pool-url.ts';
import { resolveProxy } from '../../config/secrets.ts';
import { PoolOutOfReach, reachPool } from '../../gateway/pool/connection/reach-pool.ts';
import { certificateFault, socketFailure, startTls } from '../../gateway/pool/connection/tls.ts';
import { trustedRoots } from '../../gateway/pool/connection/trusted-roots.ts';
import type { Check } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { ok, problem, skipped, warning } from '../finding.ts';

const LIMIT_MS = 5000;

/** Why it cannot be used, or the milliseconds that it took to be ready for a login. */
type Reached = { readonly url: PoolUrl; readonly failure: string | null; readonly elapsedMs: number };

export const pools: Check = {
  id: 'pools',
  area: 'Mining',
  question: 'Can the pools be reached, with valid TLS',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    if (config.gateway.kind !== 'pool') return skipped('no pool is configured');
    const reached = await Promise.all(poolList(config).map((pool) => reach(pool, context)));
    const failed = reached.filter(({ failure }) => failure !== null);
    // Whether it takes us is seen by the gateway alone: the check `upstream` tells that.
    const reachable = (elapsedMs: number) => `reachable in ${elapsedMs} ms (no login tried)`;
    const facts = reached
      .map(({ url, failure, elapsedMs }) => `${url.name}: ${failure ?? reachable(elapsedMs)}`)
      .join('; ');
    const insecure = reached.filter(({ url }) => url.insecure);
    if (failed.length === reached.length)
      return problem(facts, fix`Check network and firewall, or: ${pearlctlByHand('config', 'set', 'pool.url', 'URL')}`);
    if (failed.length > 0) return warning(facts, 'Another pool stands in; check the address of this one');
    if (insecure.length > 0)
      return warning(`${facts}; its certificate is not checked`, 'Replace insecure=1 by pin=sha256/…');
    return ok(facts);
  },
};

/** One connection, by the pool's proxy where it has one, and one handshake for TLS. Never rejects. */
async function reach(pool: ListedPool, context: DoctorContext, limitMs = LIMIT_MS): Promise<Reached> {
  const { url } = pool;
  const began = performance.now();
  const reached = (failure: string | null): Reached => {
    return { url, failure, elapsedMs: Math.round(performance.now() - began) };
  };
  let outer: Socket | null = null;
  let timer: NodeJS.Timeout | undefined;
  try {
    const proxy = await resolveProxy(pool, context.paths, context.env);
    const { socket } = await reachPool({ target: url, proxy }, AbortSignal.timeout(limitMs));
    outer = socket;
    const late = Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => outer?.destroy(late), Math.max(1, limitMs - (performance.now() - began)));
    if (!url.tls) return reached(null);
    // A TLS socket takes the one below with it; the other way round, Node frees a handle that the TLS socket still uses.
    const secure = startTls(
      socket,
      url,
      trustedRoots(process.env, () => {}),
    );
    outer = secure;
    await opened(secure, 'secureConnect');
    return reached(certificateFault(secure, url));
  } catch (error) {
    if (error instanceof PoolOutOfReach) return reached(error.reason);
    return reached(error instanceof PearlError ? error.message.replace(/\.$/, '') : socketFailure(error));
  } finally {
    clearTimeout(timer);
    outer?.destroy();
  }
}

function opened(socket: Socket, event: 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    // Stays: a socket that is destroyed later may still have something to complain of.
    socket.on('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  });
}

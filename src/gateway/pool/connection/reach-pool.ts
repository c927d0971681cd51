// The way to a pool, straight or through a proxy: a connected socket whose other end is the pool, or the reason in words.
import type { Socket } from 'node:net';
import { addressesOf, DialError, type Dialled, dialled, type Resolve } from '../../../base/dial.ts';
import type { ProxyUrl } from '../../../config/proxy-url.ts';
import { type DialFailure, dialFailure } from './dial-failure.ts';
import { proxyFailure } from './proxy-failure.ts';
import { type Target, TunnelError, tunnel } from './tunnel.ts';

export interface PoolWay {
  readonly target: Target;
  readonly proxy: ProxyUrl | null;
  readonly resolve?: Resolve | undefined;
}

export class PoolOutOfReach extends Error implements DialFailure {
  readonly isOffline: boolean;
  readonly reason: string;

  constructor({ isOffline, reason }: DialFailure) {
    super(reason);
    this.isOffline = isOffline;
    this.reason = reason;
  }
}

/** Connects; the handshake of TLS is the caller's. Throws PoolOutOfReach, also when `signal` is aborted first. */
export async function reachPool(way: PoolWay, signal: AbortSignal): Promise<Dialled> {
  const { target, proxy, resolve } = way;
  try {
    if (proxy === null) return await dialled({ ...target, resolve }, signal);
    return { socket: await reachThrough(proxy, way, signal), failed: [] };
  } catch (error) {
    if (error instanceof DialError) throw new PoolOutOfReach(dialFailure(error));
    if (error instanceof TunnelError && proxy !== null) {
      throw new PoolOutOfReach({ isOffline: false, reason: proxyFailure(proxy, error.fault) });
    }
    throw error;
  }
}

/** With `socks5`, this machine looks the pool's name up, and each address is tried in turn. */
async function reachThrough(proxy: ProxyUrl, { target, resolve }: PoolWay, signal: AbortSignal): Promise<Socket> {
  const hosts =
    proxy.kind === 'socks5' ? await Promise.race([addressesOf(target.host, resolve), abortOf(signal)]) : [target.host];
  let failure: unknown;
  for (const host of hosts) {
    const socket = await toProxy(proxy, signal);
    try {
      await tunnel(socket, proxy, { host, port: target.port }, signal);
      return socket;
    } catch (error) {
      failure = error;
      const isNext = error instanceof TunnelError && error.fault.kind === 'no-pool' && !signal.aborted;
      if (!isNext) break;
    }
  }
  throw failure;
}

async function toProxy(proxy: ProxyUrl, signal: AbortSignal): Promise<Socket> {
  try {
    return (await dialled({ host: proxy.host, port: proxy.port }, signal)).socket;
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    const { isOffline, reason } = dialFailure(error);
    throw new PoolOutOfReach({ isOffline, reason: `the proxy ${proxy.name} cannot be reached: ${reason}` });
  }
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new DialError('ETIMEDOUT', [])), { once: true });
  });
}

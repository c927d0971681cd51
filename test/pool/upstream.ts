// What tests of the pool upstream share: settings with short times, jobs with headers of their own, and waiting for facts.

import { type PoolUrl, readPoolUrl } from '../../src/config/pool-url.ts';
import type { ProxyUrl } from '../../src/config/proxy-url.ts';
import type { Examiner } from '../../src/gateway/examine-proof.ts';
import type { PoolSettings } from '../../src/gateway/pool/connection/connection-options.ts';
import type { Account } from '../../src/gateway/pool/login/login.ts';
import { PoolUpstream } from '../../src/gateway/pool/pool.ts';
import type { Keepalive } from '../../src/gateway/pool/pool-entry.ts';
import type { PoolMemory } from '../../src/gateway/pool/pool-options.ts';
import { nativeRules } from '../../src/gateway/pool/pool-rules.ts';
import { POOL_TIMES, type PoolTimes } from '../../src/gateway/pool/pool-times.ts';
import type { WindowLimits } from '../../src/gateway/pool/verdicts/verdict-window.ts';
import type { Job, UpstreamEvent } from '../../src/gateway/upstream.ts';
import { until } from '../fixtures/until.ts';
import type { TestJob } from './test-pool.ts';

export const WALLET = 'prl1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq';

/** A shape with few tiles, so that a test mines shares in no time: tiles of 16x16 at k = 2048. */
export const SHAPE = {
  m: 64,
  n: 64,
  k: 2048,
  rank: 128,
  rows: Array.from({ length: 16 }, (_, index) => index),
  cols: Array.from({ length: 16 }, (_, index) => index),
};

export const TARGET = '00000000000007fff80000000000000000000000000000000000000000000000';

/** Times that let a test see every limit; those it is not about stay long. */
export const SHORT: PoolTimes = { ...POOL_TIMES, backoffInitialMs: 20, backoffMaxMs: 80, closeMs: 300, drainMs: 50 };

/** The limits of a configuration that says nothing of them. */
export const WINDOW_LIMITS: WindowLimits = { invalidInARow: 5, rejectedPercent: 50, stalePercent: 30 };

export const ACCOUNT: Account = { wallet: WALLET, worker: 'rig1', login: null, pass: 'x' };

/** What a test changes of an upstream's settings, and of its pools. */
export interface Change extends Partial<PoolSettings> {
  readonly account?: Account;
  readonly keepalive?: Keepalive;
  readonly proxy?: ProxyUrl;
  readonly windowLimits?: WindowLimits;
  readonly memory?: PoolMemory;
}

export function settings(change: Change = {}): PoolSettings & { readonly said: string[] } {
  const said: string[] = [];
  return {
    limits: { maxInFlight: 4, maxSubmitsPerMinute: null },
    times: SHORT,
    agent: 'pearlctl/test',
    rules: nativeRules(SHAPE),
    macsPerSecond: () => null,
    ca: null,
    log: (_level, text) => said.push(text),
    ...change,
    said,
  };
}

/** Says yes to every proof: for tests about the conversation, not about proofs. */
export const trusting: Examiner = async () => ({ refusal: null, block: false });

/**
 * A job of its own: `tip` is the block it builds on, `work` tells siblings apart. Its bits are 0x1800916a, which no share of a test
 * meets: a share that is a block would solve the job, and the miner would rest until the pool announces the next.
 */
export function testJob(jobId: string | number, tip = 1, work = 1, target = TARGET): TestJob {
  const hash = (value: number) => value.toString(16).padStart(2, '0').repeat(32);
  return {
    jobId,
    header: `00000020${hash(tip)}${hash(work)}d50fb86a6a910018`,
    target,
    height: 100 + tip,
    certVersion: 3,
  };
}

export function poolUrl(text: string): PoolUrl {
  const url = readPoolUrl(text);
  if (typeof url === 'string') throw new Error(`${text} ${url}`);
  return url;
}

export function upstreamTo(
  urls: readonly string[],
  change: Change = {},
  examine: Examiner = trusting,
): { upstream: PoolUpstream; seen: UpstreamEvent[]; said: string[] } {
  const chosen = settings(change);
  const { account = ACCOUNT, keepalive = 'auto', proxy = null, windowLimits = WINDOW_LIMITS, memory } = change;
  const upstream = new PoolUpstream({
    entries: urls.map((url) => ({ url: poolUrl(url), account, keepalive, proxy })),
    settings: chosen,
    windowLimits,
    examine,
    random: () => 0.5,
    ...(memory === undefined ? {} : { memory }),
  });
  const seen: UpstreamEvent[] = [];
  void (async () => {
    for await (const event of upstream.events()) seen.push(event);
  })();
  return { upstream, seen, said: chosen.said };
}

/** The newest job that the upstream handed out with this name. */
export function jobNamed(seen: readonly UpstreamEvent[], jobId: string | number): Promise<Job> {
  return until(`job ${jobId}`, () => {
    const last = seen.at(-1);
    return last?.type === 'job' && last.job.upstreamId === jobId && last.job;
  });
}

/** A pause whose reason matches, also one that is over: the next try may come within milliseconds. */
export function pauseSaying(seen: readonly UpstreamEvent[], pattern: RegExp): Promise<string> {
  return until(`a pause saying ${pattern}`, () => {
    const found = seen.findLast((event) => event.type === 'paused' && pattern.test(event.reason));
    return found?.type === 'paused' && found.reason;
  });
}

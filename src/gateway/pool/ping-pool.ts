// One visit to a pool to see whether it would serve: connection, TLS, login and the first job, by the very code that mines
// there. No proof is sent, and without an account no login either.
import type { Job } from '../upstream.ts';
import type { PoolSettings } from './connection/connection-options.ts';
import { PoolConnection } from './connection/pool-connection.ts';
import type { SessionEnd } from './connection/pool-session.ts';
import {
  formFailed,
  type LoginAttempt,
  type LoginPlan,
  loginAccepted,
  loginEnded,
  newPlan,
} from './login/login-plan.ts';
import type { PoolEntry } from './pool-entry.ts';

/** What is visited; without an account nothing is said after the connection is made. */
export type PingTarget = Pick<PoolEntry, 'url' | 'proxy'> & { readonly account: PoolEntry['account'] | null };

const NO_ACCOUNT = { wallet: '', worker: '', login: null, pass: '' };

export interface PingResult {
  /** Until it could be spoken to, TLS included; null where it could not. */
  readonly connectMs: number | null;
  /** From then on to the first job that can be mined; null where none came. */
  readonly jobMs: number | null;
  readonly job: Job | null;
  /** Why no job came, in words. */
  readonly failure: string | null;
  /** Each form of the login that was tried, with what came of it; none where the account was missing. */
  readonly attempts: readonly LoginAttempt[];
}

/** Forms of the login that are tried, each on a connection of its own. */
const MAX_FORMS = 3;

/** Never rejects. Aborted, it hangs up and says so. */
export async function pingPool(target: PingTarget, settings: PoolSettings, signal: AbortSignal): Promise<PingResult> {
  let plan = newPlan();
  for (let forms = 1; ; forms += 1) {
    const { result, end, hadLogin } = await visit(target, settings, plan, signal);
    if (end?.kind !== 'form') return { ...result, attempts: lastAttempt(plan, target, result, hadLogin).attempts };
    plan = formFailed(plan, end.failure ?? 'another', end.reason);
    if (plan.isOver || forms === MAX_FORMS || signal.aborted) return { ...result, attempts: plan.attempts };
  }
}

function lastAttempt(plan: LoginPlan, target: PingTarget, result: Visit['result'], hadLogin: boolean): LoginPlan {
  if (hadLogin) return loginAccepted(plan, plan.form);
  const wasAsked = target.account !== null && result.connectMs !== null;
  return wasAsked ? loginEnded(plan, result.failure ?? 'no answer') : plan;
}

interface Visit {
  readonly result: Omit<PingResult, 'attempts'>;
  readonly hadLogin: boolean;
  readonly end: SessionEnd | null;
}

function visit(
  { url, account, proxy }: PingTarget,
  settings: PoolSettings,
  plan: LoginPlan,
  signal: AbortSignal,
): Promise<Visit> {
  const began = performance.now();
  let connectMs: number | null = null;
  let pause: string | null = null;
  let hadLogin = false;
  return new Promise((resolve) => {
    const settle = (job: Job | null, failure: string | null, end: SessionEnd | null) => {
      const jobMs = job === null || connectMs === null ? null : performance.now() - began - connectMs;
      resolve({ result: { connectMs, jobMs, job, failure }, end, hadLogin });
      signal.removeEventListener('abort', stop);
      connection.close();
    };
    const stop = () => settle(null, pause ?? waitedFor(connectMs, hadLogin), null);
    const connection = new PoolConnection({
      entry: { url, account: account ?? NO_ACCOUNT, keepalive: 'off', proxy },
      plan,
      pingMs: null,
      settings,
      listener: {
        onState(state) {
          hadLogin ||= state === 'waiting' || state === 'mining';
          if (state !== 'authorizing') return;
          connectMs = performance.now() - began;
          // The login is written after this, and on a closed connection never.
          if (account === null) settle(null, null, null);
        },
        onJob: ({ job }) => settle(job, null, null),
        onPause: (reason) => {
          pause = reason;
        },
        onVerdict: () => {},
        onEnd: (end) => settle(null, end.kind === 'closed' ? waitedFor(connectMs, hadLogin) : end.reason, end),
      },
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function waitedFor(connectMs: number | null, hadLogin: boolean): string {
  if (connectMs === null) return 'it did not answer in time';
  return hadLogin ? 'no job came in time' : 'the pool did not answer the login in time';
}

// Whether and when a child that ended comes back. Pure: the history goes in and out as a value.
// `on-failure`: a child that ended without being asked has failed, whatever its exit code, and comes back until the limit
// is reached. `always`: it comes back without a limit. `never`: its first end is the last.
import { EXIT, type ExitCode } from '../../base/errors.ts';
import type { RestartPolicy } from '../../config/configuration.ts';

/** How a child's process ended; neither code nor signal when it could not be started at all. */
export interface ChildExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What the child itself, or the attempt to start it, said about the reason; null when it said nothing. */
  message: string | null;
  /** It is of another program, and was asked only: it does not answer any more. */
  isForeign?: true;
}

export interface RestartHistory {
  /** Ends in a row without a healthy run between them. */
  failures: number;
  /** Monotonic milliseconds of the restarts within the limit's window, oldest first. */
  restartedAtMs: readonly number[];
}

export const NO_RESTARTS: RestartHistory = { failures: 0, restartedAtMs: [] };

export type RestartDecision =
  | { kind: 'retry'; delayMs: number; history: RestartHistory }
  | { kind: 'give-up'; exitCode: ExitCode; reason: string };

export interface RestartQuestion {
  child: string;
  policy: RestartPolicy;
  history: RestartHistory;
  exit: ChildExit;
  /** How long this run lasted. */
  ranMs: number;
  /** Whether it was ready at any time since the supervisor started. */
  everReady: boolean;
  nowMs: number;
  /** In [0, 1): the jitter, drawn by the caller. */
  random: number;
}

/** Delays vary by this share in both directions, so that many machines do not knock on one pool together. */
const JITTER = 0.2;

export function decideRestart(question: RestartQuestion): RestartDecision {
  const { child, policy, exit, nowMs } = question;
  const what = `the ${child} ${describeExit(exit)}`;
  const permanent = permanentExitCode(exit, question.everReady);
  if (permanent !== null) return { kind: 'give-up', exitCode: permanent, reason: what };
  if (policy.restart === 'never') {
    return { kind: 'give-up', exitCode: EXIT.unavailable, reason: `${what}, and its restart policy is "never"` };
  }
  const recent = question.history.restartedAtMs.filter((at) => nowMs - at < policy.limit.windowMs);
  if (policy.restart === 'on-failure' && recent.length >= policy.limit.count) {
    const window = Math.round(policy.limit.windowMs / 1000);
    const reason = `${what}, after ${recent.length} restarts within ${window} s`;
    return { kind: 'give-up', exitCode: EXIT.unavailable, reason };
  }
  const failures = question.ranMs >= policy.healthyAfterMs ? 1 : question.history.failures + 1;
  // The limit's count bounds the list; `always` has none, and keeps what a limit would look at.
  const restartedAtMs = [...recent, nowMs].slice(-policy.limit.count - 1);
  return {
    kind: 'retry',
    delayMs: restartDelayMs(policy, failures, question.random),
    history: { failures, restartedAtMs },
  };
}

/** The first retry comes at once, then the back-off doubles from its initial value to its largest. */
export function restartDelayMs(policy: RestartPolicy, failures: number, random: number): number {
  if (failures <= 1) return 0;
  // 2^40 initial delays are beyond any maximum; the bound keeps the power finite.
  const doubled = policy.backoffInitialMs * 2 ** Math.min(failures - 2, 40);
  return Math.round(Math.min(doubled, policy.backoffMaxMs) * (1 - JITTER + 2 * JITTER * random));
}

/** The exit codes by which a child says that starting it again cannot help. */
function permanentExitCode(exit: ChildExit, everReady: boolean): ExitCode | null {
  if (exit.code === EXIT.config) return EXIT.config;
  if (exit.code === EXIT.noPermission) return EXIT.noPermission;
  // A port that is taken at the first start belongs to another program: said at once. Later it may be our own past.
  if (exit.code === EXIT.tryAgain && !everReady) return EXIT.tryAgain;
  return null;
}

/** `ended with exit code 3: …`, `was killed by SIGKILL`, `could not be started: …`. */
export function describeExit(exit: ChildExit): string {
  const why = exit.message === null ? '' : `: ${exit.message}`;
  if (exit.signal !== null) return `was killed by ${exit.signal}${why}`;
  if (exit.code !== null) return `ended with exit code ${exit.code}${why}`;
  return exit.isForeign ? `does not answer${why}` : `could not be started${why}`;
}

// Runs checks side by side, each with a time limit; whatever happens inside one becomes its finding.
import { messageOf, PearlError } from '../base/errors.ts';
import { pearlctl } from '../base/fix.ts';
import { within } from '../base/time-limit.ts';
import { askAsService, checksAsService } from './as-service.ts';
import type { Check } from './check.ts';
import type { DoctorContext } from './doctor-context.ts';
import { type Finding, problem, problemOf } from './finding.ts';

/** Longer than the time limits inside any check together: two starts of Node, three answers of a gateway. */
const CHECK_LIMIT_MS = 60_000;

export interface Examined {
  readonly check: Check;
  readonly finding: Finding;
  /** The account that it was asked as, where that is not the user that runs the doctor. */
  readonly asUser: string | null;
  readonly elapsedMs: number;
}

/**
 * Resolves when every check has answered or run out of time, in the order given.
 *
 * @param onProgress told after each answer which checks are still at work.
 */
export async function examine(
  checks: readonly Check[],
  context: DoctorContext,
  options: { limitMs?: number; onProgress?: (pending: readonly Check[]) => void } = {},
): Promise<Examined[]> {
  const pending = new Set(checks);
  const delegated = checksAsService(checks, context);
  const told = askAsService(delegated, context);
  const report = () => options.onProgress?.([...pending]);
  report();
  return Promise.all(
    checks.map(async (check) => {
      const began = performance.now();
      const theirs = delegated.includes(check) ? await told : null;
      const finding =
        theirs?.findings.get(check.id) ?? (await answer(check, context, options.limitMs ?? CHECK_LIMIT_MS));
      pending.delete(check);
      report();
      return { check, finding, asUser: theirs?.user ?? null, elapsedMs: Math.round(performance.now() - began) };
    }),
  );
}

async function answer(check: Check, context: DoctorContext, limitMs: number): Promise<Finding> {
  try {
    return (await within(check.run(context), limitMs)) ?? late(limitMs);
  } catch (error) {
    return failed(error);
  }
}

function late(limitMs: number): Finding {
  return problem(
    `no answer within ${limitMs / 1000} s`,
    'Something on this machine hangs; try again, then look at dmesg',
  );
}

function failed(error: unknown): Finding {
  if (error instanceof PearlError) return problemOf(error, pearlctl('logs'));
  const words = messageOf(error);
  return problem(`the check itself failed: ${words}`, 'This is a defect of pearlctl; please report it');
}

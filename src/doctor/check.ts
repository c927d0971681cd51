// What a check is: a stable id, a question in words, and a look at the facts that never changes them.
import type { ManagerKind } from '../service/place.ts';
import type { DoctorContext } from './doctor-context.ts';
import type { Finding } from './finding.ts';

/** How the report groups checks, in this order. */
export const AREAS = ['Machine', 'Program', 'Configuration', 'Service', 'Mining'] as const;

/** A look that stands in the report, with its area (`all-checks.ts`). */
export interface Check extends Look {
  readonly area: (typeof AREAS)[number];
}

export interface Look {
  /** For the command line and scripts; never changed. */
  readonly id: string;
  /** What it looks at, in at most 60 characters, without a full stop. */
  readonly question: string;
  /**
   * The service managers under which the answer depends on the account that the service runs as: root asks it as that
   * account then.
   */
  readonly asService?: readonly ManagerKind[];
  /** Anything thrown is shown as a problem with the error's own hint. */
  run(context: DoctorContext): Promise<Finding>;
}

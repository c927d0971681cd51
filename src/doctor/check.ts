// What a check is: a stable id, a question in words, and a look at the facts that never changes them.
import type { DoctorContext } from './context.ts';
import type { Finding } from './finding.ts';

/** How the report groups checks, in this order. */
export const AREAS = ['Machine', 'Program', 'Configuration', 'Service', 'Mining'] as const;

export interface Check {
  /** For the command line and scripts; never changed. */
  readonly id: string;
  readonly area: (typeof AREAS)[number];
  /** What it looks at, in at most 60 characters, without a full stop. */
  readonly question: string;
  /** Anything thrown is shown as a problem with the error's own hint. */
  run(context: DoctorContext): Promise<Finding>;
}

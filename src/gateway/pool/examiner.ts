// What our own core says of a proof before any pool sees it: valid for the share, and perhaps for a block.
import type { Job } from '../upstream.ts';

export interface Examination {
  /** Null when the proof meets the job's target; else why it does not, in words. */
  readonly refusal: string | null;
  /** True when it also meets the network's own target. */
  readonly block: boolean;
}

export type Examiner = (proof: string, job: Job) => Promise<Examination>;

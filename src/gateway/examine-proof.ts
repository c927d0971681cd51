// What the native core says of a proof before it leaves the gateway: whether it meets its job's target, and whether it
// also meets the network's own, which makes it a block.
import type { Native } from '../native/native.ts';
import { decodeHeader } from '../protocol/header.ts';
import type { Job } from './upstream.ts';

interface Examination {
  /** Null when the proof meets the job's target; else why it does not, in words. */
  readonly refusal: string | null;
  /** True when it also meets the network's own target. */
  readonly block: boolean;
}

export type Examiner = (proof: string, job: Job) => Promise<Examination>;

/** An examiner that judges off the event loop, always with the rank penalty (protocol section 7). */
export function createExaminer(core: Pick<Native, 'verifyAsync' | 'targetFromNbits'>): Examiner {
  return async (proofText, { header, certVersion, target }) => {
    const proof = Buffer.from(proofText, 'base64');
    const request = { header, certVersion, rankPenalty: true, proof };
    const share = await core.verifyAsync({ ...request, target });
    if (!share.valid) return { refusal: share.message ?? share.reason ?? 'it does not verify', block: false };
    const networkTarget = core.targetFromNbits(decodeHeader(header).nbits);
    if (target <= networkTarget) return { refusal: null, block: true };
    const block = await core.verifyAsync({ ...request, target: networkTarget });
    return { refusal: null, block: block.valid };
  };
}

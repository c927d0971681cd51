// What our own core says of a proof before any pool sees it: valid for the share, and perhaps for a block.
import { native } from '../../native.ts';
import type { Job } from '../upstream.ts';

export interface Examination {
  /** Null when the proof meets the job's target; else why it does not, in words. */
  readonly refusal: string | null;
  /** True when it also meets the network's own target. */
  readonly block: boolean;
}

export type Examiner = (proof: string, job: Job) => Promise<Examination>;

/** Judges with the native core in the thread pool, always with the rank penalty: right for version 3, safe before it. */
export const examine: Examiner = async (text, job) => {
  const proof = Buffer.from(text, 'base64');
  // Node reads base64 leniently; a pool need not.
  if (proof.toString('base64') !== text) return { refusal: 'it is not strict base64', block: false };
  const core = native();
  const { header, certVersion, target } = job;
  const share = await core.verifyAsync({ header, certVersion, rankPenalty: true, target, proof });
  if (!share.valid) return { refusal: share.message ?? share.reason ?? 'it is invalid', block: false };
  const networkTarget = core.targetFromNbits(header.readUInt32LE(72));
  return { refusal: null, block: share.hash !== null && meets(share.hash, networkTarget, proof) };
};

/** Whether a jackpot's hash, least significant byte first, is within the bound of `target` for the proof's own shape. */
function meets(hash: Buffer, target: bigint, proof: Buffer): boolean {
  const { rows, cols, k, rank } = native().inspect(proof);
  const { bound } = native().bound(target, { h: rows.length, w: cols.length, k, rank }, true);
  return BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`) <= bound;
}

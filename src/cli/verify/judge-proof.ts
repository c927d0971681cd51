// Puts a question to the native core and says what it answered.
import type { Native } from '../../native/native.ts';
import { isKnownCertVersion } from '../../protocol/work.ts';
import type { Question, Terms } from './verify-request.ts';

export interface Judgement {
  readonly valid: boolean;
  /** One stable word for why not, as the test vectors name it; null when valid. */
  readonly reason: string | null;
  /** The same in words; null when valid. */
  readonly message: string | null;
  /** The winning tile's hash, 32 bytes in natural order, where verification got that far. */
  readonly hash: Buffer | null;
}

/** Judges by exactly the given certificate version, rank rule and target. Never throws for anything about the proof. */
export function judgeProof(native: Native, question: Question): Judgement {
  const { header, certVersion, rankPenalty } = question.terms;
  if (!isKnownCertVersion(certVersion)) {
    // Also the ones that no 32-bit integer holds: the core need not see them.
    return {
      valid: false,
      reason: 'cert_version',
      message: `certificate version ${certVersion} is not known`,
      hash: null,
    };
  }
  const target = targetOf(native, question.terms);
  return native.verifyBase64({ header, certVersion, rankPenalty, target, proof: question.proof });
}

function targetOf(native: Native, { target }: Terms): bigint {
  return 'exact' in target ? target.exact : native.targetFromNbits(target.nbits);
}

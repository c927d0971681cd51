// A verdict as the supervisor hears it. Pure.
import type { VerdictMessage } from '../protocol/channel/messages.ts';
import { boundedText } from '../protocol/channel/parent.ts';
import { expectedMacs } from '../protocol/expectation.ts';
import type { LedgerEntry } from '../state/ledger/entry.ts';

export interface VerdictTelling {
  /** An earlier process answered the proof, and may have told of it already. */
  readonly recalled?: boolean;
  /** What it was mined for is another network or wallet than the present one. */
  readonly foreign?: boolean;
}

export function verdictMessage(
  entry: LedgerEntry,
  { recalled = false, foreign = false }: VerdictTelling = {},
): VerdictMessage {
  const { result, reason, block, height, latencyMs, target, shape, proof, corrects } = entry;
  const cause = reason === null ? null : boundedText(reason);
  const work = expectedMacs(target, shape).toString();
  const told = { result, reason: cause, block, height, latencyMs, work, proof, recalled, foreign };
  return { type: 'verdict', ...told, ...(corrects === undefined ? {} : { corrects }) };
}

// A verdict as the supervisor hears it. Pure.

import type { VerdictMessage } from '../protocol/channel/messages.ts';
import { boundedText } from '../protocol/channel/parent.ts';
import { expectedMacs } from '../protocol/expectation.ts';
import type { LedgerEntry } from '../state/ledger/entry.ts';

/** @param recalled whether an earlier process answered the proof, and may have told of it already. */
export function verdictMessage(entry: LedgerEntry, recalled = false): VerdictMessage {
  const { result, reason, block, height, latencyMs, target, shape, proof } = entry;
  const cause = reason === null ? null : boundedText(reason);
  const work = expectedMacs(target, shape).toString();
  return { type: 'verdict', result, reason: cause, block, height, latencyMs, work, proof, recalled };
}

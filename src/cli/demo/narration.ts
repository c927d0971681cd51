// What the demo tells while it runs: the news between two observations, as lines. Pure.
import type { LedgerEntry } from '../../state/ledger/entry.ts';
import { acceptedBlocks, type Observation } from './observation.ts';

/** The news of `now` compared with `before` (null at first), oldest first, without the time in front. */
export function narrate(before: Observation | null, now: Observation): string[] {
  return [...stateNews(before, now), ...childNews(before, now), ...jobNews(before, now), ...ledgerNews(before, now)];
}

function stateNews(before: Observation | null, { status }: Observation): string[] {
  if (before?.status.state === status.state || status.supervisor === null) return [];
  const why = status.stateReason === null ? '' : `: ${status.stateReason}`;
  return [`state    ${status.state}${why}`];
}

function childNews(before: Observation | null, { status }: Observation): string[] {
  return (['gateway', 'miner'] as const).flatMap((name) => {
    const now = status.children?.[name];
    const was = before?.status.children?.[name];
    if (!now || now.pid === null || now.pid === was?.pid) return [];
    const again = now.restarts > 0 ? `, restart ${now.restarts}` : '';
    return [`${name.padEnd(8)} process ${now.pid}${again}`];
  });
}

function jobNews(before: Observation | null, { status }: Observation): string[] {
  const { job } = status;
  if (!job || job.height === null || job.height === before?.status.job?.height) return [];
  return [`job      height ${job.height}, certificate version ${job.certVersion}`];
}

/** Each block; what became of other proofs once each: a fast machine finds dozens too many for one of the first, easy blocks. */
function ledgerNews(before: Observation | null, now: Observation): string[] {
  const known = before?.ledger ?? [];
  const told = new Set(known.map(endInWords));
  let blocks = before ? acceptedBlocks(before) : 0;
  return now.ledger.slice(known.length).flatMap((entry) => {
    if (entry.result === 'accepted') {
      blocks += 1;
      return `block    number ${blocks} accepted${entry.height === null ? '' : ` at height ${entry.height}`}`;
    }
    const words = endInWords(entry);
    if (told.has(words)) return [];
    told.add(words);
    return `proof    ${words} (more of these are only counted)`;
  });
}

function endInWords({ result, reason }: LedgerEntry): string {
  return reason ? `${result}: ${reason}` : result;
}

/** `  3.2 s  text`. */
export function stamp(atMs: number, text: string): string {
  return `${(atMs / 1000).toFixed(1).padStart(6)} s  ${text}`;
}

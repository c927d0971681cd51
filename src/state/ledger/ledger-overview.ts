// The ledger for people and programs: a table of the newest shares under a line of totals, and the same as a document. Pure.
import { expectedMacs } from '../../protocol/expectation.ts';
import { countResults, VERDICTS, type VerdictResult } from '../../protocol/verdict.ts';
import { localTime } from '../local-time.ts';
import { alignColumns } from '../text-table.ts';
import type { LedgerEntry } from './entry.ts';

export interface LedgerTotals {
  readonly byResult: Readonly<Record<VerdictResult, number>>;
  /** Accepted proofs that were blocks. */
  readonly blocks: number;
  /** Multiply-accumulates that the accepted shares take on average. */
  readonly work: bigint;
}

/** The newest entries of a ledger that may be far longer, and the totals of all of it. */
export class LedgerOverview {
  readonly #limit: number;
  #newest: LedgerEntry[] = [];
  readonly #counts = countResults(() => 0);
  #blocks = 0;
  #work = 0n;
  #others = 0;
  /** Proofs whose verdict was unknown. */
  readonly #unknown = new Set<string>();

  /** @param limit entries to keep. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(entry: LedgerEntry): void {
    if (entry.corrects !== undefined) this.#takeBack(entry.proof);
    if (entry.result === 'unknown') this.#unknown.add(entry.proof);
    this.#counts[entry.result] += 1;
    if (entry.result === 'accepted') {
      if (entry.block) this.#blocks += 1;
      this.#work += expectedMacs(entry.target, entry.shape);
    }
    this.#newest.push(entry);
    // Halved now and then, so that a long ledger is neither kept nor shifted entry by entry.
    if (this.#newest.length > 2 * this.#limit + 100) this.#newest = this.#newest.slice(-this.#limit);
  }

  /** A later line has the verdict of this proof. */
  #takeBack(proof: string): void {
    if (!this.#unknown.delete(proof)) return;
    this.#counts.unknown -= 1;
    this.#newest = this.#newest.filter((entry) => entry.proof !== proof);
  }

  /** An entry of another network or wallet: not shown, only told of. */
  countOther(): void {
    this.#others += 1;
  }

  get others(): number {
    return this.#others;
  }

  get totals(): LedgerTotals {
    return { byResult: { ...this.#counts }, blocks: this.#blocks, work: this.#work };
  }

  /** Oldest first. */
  get newest(): readonly LedgerEntry[] {
    return this.#newest.slice(-this.#limit);
  }
}

/** The `--json` document; 256-bit numbers are text. */
export function overviewDocument(overview: LedgerOverview): object {
  const { byResult, blocks, work } = overview.totals;
  return {
    schemaVersion: 1,
    totals: { ...byResult, blocks, work: work.toString() },
    others: overview.others,
    shares: overview.newest.map(({ target, origin, awaited: _, corrects: __, ...entry }) => ({
      ...entry,
      network: origin?.network ?? null,
      wallet: origin?.wallet ?? null,
      pool: origin?.pool ?? null,
      target: target.toString(16).padStart(64, '0'),
    })),
  };
}

const PAINT: Readonly<Record<VerdictResult, string>> = {
  accepted: '32',
  rejected: '31',
  stale: '33',
  dropped: '2',
  unknown: '33',
};

const HEADINGS = ['TIME', 'RESULT', 'HEIGHT', 'LATENCY', 'REASON'] as const;

/** Lines of at most `width` columns, each ended. */
export function renderLedgerOverview(overview: LedgerOverview, options: { colour: boolean; width: number }): string {
  const { totals, newest } = overview;
  const elsewhere = othersInWords(overview.others);
  if (newest.length === 0) return `No shares yet.${elsewhere}\n`;
  const lines = alignColumns([HEADINGS, ...newest.map(cellsOf)], new Set()).map((line, index) => {
    const cut = line.length > options.width ? `${line.slice(0, options.width - 1)}…` : line;
    const entry = newest[index - 1];
    return options.colour && entry !== undefined ? `\u001b[${PAINT[entry.result]}m${cut}\u001b[0m` : cut;
  });
  return `${[`${summary(totals)}${elsewhere}`, '', ...lines].join('\n')}\n`;
}

function othersInWords(others: number): string {
  return others === 0 ? '' : ` (and ${others} of another network or wallet: --all)`;
}

function summary({ byResult, blocks }: LedgerTotals): string {
  const counts = VERDICTS.filter((result) => byResult[result] > 0).map((result) => `${byResult[result]} ${result}`);
  return `${counts.join(', ')}${blocks > 0 ? `; ${blocks} of them ${blocks === 1 ? 'a block' : 'blocks'}` : ''}`;
}

function cellsOf({ time, result, height, latencyMs, reason, block }: LedgerEntry): string[] {
  return [
    localTime(new Date(time)),
    block && result === 'accepted' ? 'block' : result,
    height === null ? '-' : String(height),
    latencyMs >= 10_000 ? `${Math.round(latencyMs / 1000)} s` : `${Math.round(latencyMs)} ms`,
    reason ?? '',
  ];
}

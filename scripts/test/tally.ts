// What a run of the tests counts, and how it says so.

/** The counts of one suite, or of all. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The counts of all suites, and the exit status that they add up to. */
export class Tally {
  readonly #counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  #status = 0;

  add({ passed = 0, failed = 0, skipped = 0 }: Partial<Counts>): void {
    this.#counts.passed += passed;
    this.#counts.failed += failed;
    this.#counts.skipped += skipped;
  }

  /** Notes the status that a suite ended with; the first that is not 0 is the one of the run. */
  ended(status: number | null): void {
    this.#status ||= status ?? 1;
  }

  /** Counts a check that this machine cannot make, and says why. */
  skip(title: string, reason: string): void {
    process.stdout.write(`skipped: ${title}: ${reason}\n`);
    this.add({ skipped: 1 });
  }

  /** `N passed, N failed, N skipped`: the last line of every run, which other programs read. */
  closingLine(): string {
    const { passed, failed, skipped } = this.#counts;
    return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  }

  exitStatus(): number {
    return this.#status || (this.#counts.failed > 0 ? 1 : 0);
  }
}

/** What programs need in their environment in order to write in colours although another program reads them. */
export function colours(): Record<string, string> {
  return process.stdout.isTTY ? { FORCE_COLOR: '1', CARGO_TERM_COLOR: 'always' } : {};
}

/** Says of which suite the next lines are, and how long the run has taken until now. */
export function heading(text: string): void {
  process.stdout.write(`\n── ${text} · ${Math.round(process.uptime())} s\n`);
}

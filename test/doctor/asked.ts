// The real program asked for one check: as a document, and where the check is first found so in a test file also as text,
// which has to say the same, with the exit code that belongs to it.
import type { Test } from 'tap';
import type { DoctorModel } from '../../src/doctor/doctor-report.ts';
import type { FindingStatus } from '../../src/doctor/finding.ts';
import { show } from './shown.ts';

export interface Expected {
  readonly status: FindingStatus | RegExp;
  readonly fact?: string | RegExp;
  readonly fix?: string | RegExp | null;
}

/** Runs `pearlctl` with these words, in some place and somehow. */
export type Run<How> = (
  words: readonly string[],
  how?: How,
) => Promise<{ code: number | undefined; stdout: string; stderr: string }>;

/** Resolves to the fact that was found. */
export type Examine<How> = (t: Test, id: string, expected: Expected, how?: How) => Promise<string>;

const MARKS: Readonly<Record<FindingStatus, string>> = { ok: '✓', warning: '!', problem: '✗', skipped: '–' };

export function examineBy<How>(run: Run<How>): Examine<How> {
  return async (t, id, expected, how) => {
    const document = await run(['doctor', id, '--json'], how);
    if (document.stdout === '') throw new Error(`pearlctl doctor ${id}: ${document.stderr}`);
    const [found] = (JSON.parse(document.stdout) as DoctorModel).checks;
    if (found === undefined) throw new Error(`${id} was not looked at`);
    const { status, fact, fix } = found;
    const isFirst = show(id, status);
    t.match(found, { id, ...expected }, `${id}: ${fact}`);
    const code = status === 'problem' ? 1 : 0;
    t.equal(document.code, code, 'its exit code');
    if (!isFirst) return fact;
    const text = await run(['doctor', id], how);
    t.equal(text.code, code, 'as text too');
    t.match(text.stdout, new RegExp(`^  \\${MARKS[status]} ${id}( |$)`, 'm'));
    const folded = text.stdout.replace(/\s+/g, ' ');
    if (fix === null) t.notMatch(folded, '→');
    else t.match(folded, `→ ${fix.replace(/\s+/g, ' ')}`, 'with what to type');
    return fact;
  };
}

// The doctor of the product in a box, asked for one check: as a document and as text, which have to say the same.
import type { Test } from 'tap';
import type { FindingStatus } from '../../src/doctor/finding.ts';
import type { DoctorModel } from '../../src/doctor/report.ts';
import { show } from '../doctor/shown.ts';
import type { Box } from './box.ts';
import { PEARLCTL } from './product.ts';

export interface Expected {
  readonly status: FindingStatus | RegExp;
  readonly fact?: string | RegExp;
  readonly fix?: string | RegExp | null;
}

export interface How {
  /** Words before the doctor's own: what the fault is made with. */
  readonly within?: readonly string[];
  readonly env?: Record<string, string>;
}

export type Examine = (t: Test, id: string, expected: Expected, how?: How) => Promise<string>;

const MARKS: Readonly<Record<FindingStatus, string>> = { ok: '✓', warning: '!', problem: '✗', skipped: '–' };

/**
 * Of the instance that lives in `home`, a folder of the box, or of the machine's service for null. Resolves to the fact that
 * was found.
 */
export function examineIn(box: Box, home: string | null): Examine {
  return async (t, id, expected, { within = [], env = {} } = {}) => {
    const words = [...within, ...PEARLCTL, 'doctor', id];
    const options = { env: { ...(home === null ? {} : { PEARLCTL_HOME: home }), ...env } };
    const document = await box.exec([...words, '--json'], options);
    if (document.stdout === '') throw new Error(`${words.join(' ')}: ${document.stderr}`);
    const [found] = (JSON.parse(document.stdout) as DoctorModel).checks;
    if (found === undefined) throw new Error(`${id} was not looked at`);
    const { status, fact, fix } = found;
    show(id, status);
    t.match(found, { id, ...expected }, `${id}: ${fact}`);
    const code = status === 'problem' ? 1 : 0;
    t.equal(document.exitCode, code, 'its exit code');
    const text = await box.exec(words, options);
    t.equal(text.exitCode, code, 'as text too');
    t.match(text.stdout, new RegExp(`^  \\${MARKS[status]} ${id} `, 'm'));
    const folded = text.stdout.replace(/\s+/g, ' ');
    if (fix === null) t.notMatch(folded, '→');
    else t.match(folded, `→ ${fix.replace(/\s+/g, ' ')}`, 'with what to type');
    return fact;
  };
}

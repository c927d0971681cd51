// The doctor of the product in a box.
import { type Examine, examineBy } from '../doctor/asked.ts';
import type { Box } from './box.ts';
import { PEARLCTL } from './product.ts';

export interface How {
  /** Words before the program's own: what the fault is made with. */
  readonly within?: readonly string[];
  readonly env?: Record<string, string>;
}

/** Of the instance that lives in `home`, a folder of the box, or of the machine's service for null. */
export function examineIn(box: Box, home: string | null): Examine<How> {
  return examineBy<How>(async (words, { within = [], env = {} } = {}) => {
    const whose = home === null ? {} : { PEARLCTL_HOME: home };
    const { exitCode, stdout, stderr } = await box.exec([...within, ...PEARLCTL, ...words], {
      env: { ...whose, ...env },
    });
    return { code: exitCode, stdout, stderr };
  });
}

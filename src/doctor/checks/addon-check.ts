// Does the native addon load, and is it of this version? The loader's own error says what was tried.
import { PearlError } from '../../base/errors.ts';
import { fix, sudoPearlctl } from '../../base/fix.ts';
import type { Look } from '../check.ts';
import { ok, problem, withoutStop } from '../finding.ts';

export const addon: Look = {
  id: 'addon',
  question: 'Does the native addon load, and is it of this version',
  asService: ['systemd', 'launchd'],
  async run({ native, asService }) {
    try {
      return ok(`native addon ${native().version}`);
    } catch (error) {
      if (asService === null || !(error instanceof PearlError)) throw error;
      // An installed program is not built, but copied.
      return problem(withoutStop(error.message), fix`${sudoPearlctl('install')} (it copies the program again)`);
    }
  },
};

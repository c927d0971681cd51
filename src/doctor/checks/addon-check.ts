// Does the native addon load, and is it of this version? The loader's own error says what was tried.
import { PearlError } from '../../base/errors.ts';
import type { Check } from '../check.ts';
import { ok, problem, withoutStop } from '../finding.ts';

export const addon: Check = {
  id: 'addon',
  area: 'Program',
  question: 'Does the native addon load, and is it of this version',
  asService: ['systemd', 'launchd'],
  async run({ native, asService }) {
    try {
      return ok(`native addon ${native().version}`);
    } catch (error) {
      if (asService === null || !(error instanceof PearlError)) throw error;
      // Nobody builds anything in an installed program.
      return problem(withoutStop(error.message), 'sudo pearlctl install (it lays the program down anew)');
    }
  },
};

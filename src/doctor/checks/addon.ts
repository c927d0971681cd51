// Does the native addon load, and is it of this version? The loader's own error says what was tried.
import type { Check } from '../check.ts';
import { ok } from '../finding.ts';

export const addon: Check = {
  id: 'addon',
  area: 'Program',
  question: 'Does the native addon load, and is it of this version',
  asService: ['systemd', 'launchd'],
  async run({ native }) {
    return ok(`native addon ${native().version}`);
  },
};

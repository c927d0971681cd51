// Can the configuration be used, whole?
import { lstatSync } from 'node:fs';
import { pearlctlByHand } from '../../base/fix.ts';
import type { Look } from '../check.ts';
import { ok, problemOf, warning } from '../finding.ts';

export const configuration: Look = {
  id: 'configuration',
  question: 'Can the configuration be used',
  asService: ['systemd', 'launchd'],
  async run(context) {
    const { configFile } = context.paths;
    const reading = await context.config();
    if ('error' in reading) return problemOf(reading.error, `ls -l ${configFile}`);
    if (reading.config === null) {
      const [first, ...others] = reading.problems;
      const more = others.length === 0 ? '' : ` (and ${others.length} more: pearlctl config validate)`;
      const { fact, ...finding } = problemOf(first, pearlctlByHand('config', 'edit'));
      return { ...finding, fact: `${fact}${more}` };
    }
    const mode = lstatSync(configFile, { throwIfNoEntry: false })?.mode ?? 0;
    // Nothing in it is a secret but a pool's `pass`, which some people choose like one.
    if ((mode & 0o002) !== 0) return warning(`${configFile} can be changed by every user`, `chmod o-w ${configFile}`);
    return ok(configFile);
  },
};

// Are the passwords there that the configuration names, and closed to other users?
import { PearlError } from '../../base/errors.ts';
import { pearlctlByHand } from '../../base/fix.ts';
import { resolveSecret, secretSources } from '../../config/secrets.ts';
import type { Look } from '../check.ts';
import { ok, problemOf, skipped } from '../finding.ts';

export const secrets: Look = {
  id: 'secrets',
  question: 'Are the passwords there, and private',
  // systemd hands them over as root (LoadCredential=); under launchd the account reads the files itself.
  asService: ['launchd'],
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    const sources = secretSources(config);
    if (sources.length === 0) return ok('none is needed');
    for (const source of sources) {
      try {
        await resolveSecret(source, context.paths, context.env);
      } catch (error) {
        if (!(error instanceof PearlError)) throw error;
        // Root's copy is for the service alone; that it cannot be read here is as it should be.
        if (context.paths.scope === 'system' && context.machine.uid !== 0) {
          return skipped('only root can look at the service’s passwords: sudo pearlctl doctor secrets');
        }
        return problemOf(error, pearlctlByHand('config', 'edit'));
      }
    }
    return ok(sources.map(({ title }) => title).join(', '));
  },
};

// Does the running supervisor work by the configuration as it stands now, every key of it?
import { fix, pearlctl } from '../../base/fix.ts';
import { notInForce } from '../../supervisor/configuration/in-force.ts';
import { type ReloadChange, reloadable, restartNeeded } from '../../supervisor/configuration/reload-effects.ts';
import { readDigestKey } from '../../supervisor/start/ground.ts';
import type { Look } from '../check.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';

export const applied: Look = {
  id: 'applied',
  question: 'Does what runs follow the configuration as it is now',
  async run(context) {
    const live = context.live();
    if (live === null) return skipped('no supervisor runs');
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    const { configFile, lockFile } = context.paths;
    if (live.configFile !== null && live.configFile !== configFile) {
      return warning(
        `the supervisor runs by ${live.configFile}`,
        fix`${pearlctl('doctor', '--config', live.configFile)}, or start it with the other one`,
      );
    }
    // Another version has other keys, and other words for their values.
    if (live.version !== context.program.version || live.configInForce === null) {
      return skipped(`version ${live.version} runs, which cannot be compared`);
    }
    const digestKey = readDigestKey(lockFile);
    if (digestKey === null) return skipped(`${lockFile} cannot be read, which this takes`);
    return judgeChanges(notInForce(live.configInForce, config, digestKey), live.service !== null);
  },
};

function judgeChanges(changes: readonly ReloadChange[], isService: boolean): Finding {
  const early = reloadable(changes);
  const late = restartNeeded(changes, isService);
  const when = [
    ...(early.length === 0 ? [] : [`before a reload: ${early.join(', ')}`]),
    ...(late === null ? [] : [`before a restart: ${late.keys.join(', ')}`]),
  ];
  if (when.length === 0) return ok('what runs is what it says');
  // Whatever starts it again reads all of it.
  return warning(`changed, and not in force ${when.join('; ')}`, late?.fix ?? pearlctl('reload'));
}

// The unit that a system package brings: the renderer's, for the package's paths and a configuration that says nothing of limits.
import { parseConfig } from '../../src/config/configuration.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { defineService } from '../../src/service/define.ts';
import { renderDefinition } from '../../src/service/render-definition.ts';

const DEFAULTS = 'network = simnet\n[gateway]\nkind = attached\n';

/** Its text; `place` is the program's folder. */
export function packagedUnit(place: string, version: string): string {
  const caller = { platform: 'linux' as const, uid: 0, user: 'root', home: '/root', env: {}, sudo: null };
  const paths = resolvePaths({ scope: 'system', env: {}, platform: 'linux', uid: 0, folderExists: () => true });
  const config = parseConfig(DEFAULTS, 'the defaults');
  const definition = defineService({ config, paths, caller, version });
  return renderDefinition('systemd', {
    ...definition,
    executable: `${place}/bin/pearlctl`,
    script: `${place}/pearlctl.mjs`,
  });
}

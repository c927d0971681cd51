// The configuration of the demo, which a person may try on any machine, and an upgrade on the one that mines.
import t from 'tap';
import { createDemoHome } from '../../../src/cli/demo/demo-home.ts';
import { loadConfig } from '../../../src/config/configuration.ts';
import { withProfile } from '../../../src/config/profiles.ts';

t.test('the demo mines on battery too, and beside other programs', async (t) => {
  for (const small of [false, true]) {
    const home = await createDemoHome(small);
    t.teardown(() => home.remove());
    const { rest } = await loadConfig(home.paths);
    for (const scope of ['user', 'system'] as const) {
      const { presence, load, battery, heat } = withProfile(rest, scope);
      t.same({ presence, load, battery, heat }, { presence: 'full', load: 'full', battery: 'full', heat: 'full' });
    }
  }
});

// The configuration of the demo, which a person may try on any machine, and an upgrade on the one that mines.
import t from 'tap';
import { createDemoHome } from '../../../src/cli/demo/demo-home.ts';
import { loadConfig } from '../../../src/config/configuration.ts';
import { withProfile } from '../../../src/config/profiles.ts';
import { PRESETS } from '../../../src/protocol/shapes.ts';

t.test('the demo mines on battery too, and beside other programs', async (t) => {
  for (const oneThread of [false, true]) {
    const home = await createDemoHome(oneThread);
    t.teardown(() => home.remove());
    const { rest } = await loadConfig(home.paths);
    for (const scope of ['user', 'system'] as const) {
      const { presence, load, battery, heat } = withProfile(rest, scope);
      t.same({ presence, load, battery, heat }, { presence: 'full', load: 'full', battery: 'full', heat: 'full' });
    }
  }
});

t.test('a job of the demo is set up sooner than one of the smallest preset for a real network', async (t) => {
  const { light } = PRESETS;
  for (const oneThread of [false, true]) {
    const home = await createDemoHome(oneThread);
    t.teardown(() => home.remove());
    const { shape, miner } = await loadConfig(home.paths);
    t.ok(3 * (shape.m + shape.n) * shape.k < (light.m + light.n) * light.k, 'both matrices are a third and less');
    if (oneThread) t.same(miner.threads, { kind: 'count', count: 1 }, 'a service may mine beside it');
  }
});

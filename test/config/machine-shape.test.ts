// What the preset `auto` comes to.
import t from 'tap';
import { machineShape } from '../../src/config/machine-shape.ts';
import { checkShape, PRESETS } from '../../src/protocol/shapes.ts';

const machine = (kernels: string[], cores: number) => ({
  cpuFeatures: () => ({ arch: 'x86_64', features: [], kernels, refused: [] }),
  physicalCores: () => cores,
});

t.test('auto is light on usual machines, large with AMX or dozens of cores', async (t) => {
  const auto = { ...PRESETS.light, preset: 'auto' } as const;
  const usual = ['avx512vnni', 'scalar'];
  t.same(machineShape(auto, machine(usual, 8)), { ...PRESETS.light, preset: 'light' });
  t.same(machineShape(auto, machine(usual, 32)), { ...PRESETS.large, preset: 'large' });
  t.same(machineShape(auto, machine(['amx', ...usual], 5)), { ...PRESETS.light, preset: 'light' });
  t.same(machineShape(auto, machine(['amx', ...usual], 6)), { ...PRESETS.large, preset: 'large' });
});

t.test('a shape that is configured stays', async (t) => {
  const own = { ...PRESETS.light, preset: 'light' } as const;
  t.equal(machineShape(own, machine(['amx'], 64)), own);
});

t.test('large can be mined wherever light can', async (t) => {
  for (const kind of ['pool', 'external'] as const) t.doesNotThrow(() => checkShape(PRESETS.large, 'mainnet', kind));
});

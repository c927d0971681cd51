// The shape that [shape] describes: a preset, or sizes and a tile of one's own.
import { PearlError } from '../base/errors.ts';
import type { Network } from '../protocol/networks.ts';
import { checkShape, PRESETS, type Shape, TILES } from '../protocol/shapes.ts';
import type { RuleCheck } from './rule-check.ts';
import type { Config, GatewayKind, Values } from './typed-config.ts';

const OWN_SIZES = ['m', 'n', 'k', 'rank', 'tile', 'rows', 'cols'] as const;

export function shapeOf(
  check: RuleCheck,
  values: Values['shape'],
  network: Network,
  kind: GatewayKind,
): Config['shape'] {
  const own = OWN_SIZES.find((name) => values[name] !== null);
  const preset = values.preset ?? (own === undefined ? 'auto' : 'custom');
  if (preset !== 'custom' && own !== undefined) {
    const words = `${own} is for a shape of your own, and preset is ${preset}.`;
    check.refuseIn('shape', own, words, `Set preset = custom, or remove ${own}.`);
  }
  if (preset !== 'custom') {
    // What `auto` comes to is known where the kernels are: both of its shapes are legal wherever one is.
    const shape = PRESETS[preset === 'auto' ? 'light' : preset];
    checkShapeAt(check, 'shape.preset', shape, network, kind);
    return { ...shape, preset };
  }
  const shape = ownShape(check, values);
  if (shape === null) return { ...PRESETS.light, preset };
  checkShapeAt(check, `shape.${own ?? 'preset'}`, shape, network, kind);
  return { ...shape, preset };
}

function ownShape(check: RuleCheck, { m, n, k, rank, tile, rows, cols }: Values['shape']) {
  const sizes = { m, n, k };
  for (const [name, value] of Object.entries(sizes)) {
    if (value !== null) continue;
    check.refuseIn('shape', name, `${name} is missing: a shape of your own needs m, n and k.`, `Set ${name}.`);
  }
  if ((rows === null) !== (cols === null)) {
    check.refuseIn('shape', rows === null ? 'cols' : 'rows', 'rows and cols go together.', 'Set both, or tile.');
  }
  if (tile !== null && (rows !== null || cols !== null)) {
    check.refuseIn('shape', 'tile', 'tile says what rows and cols say.', 'Keep tile, or rows and cols.');
  }
  if (m === null || n === null || k === null) return null;
  const indices = rows !== null && cols !== null ? { rows, cols } : TILES[tile ?? '16x16'];
  return { m, n, k, rank: rank ?? 128, ...indices };
}

function checkShapeAt(check: RuleCheck, key: string, shape: Shape, network: Network, kind: GatewayKind) {
  try {
    checkShape(shape, network, kind);
  } catch (error) {
    if (!(error instanceof PearlError)) throw error;
    check.refuse(key, error.message, error.hint ?? '', 'SHAPE_INVALID');
  }
}

// Which shapes can be mined and delivered, rule by rule.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { NETWORKS, type Network } from '../../src/protocol/networks.ts';
import { proofCharactersAtMost } from '../../src/protocol/proof-size.ts';
import { checkShape, PRESETS, type Shape, TILES } from '../../src/protocol/shapes.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

function refusal(shape: Shape, network: Network, kind?: 'pool'): PearlError {
  try {
    checkShape(shape, network, kind);
  } catch (error) {
    if (error instanceof PearlError) return error;
    throw error;
  }
  throw new Error('accepted');
}

t.test('light and pool work everywhere, test on regtest and simnet only', async (t) => {
  for (const network of NETWORKS) {
    t.doesNotThrow(() => checkShape(PRESETS.light, network, 'pool'));
    t.doesNotThrow(() => checkShape(PRESETS.pool, network, 'pool'));
    if (network === 'regtest' || network === 'simnet') t.doesNotThrow(() => checkShape(PRESETS.test, network));
    else t.match(refusal(PRESETS.test, network).message, /rank must be at least 128/);
  }
});

const light = PRESETS.light;
const broken: [says: RegExp, shape: Shape, network?: Network][] = [
  [/m must be a whole number/, { ...light, m: 0 }],
  [/n must be a whole number/, { ...light, n: 1.5 }],
  [/power of two/, { ...light, rank: 192 }],
  [/power of two/, { ...light, rank: 16 }],
  [/power of two/, { ...light, rank: 2048 }],
  [/at least 128/, { ...light, rank: 64 }],
  [/multiple of 64/, { ...light, k: 2050 }],
  [/multiple of 64/, { ...light, k: 960 }],
  [/multiple of 64/, { ...light, k: 131072 }],
  [/16 x rank/, { ...light, rank: 256, k: 2048 }],
  [/4 x rank\^2/, { ...light, rank: 32, k: 8192 }, 'regtest'],
  [/row indices must begin with 0/, { ...light, rows: [1, 2] }],
  [/column indices do not repeat evenly/, { ...light, cols: [0, 1, 3] }],
  [/even number/, { ...light, rows: upTo(15) }],
  [/32 to 256/, { ...light, rows: upTo(32), cols: upTo(16) }],
  [/32 to 256/, { ...light, rows: upTo(2), cols: upTo(8) }],
  [/at most 2\^24/, { ...light, m: 2 ** 24 + 1 }],
  [/above the largest row index 15/, { ...light, m: 15 }],
  [/above the largest column index 15/, { ...light, n: 15 }],
  [/2\^22/, { ...light, rank: 1024, k: 65536, rows: upTo(2), cols: upTo(128) }],
  [/a gateway takes at most/, { ...light, rank: 256, k: 32768 }],
];

for (const [says, shape, network = 'mainnet'] of broken) {
  const sizes = { ...shape, rows: shape.rows.length, cols: shape.cols.length };
  t.test(`${JSON.stringify(sizes)} is refused with ${says}`, async (t) => {
    const error = refusal(shape, network);
    t.equal(error.code, 'SHAPE_INVALID');
    t.equal(error.exitCode, 78);
    t.match(error.message, says);
    t.match(error.hint ?? '', /preset = light/);
  });
}

t.test('a proof that fits the line of a gateway but no pool is refused for pools only', async (t) => {
  const shape = { ...light, k: 16384 };
  t.doesNotThrow(() => checkShape(shape, 'mainnet'));
  t.match(refusal(shape, 'mainnet', 'pool').message, /pools take at most 600000/);
});

t.test('the smallest matrices that hold one tile are taken', async (t) => {
  t.doesNotThrow(() => checkShape({ ...light, m: 16, n: 16 }, 'mainnet'));
  t.doesNotThrow(() => checkShape({ ...light, m: 73, n: 42, ...TILES.reference }, 'mainnet'));
});

interface ProofVectors {
  [list: string]: { id: string; proof?: string }[];
}

t.test('no proof of the public vectors is larger than the bound of its shape', async (t) => {
  const lists: ProofVectors = JSON.parse(readFileSync(new URL('../vectors/proofs.json', import.meta.url), 'utf8'));
  let seen = 0;
  for (const { id, proof } of Object.values(lists).flat()) {
    if (proof === undefined) continue;
    const shape = shapeOfProof(Buffer.from(proof, 'base64'));
    const bound = proofCharactersAtMost(shape);
    seen += 1;
    if (proof.length > bound) t.fail(`${id}: ${proof.length} > ${bound}`);
    // The bound is a bound, not a guess: within two in three of what a proof has.
    if (bound > proof.length * 1.5 + 2000) t.fail(`${id}: the bound ${bound} is far above ${proof.length}`);
  }
  t.ok(seen > 10, `${seen} proofs`);
});

/** Sizes and indices as they stand in a serialised proof (protocol section 8). */
function shapeOfProof(bytes: Buffer): Shape {
  let at = 0;
  const next = () => {
    at += 8;
    return Number(bytes.readBigUInt64LE(at - 8));
  };
  const [m, n, k, rank] = [next(), next(), next(), next()];
  const opening = (): number[] => {
    const leaves = next();
    for (let leaf = 0; leaf < leaves; leaf += 1) {
      const length = next();
      at += length;
    }
    const indices = next();
    at += indices * 8 + 8 + 32;
    const siblings = next();
    at += siblings * 32;
    const rows = Array.from({ length: next() }, () => next());
    return rows.map((row) => row - (rows[0] ?? 0));
  };
  const rows = opening();
  return { m, n, k, rank, rows, cols: opening() };
}

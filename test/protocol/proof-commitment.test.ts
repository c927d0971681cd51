// The commitment of the reference's proofs, put together here from what the reference recovered of them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { native } from '../../src/native/native.ts';
import { proofCommitment } from '../../src/protocol/proof-commitment.ts';

interface Recovered {
  readonly m: number;
  readonly n: number;
  readonly t_rows: number;
  readonly t_cols: number;
  readonly config: string;
  readonly hash_a: string;
  readonly hash_b: string;
  readonly hash_jackpot: string;
}
interface Vector {
  readonly id: string;
  readonly cert_version: number;
  readonly proof: string;
  readonly recovered: Recovered;
}

const { valid, own_valid }: { valid: Vector[]; own_valid: Vector[] } = JSON.parse(
  readFileSync(new URL('../vectors/proofs.json', import.meta.url), 'utf8'),
);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

t.test('is the double SHA-256 of the version and the public data of the certificate', async (t) => {
  const vectors = [...valid, ...own_valid];
  t.ok(vectors.length > 20);
  for (const { id, cert_version, proof, recovered } of vectors) {
    const { m, n, t_rows, t_cols, config, hash_a, hash_b, hash_jackpot } = recovered;
    const numbers = new Uint32Array([m, n, t_rows, t_cols]);
    const version = new Uint8Array([cert_version, 0, 0, 0]);
    const hashes = Buffer.from(config + hash_a + hash_b + hash_jackpot, 'hex');
    const data = Buffer.concat([version, hashes, new Uint8Array(numbers.buffer)]);
    t.equal(data.length, 4 + 164);
    const fields = native().inspect(Buffer.from(proof, 'base64'));
    const expected = sha256(sha256(data)).reverse().toString('hex');
    t.equal(proofCommitment(cert_version, fields, Buffer.from(hash_jackpot, 'hex')), expected, id);
  }
});

t.test('differs with everything that it commits to', async (t) => {
  const fields = {
    m: 64,
    n: 64,
    k: 2048,
    rank: 128,
    rows: [8, 9],
    cols: [4, 6],
    hashA: Buffer.alloc(32),
    hashB: Buffer.alloc(32),
  };
  const hash = Buffer.alloc(32);
  const variants = [
    proofCommitment(3, fields, hash),
    proofCommitment(2, fields, hash),
    proofCommitment(3, fields, Buffer.alloc(32, 1)),
    ...[{ m: 65 }, { n: 65 }, { k: 4096 }, { rank: 256 }, { rows: [9, 10] }, { rows: [8, 10] }, { cols: [5, 7] }].map(
      (other) => proofCommitment(3, { ...fields, ...other }, hash),
    ),
    proofCommitment(3, { ...fields, hashA: Buffer.alloc(32, 1) }, hash),
    proofCommitment(3, { ...fields, hashB: Buffer.alloc(32, 1) }, hash),
  ];
  t.equal(new Set(variants).size, variants.length);
  t.equal(proofCommitment(3, { ...fields, rows: [0, 1, 5] }, hash), null, 'what is no pattern has none');
});

// Verifies signatures of minisign (https://jedisct1.github.io/minisign/, "Signature format"), with Node's own cryptography and
// without a network. Pure, except that Node checks the signature.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { PearlError } from '../../base/errors.ts';

/** `Ed`: of the file itself. `ED`: of its BLAKE2b-512, which minisign makes by default. */
const PLAIN = 'Ed';
const HASHED = 'ED';
const ID_BYTES = 8;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** More than any signature file is long. */
const MAX_CHARACTERS = 8192;

export interface SigningKey {
  /** As minisign prints it: 16 hexadecimal digits. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** Reads a public key: its one line, or the file of two that minisign writes. Throws USAGE for anything else. */
export function parseSigningKey(text: string): SigningKey {
  const line = text.slice(0, MAX_CHARACTERS).trim().split(/\r?\n/).at(-1)?.trim() ?? '';
  const bytes = decode(line, 2 + ID_BYTES + KEY_BYTES);
  if (bytes === null || bytes.toString('latin1', 0, 2) !== PLAIN) {
    throw new PearlError('USAGE', 'That is no public key of minisign.', {
      hint: 'Give the line that begins with RW, or the path of a file that ends with it.',
    });
  }
  return { id: idOf(bytes.subarray(2, 2 + ID_BYTES)), bytes: bytes.subarray(2 + ID_BYTES) };
}

/**
 * Checks a signature file against a file's bytes. Returns its trusted comment. Throws UPGRADE_REFUSED when it is not one, is of
 * another key, or does not fit.
 */
export function checkSignature(file: Buffer, signature: string, key: SigningKey): string {
  const [, first = '', comment = '', last = ''] = signature.slice(0, MAX_CHARACTERS).split(/\r?\n/);
  const own = decode(first.trim(), 2 + ID_BYTES + SIGNATURE_BYTES);
  const whole = decode(last.trim(), SIGNATURE_BYTES);
  const trusted = /^trusted comment: (.*)$/.exec(comment)?.[1];
  if (own === null || whole === null || trusted === undefined) throw refused('The signature cannot be read.');
  const algorithm = own.toString('latin1', 0, 2);
  if (algorithm !== PLAIN && algorithm !== HASHED) throw refused('The signature is of an unknown kind.');
  const id = idOf(own.subarray(2, 2 + ID_BYTES));
  if (id !== key.id) throw refused(`The signature is of the key ${id}, not of ${key.id}.`);
  const bare = own.subarray(2 + ID_BYTES);
  const signed = algorithm === HASHED ? createHash('blake2b512').update(file).digest() : file;
  const x = key.bytes.toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  if (!verify(null, signed, publicKey, bare)) throw refused('The file is not the one that was signed.');
  if (!verify(null, Buffer.concat([bare, Buffer.from(trusted)]), publicKey, whole)) {
    throw refused('The comment of the signature was changed.');
  }
  return trusted;
}

function decode(text: string, length: number): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  // Node's decoder is lenient: what is written otherwise is none.
  return bytes.length === length && bytes.toString('base64') === text ? bytes : null;
}

/** minisign prints the number that its eight bytes are, lowest first. */
function idOf(bytes: Buffer): string {
  return Buffer.from(bytes).reverse().toString('hex').toUpperCase();
}

function refused(message: string): PearlError {
  return new PearlError('UPGRADE_REFUSED', message, {
    hint: 'Fetch the file and its .minisig again, from where the release was announced.',
  });
}

// A key of minisign's kind, and what it signs, as minisign does by default: the hash of the file, and then the comment.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export function signer(): { publicKey: string; signatureOf: (file: Buffer) => string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const id = randomBytes(8);
  const base64 = (...parts: (string | Buffer)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))).toString('base64');
  return {
    publicKey: base64('Ed', id, Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')),
    signatureOf(file) {
      const own = sign(null, createHash('blake2b512').update(file).digest(), privateKey);
      const comment = 'made by a test';
      const whole = sign(null, Buffer.concat([own, Buffer.from(comment)]), privateKey);
      return `untrusted comment: x\n${base64('ED', id, own)}\ntrusted comment: ${comment}\n${base64(whole)}\n`;
    },
  };
}

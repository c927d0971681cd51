import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { PearlError } from '../../../src/base/errors.ts';
import { checkSignature, parseSigningKey } from '../../../src/service/upgrade/minisign.ts';
import { signer } from './signer.ts';

/** The example in the documentation of the crate minisign-verify: a signature that minisign itself made, of the bytes `test`. */
const KEY = 'RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3';
const SIGNATURE = `untrusted comment: signature from minisign secret key
RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
trusted comment: timestamp:1633700835\tfile:test\tprehashed
wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==
`;
const key = parseSigningKey(KEY);

t.test('a signature of minisign is taken, and nothing that differs from it', async (t) => {
  t.equal(checkSignature(Buffer.from('test'), SIGNATURE, key), 'timestamp:1633700835\tfile:test\tprehashed');
  t.equal(key.id, 'E7620F1842B4E81F');
  t.equal(parseSigningKey(`untrusted comment: minisign public key\n${KEY}\n`).id, key.id, 'also from its file');
  const refuses = (file: string, signature: string, message: RegExp) =>
    t.throws(() => checkSignature(Buffer.from(file), signature, key), { code: 'UPGRADE_REFUSED', message });
  refuses('Test', SIGNATURE, /not the one that was signed/);
  refuses('test', SIGNATURE.replace('file:test', 'file:best'), /comment of the signature was changed/);
  refuses('test', SIGNATURE.replace('RUQf', 'RVQf'), /unknown kind/);
  refuses('test', SIGNATURE.replace('RUQf6LRC', 'RUQg6LRC'), /of the key E7620F1842B4E820, not of E7620F1842B4E81F/);
  refuses('test', SIGNATURE.split('\n').slice(0, 2).join('\n'), /cannot be read/);
  refuses('test', '', /cannot be read/);
});

t.test('no bytes at all make it accept, or end in another way than a refusal', async () => {
  const lines = fc.oneof(fc.constantFrom(...SIGNATURE.split('\n')), fc.string());
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 6 }), fc.uint8Array({ maxLength: 8 }), (text, bytes) => {
      try {
        checkSignature(Buffer.from(bytes), text.join('\n'), key);
        return Buffer.from(bytes).toString() === 'test';
      } catch (error) {
        return error instanceof PearlError && error.code === 'UPGRADE_REFUSED';
      }
    }),
  );
});

t.test('only a public key of minisign is one', async (t) => {
  for (const text of ['', 'RW', KEY.slice(1), `${KEY}A`, SIGNATURE, KEY.replace('RW', 'RU')]) {
    t.throws(() => parseSigningKey(text), { code: 'USAGE' }, text);
  }
});

t.test('signatures of the old kind, over the file itself, are taken too', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const id = createHash('sha256').update(raw).digest().subarray(0, 8);
  const own = sign(null, Buffer.from('file'), privateKey);
  const whole = sign(null, Buffer.concat([own, Buffer.from('note')]), privateKey);
  const line = (...parts: Buffer[]) => Buffer.concat(parts).toString('base64');
  const text = `untrusted comment: x\n${line(Buffer.from('Ed'), id, own)}\ntrusted comment: note\n${line(whole)}\n`;
  t.equal(checkSignature(Buffer.from('file'), text, parseSigningKey(line(Buffer.from('Ed'), id, raw))), 'note');
  const { publicKey: made, signatureOf } = signer();
  t.equal(checkSignature(Buffer.from('x'), signatureOf(Buffer.from('x')), parseSigningKey(made)), 'made by a test');
});

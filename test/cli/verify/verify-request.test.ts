import fc from 'fast-check';
import t from 'tap';
import { parseLine } from '../../../src/cli/verify/verify-request.ts';

const whole = {
  id: 'one',
  header: '00'.repeat(76),
  cert_version: 3,
  rank_penalty: true,
  nbits: '1d00ffff',
  proof: 'AAAA',
};

function read(value: unknown) {
  return parseLine(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
}

t.test('a whole line is read into one checked value', async (t) => {
  t.same(read(whole), {
    id: 'one',
    question: {
      terms: { header: Buffer.alloc(76), certVersion: 3, rankPenalty: true, target: { nbits: 0x1d00ffff } },
      proof: 'AAAA',
    },
  });
  t.equal(read({ ...whole, id: 7 }).id, 7);
  t.equal(read({ ...whole, id: undefined }).id, null);
  t.ok(read({ ...whole, comment: 'keys of others are not ours to refuse' }).question);
});

t.test('a target goes before nbits', async (t) => {
  const target = `${'00'.repeat(31)}ff`;
  t.same(read({ ...whole, target }).question?.terms.target, { exact: 255n });
  t.same(read({ ...whole, nbits: undefined, target }).question?.terms.target, { exact: 255n });
});

t.test('any integer is a certificate version that can be judged', async (t) => {
  for (const version of [0, 4, -1, 1e300]) t.ok(read({ ...whole, cert_version: version }).question, String(version));
});

t.test('a line with a wrong field keeps its id, and is no question', async (t) => {
  for (const wrong of [
    { header: undefined },
    { header: '00'.repeat(75) },
    { header: `${'00'.repeat(75)}0g` },
    { header: `${'00'.repeat(76)}\n` },
    { header: 0 },
    { cert_version: '3' },
    { cert_version: 1.5 },
    { cert_version: null },
    { rank_penalty: 1 },
    { rank_penalty: undefined },
    { nbits: undefined },
    { nbits: '0x1d00ff' },
    { nbits: 486604799 },
    { target: 'ff' },
    { target: `0x${'f'.repeat(62)}` },
    { proof: undefined },
    { proof: ['AAAA'] },
  ]) {
    t.same(read({ ...whole, ...wrong }), { id: 'one', question: null }, JSON.stringify(wrong));
  }
});

t.test('a line that is no object of ours has no id either', async (t) => {
  for (const line of ['', 'x', '[]', 'null', '7', '{"id": 1', JSON.stringify({ ...whole, id: {} }), '{"id": 1e300}']) {
    t.same(read(line), { id: null, question: null }, line.slice(0, 20));
  }
  t.same(parseLine(Buffer.from([0x22, 0xff, 0x22])), { id: null, question: null }, 'invalid UTF-8');
});

t.test('no bytes make it throw', async () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => parseLine(Buffer.from(bytes)) !== undefined));
  fc.assert(fc.property(fc.json(), (text) => parseLine(Buffer.from(text)) !== undefined));
});

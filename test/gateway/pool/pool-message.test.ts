import fc from 'fast-check';
import t from 'tap';
import { parsePoolLine } from '../../../src/gateway/pool/pool-message.ts';
import { type JsonValue, stringifyJson } from '../../../src/protocol/jsonrpc/lossless-json.ts';

const HEADER = 'ab'.repeat(76);
const TARGET = '0'.repeat(20) + 'f'.repeat(44);

const job = (params: object) => parsePoolLine(JSON.stringify({ id: null, method: 'mining.notify', params }));

t.test('reads a job with every member, and with only what it needs', async (t) => {
  const full = job({ job_id: 'a_1', header: HEADER, target: TARGET, height: 7, cert_version: 3, diff: 58 });
  t.match(full, { kind: 'notify', notice: { id: 'a_1', height: 7, certVersion: 3, target: BigInt(`0x${TARGET}`) } });
  t.equal(full.kind === 'notify' && full.notice.header.toString('hex'), HEADER);
  const bare = job({ job_id: 7, header: `0x${HEADER}`, target: `0X${TARGET.toUpperCase()}` });
  t.match(bare, { kind: 'notify', notice: { id: { text: '7' }, height: null, certVersion: null } });
  t.match(job({ job_id: 'a', header: HEADER }), { kind: 'notify', notice: { target: null } });
});

t.test('a job that breaks a form cannot be used and says why, never a guess', async (t) => {
  const good = { job_id: 'a', header: HEADER, target: TARGET };
  const bad: object[] = [
    { ...good, job_id: undefined },
    { ...good, job_id: '' },
    { ...good, job_id: { a: 1 } },
    { ...good, job_id: 'x'.repeat(257) },
    { ...good, header: HEADER.slice(2) },
    { ...good, header: `${HEADER}00` },
    { ...good, header: HEADER.replace('a', 'g') },
    { ...good, target: `0${TARGET}` },
    { ...good, target: '' },
    { ...good, target: 'zz' },
    { ...good, target: 12 },
    { ...good, cert_version: 'three' },
    { ...good, cert_version: -1 },
    { ...good, cert_version: 3.5 },
  ];
  for (const params of bad) {
    const text = JSON.stringify(params).slice(0, 60);
    t.match(job(params), { kind: 'unusable-job', reason: /^the pool's job has / }, text);
  }
  const other = job({ ...good, header: `${HEADER}00000000` });
  t.match(other, { reason: /header of 160 hex digits, as other coins have; Pearl's has 152/ });
  t.match(parsePoolLine('{"method":"job","params":{}}'), { kind: 'unusable-job', reason: /dialect of other coins/ });
});

t.test('a target without its leading zeros is padded', async (t) => {
  for (const target of [TARGET.replace(/^0+/, ''), `0x${TARGET.replace(/^0+/, '')}`, TARGET.slice(1)]) {
    t.match(job({ job_id: 'a', header: HEADER, target }), {
      kind: 'notify',
      notice: { target: BigInt(`0x${TARGET}`) },
    });
  }
});

t.test('what is no answer to anything is a pool’s word, and a web server is told apart', async (t) => {
  t.match(parsePoolLine('banned'), { kind: 'told', refusal: { class: 'banned' } });
  t.match(parsePoolLine('{"id":null,"result":null,"error":"maintenance at noon"}'), { kind: 'told' });
  t.match(parsePoolLine('HTTP/1.1 400 Bad Request'), { kind: 'foreign', reason: /web server/ });
});

t.test('tells the other messages apart', async (t) => {
  const kinds: [string, string][] = [
    ['{"id":99,"method":"mining.ping"}', 'ping'],
    [`{"method":"mining.set_target","params":"${TARGET}"}`, 'set-target'],
    [`{"method":"mining.set_target","params":["0x${TARGET}"]}`, 'set-target'],
    ['{"method":"mining.set_target","params":[1]}', 'nonsense'],
    ['{"method":"mining.set_difficulty","params":58}', 'set-difficulty'],
    ['{"method":"mining.set_difficulty","params":[58.5]}', 'set-difficulty'],
    ['{"method":"mining.set_difficulty","params":{"difficulty":58}}', 'set-difficulty'],
    ['{"method":"mining.set_difficulty","params":["much"]}', 'nonsense'],
    ['{"method":"client.reconnect"}', 'reconnect'],
    ['{"method":"pearl.challenge","params":{}}', 'challenge'],
    ['{"method":"pearl.set_mining_params","params":[{}]}', 'challenge'],
    ['{"method":"mining.notify","params":["a","b"]}', 'challenge'],
    ['{"method":"mining.hello","id":5}', 'unknown-method'],
    ['{"id":"1","result":true}', 'answer'],
    ['{"id":1,"result":true,"error":null}', 'answer'],
    ['{"id":1}', 'nonsense'],
    ['{"id":1.5,"result":true}', 'nonsense'],
    ['[]', 'nonsense'],
    ['17', 'nonsense'],
    [`${'['.repeat(60_000)}`, 'nonsense'],
    ['{"__proto__":{"method":"mining.notify"}}', 'nonsense'],
  ];
  for (const [line, kind] of kinds) t.equal(parsePoolLine(line).kind, kind, line.slice(0, 60));
});

t.test('no text at all makes it throw', async () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof parsePoolLine(text).kind === 'string'));
  fc.assert(fc.property(fc.json(), (text) => typeof parsePoolLine(text).kind === 'string'));
});

t.test('any JSON value in any place of any message makes it neither throw nor accept a job that is none', async () => {
  const member = fc.oneof(fc.jsonValue(), fc.constant(HEADER), fc.constant(TARGET), fc.string(), fc.bigInt());
  const methods = ['mining.notify', 'mining.set_target', 'mining.set_difficulty', 'mining.ping', 'x'];
  const params = fc.record(
    { job_id: member, header: member, target: member, height: member, cert_version: member, difficulty: member },
    { requiredKeys: [] },
  );
  const message = fc.record(
    {
      id: member,
      method: fc.oneof(fc.constantFrom(...methods), member),
      params: fc.oneof(params, fc.array(member), member),
      result: member,
      error: fc.oneof(member, fc.record({ code: member, msg: member, message: member })),
      type: member,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(message, (value) => {
      const parsed = parsePoolLine(stringifyJson(value as JsonValue));
      if (parsed.kind === 'notify') return parsed.notice.header.length === 76;
      if (parsed.kind === 'answer') return Number.isSafeInteger(parsed.answer.id) && parsed.answer.id >= 0;
      return true;
    }),
    { numRuns: 1000 },
  );
});

t.test('a job survives its way through the text', async () => {
  const hex = (bytes: number) =>
    fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value));
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 256 }),
      hex(76),
      hex(32),
      fc.nat(),
      (id, header, target, height) => {
        const params = {
          job_id: id,
          header: header.toString('hex'),
          target: target.toString('hex'),
          height,
          cert_version: 2,
        };
        const parsed = job(params);
        return (
          parsed.kind === 'notify' &&
          parsed.notice.id === id &&
          parsed.notice.header.equals(header) &&
          parsed.notice.target === BigInt(`0x${target.toString('hex')}`) &&
          parsed.notice.height === height
        );
      },
    ),
  );
});

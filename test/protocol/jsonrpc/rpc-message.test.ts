import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { stringifyJson } from '../../../src/protocol/jsonrpc/lossless-json.ts';
import {
  failed,
  parseRequest,
  parseResponse,
  renderRequest,
  renderResponse,
} from '../../../src/protocol/jsonrpc/rpc-message.ts';

function request(text: string) {
  return parseRequest(Buffer.from(text));
}

t.test('ids come back exactly as they came', async (t) => {
  for (const id of ['null', '"a b"', '1.5', '-1', '18446744073709551616', '1e400', '0.10', '"\\u00e9"']) {
    const parsed = request(`{"jsonrpc":"2.0","method":"x","id":${id}}`);
    t.ok(parsed.ok);
    if (!parsed.ok) continue;
    const echoed = renderResponse({ ok: true, result: 'y' }, parsed.request.id);
    t.equal(echoed, `{"jsonrpc":"2.0","result":"y","id":${id === '"\\u00e9"' ? '"é"' : id}}\n`);
  }
});

t.test('each wrong request has its code, and its id where it has one', async (t) => {
  const cases: [string, number, string][] = [
    ['', -32700, 'null'],
    ['{', -32700, 'null'],
    ['\ufeff{}', -32700, 'null'],
    ['[]', -32600, 'null'],
    ['[{"jsonrpc":"2.0","method":"x","id":1}]', -32600, 'null'],
    ['{"jsonrpc":"2.0","method":"x"}', -32600, 'null'],
    ['{"jsonrpc":"1.0","method":"x","id":2}', -32600, '2'],
    ['{"jsonrpc":"2.0","method":7,"id":7}', -32600, '7'],
    ['{"jsonrpc":"2.0","method":"x","id":[1]}', -32600, '[1]'],
    ['{"jsonrpc":"2.0","method":"x","id":true}', -32600, 'true'],
    ['{"jsonrpc":"2.0","method":"x","id":5,"params":[]}', -32600, '5'],
    ['{"jsonrpc":"2.0","method":"x","id":6,"extra":1}', -32600, '6'],
    ['{"jsonrpc":"2.0","method":"x","id":6,"__proto__":1}', -32600, '6'],
  ];
  for (const [line, code, id] of cases) {
    const parsed = request(line);
    t.notOk(parsed.ok, line);
    if (parsed.ok) continue;
    t.equal(parsed.failure.code, code, line);
    t.equal(stringifyJson(parsed.id), id, line);
  }
});

t.test('bytes that are no UTF-8 are answered -32000', async (t) => {
  const parsed = parseRequest(Buffer.from('7b2261223a22ff227d', 'hex'));
  t.match(parsed, { ok: false, failure: { code: -32000 }, id: null });
});

t.test('arbitrary bytes are answered or understood, never thrown over', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.equal(typeof parseRequest(Buffer.from(bytes)).ok, 'boolean');
        parseResponse(Buffer.from(bytes));
      }),
      { numRuns: 1000 },
    ),
  );
});

t.test('what a client of ours asks, a server of ours reads', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.bigInt({ min: 0n }), fc.nat(), (method, target, id) => {
        const parsed = request(renderRequest(method, { target }, id).trimEnd());
        assert.ok(parsed.ok);
        if (parsed.ok)
          assert.equal(
            stringifyJson({ ...parsed.request, params: parsed.request.params }),
            stringifyJson({ method: method, params: { target }, id }),
          );
      }),
    ),
  );
});

t.test('responses are read strictly', async (t) => {
  const read = (text: string) => parseResponse(Buffer.from(text));
  t.match(read('{"jsonrpc":"2.0","result":"submitted","id":7}'), { id: 7, outcome: { ok: true, result: 'submitted' } });
  t.match(read('{"jsonrpc":"2.0","result":null,"id":7}'), { id: 7, outcome: { ok: true, result: null } });
  t.match(read('{"jsonrpc":"2.0","error":{"code":-32001,"message":"mining_paused: x"},"id":null}'), {
    id: null,
    outcome: failed(-32001, 'mining_paused: x'),
  });
  for (const text of [
    'HTTP/1.1 400 Bad Request',
    '{}',
    '{"jsonrpc":"2.0","id":7}',
    '{"jsonrpc":"2.0","result":1,"id":"7"}',
    '{"jsonrpc":"2.0","error":"x","id":7}',
    '[]',
  ]) {
    t.equal(read(text), null, text);
  }
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { retryDelayMs } from '../../src/miner/backoff.ts';
import { readJob, sameParent, unusableReason } from '../../src/miner/mining-job.ts';
import { ProofQueue } from '../../src/miner/proofs.ts';
import { parseJson, stringifyJson } from '../../src/protocol/jsonrpc/lossless-json.ts';
import { outdatedReason, sameWork } from '../../src/protocol/work.ts';
import { minerJob, wireJob } from '../fixtures/gateway/scripted-gateway.ts';
import { ledgerEntry } from '../fixtures/ledger/ledger-entry.ts';

function job(text: string) {
  return readJob(parseJson(text), 0);
}

t.test('the first two seconds bring at least five tries, and no wait is ever longer than six', async (t) => {
  for (const random of [0, 0.5, 0.999]) {
    let waited = 0;
    for (let failures = 1; failures <= 5; failures += 1) waited += retryDelayMs(failures, random);
    t.ok(waited < 2000, `${waited} ms`);
    t.ok(retryDelayMs(1, random) >= 50 && retryDelayMs(1, random) <= 500);
    t.ok(retryDelayMs(10_000, random) <= 6000);
  }
  t.ok(retryDelayMs(5, 0) < retryDelayMs(5, 0.9), 'with jitter');
});

t.test('a job is read exactly or not at all', async (t) => {
  const text = stringifyJson(wireJob(1, { target: (1n << 255n) + 1n }));
  t.match(job(text), { target: (1n << 255n) + 1n, certVersion: 3, certVersionMissing: false });
  const faults: [string, string][] = [
    ['a short header', stringifyJson(wireJob(1, { incomplete_header_bytes: 'AAAA' }))],
    ['a target in a string', stringifyJson(wireJob(1, { target: '5' }))],
    ['a target of 2^256', stringifyJson(wireJob(1, { target: 1n << 256n }))],
    ['a negative target', stringifyJson(wireJob(1, { target: -1n }))],
    ['half a target', text.replace(/"target":\d+/, '"target":1.5')],
    ['a version in a string', stringifyJson(wireJob(1, { cert_version: '3' }))],
    ['no object', '[]'],
    ['null', 'null'],
  ];
  for (const [title, fault] of faults) t.equal(job(fault), null, title);
});

t.test('any answer is a job or none, without a crash', async (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(fc.json(), (text) => void job(text))));
});

t.test('certificate versions 1 to 3 are mined, others refused in words', async (t) => {
  for (const version of [1, 2, 3]) t.equal(reason(version) ?? outdatedReason(version), null);
  t.match(reason(0), /version 0/);
  for (const version of [4, 5, 4_000_000_000]) t.match(outdatedReason(version), new RegExp(`version ${version}`));
  function reason(version: number) {
    return unusableReason(minerJob(1, { cert_version: version }));
  }
});

t.test('jobs are the same work by header, target and version; of the same parent by prev_block', async (t) => {
  t.ok(sameWork(minerJob(1), minerJob(1)));
  t.notOk(sameWork(minerJob(1), minerJob(1, { target: 5n })));
  t.notOk(sameWork(minerJob(1), minerJob(1, { cert_version: 2 })));
  t.notOk(sameWork(minerJob(1), minerJob(2)));
  const later = wireJob(1);
  const header = Buffer.from(String(later.incomplete_header_bytes), 'base64');
  header.writeUInt32LE(77, 68);
  t.ok(sameParent(minerJob(1), minerJob(1, { incomplete_header_bytes: header.toString('base64') })));
  t.notOk(sameParent(minerJob(1), minerJob(2)));
});

t.test('each found proof ends as sent or dropped, whatever happens to the queue', async (t) => {
  const action = fc.constantFrom('find', 'send', 'drop', 'clear');
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(action, { maxLength: 300 }), (actions) => {
        let drops = 0;
        const entry = ledgerEntry('a');
        const queue = new ProofQueue({
          onFound: async () => {},
          onDrop: () => {
            drops += 1;
          },
        });
        for (const each of actions) {
          if (each === 'find') {
            void queue.find(entry);
            queue.push({ text: '', entry, job: minerJob(1), block: false });
          } else if (each === 'clear') queue.dropAll('end');
          else if (queue.shift() !== undefined) each === 'send' ? queue.countSent() : queue.drop('gone', { entry });
        }
        const { found, sent, dropped } = queue.counts;
        assert.equal(found, sent + dropped + queue.length);
        assert.equal(dropped, drops);
        assert.ok(queue.length <= 64);
      }),
    ),
  );
});

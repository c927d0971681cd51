// What the supervisor does about files that it cannot write, and about the mirror: OpenJarvis removes it to stop mining, others may
// do so by mistake, and another miner may have its own record there.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Logger } from '../../../src/base/logs/logger.ts';
import { createRedactor } from '../../../src/base/logs/redact.ts';
import { SidecarFile } from '../../../src/state/sidecar/sidecar-file.ts';
import { HistoryKeeper } from '../../../src/supervisor/history/history-keeper.ts';
import { Publisher } from '../../../src/supervisor/publish/publisher.ts';
import { SIDECAR, STATS } from '../../state/status/facts.ts';

function published(t: Test) {
  const folder = t.testdir();
  const mirror = join(folder, 'mirror.json');
  const clock = { ms: 0 };
  const lines: string[] = [];
  const logger = new Logger({
    level: 'info',
    redact: createRedactor([]),
    file: null,
    journal: false,
    terminal: null,
    onRecord: ({ message }) => lines.push(message),
  });
  const file = new SidecarFile({
    sidecarFile: join(folder, 'mining.json'),
    statsFile: join(folder, 'stats.json'),
    scope: 'user',
    mirror,
  });
  const publisher = new Publisher(file, logger, () => clock.ms);
  return { folder, mirror, clock, lines, logger, publisher };
}

t.test('a removed mirror is missed for ten seconds, as an order to stop, and then comes back', async (t) => {
  const { mirror, clock, publisher } = published(t);
  publisher.begin(SIDECAR, STATS);
  rmSync(mirror);
  for (const second of [0, 1, 9]) {
    clock.ms = second * 1000;
    publisher.publish(SIDECAR);
    t.ok(publisher.isMirrorGone());
    t.notOk(existsSync(mirror), `second ${second}`);
  }
  publisher.publish({ ...SIDECAR, stateReason: 'news' });
  t.notOk(existsSync(mirror), 'news do not bring it back early');
  clock.ms = 10_500;
  publisher.publish({ ...SIDECAR, stateReason: 'news' });
  t.ok(existsSync(mirror));
  t.notOk(publisher.isMirrorGone());
});

t.test('a mirror that is about to be removed is not written, and catches up later', async (t) => {
  const { mirror, publisher } = published(t);
  publisher.begin(SIDECAR, STATS);
  const before = readFileSync(mirror, 'utf8');
  const news = { ...SIDECAR, wallet: 'prl1pnews' };
  publisher.publish(news, true);
  t.equal(readFileSync(mirror, 'utf8'), before);
  publisher.publish(news);
  t.match(JSON.parse(readFileSync(mirror, 'utf8')), { wallet_address: 'prl1pnews' });
});

t.test('news that come after the files were removed write none again', async (t) => {
  const { folder, publisher } = published(t);
  publisher.begin(SIDECAR, STATS);
  publisher.remove();
  t.notOk(publisher.publish({ ...SIDECAR, stateReason: 'a late verdict' }));
  publisher.publishStats(STATS);
  t.strictSame(readdirSync(folder), []);
});

t.test("another miner's record is told of, left alone, and replaced when it is gone", async (t) => {
  const { mirror, lines, publisher } = published(t);
  const theirs = '{"provider":"vllm-pearl","container_id":"4711"}';
  writeFileSync(mirror, theirs);
  publisher.begin(SIDECAR, STATS);
  publisher.publish({ ...SIDECAR, stateReason: 'news' });
  publisher.publish({ ...SIDECAR, stateReason: 'news' });
  t.equal(readFileSync(mirror, 'utf8'), theirs);
  t.match(publisher.troubles(), [{ id: 'mirror-taken', text: /another miner, vllm-pearl/ }]);
  t.equal(lines.length, 1, 'told once');
  rmSync(mirror);
  publisher.publish({ ...SIDECAR, stateReason: 'news' });
  t.match(JSON.parse(readFileSync(mirror, 'utf8')), { provider: 'cpu-pearl' });
  t.same(publisher.troubles(), []);
});

t.test('a past that cannot be kept is told for as long as that is so', async (t) => {
  const { folder, logger, publisher } = published(t);
  const keeper = new HistoryKeeper({ path: folder, logger, publisher });
  logger.info('pearlctl supervises devnet', { event: 'start' });
  t.match(publisher.troubles(), [{ id: 'history-unwritable', text: /cannot be written \(EISDIR\)/ }]);
  t.match(keeper.events.all, [{ kind: 'start' }], 'and in memory it is kept');
  keeper.close();
});

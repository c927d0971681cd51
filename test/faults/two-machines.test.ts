// Two machines of one wallet on one node, as whole instances: each block is in the ledger of the one that found it.
import t from 'tap';
import { readLedger } from '../../src/state/ledger/read-ledger.ts';
import { runCli } from '../cli/run-cli.ts';
import { until } from '../fixtures/until.ts';
import { TestNode } from '../gateway/external/test-node.ts';
import { STAND_IN, useExternal } from './external.ts';
import { FaultStage } from './stage.ts';

const BLOCKS = 50;

t.setTimeout(300_000);

t.test('the sum of the blocks in their ledgers is the count of the node', async (t) => {
  const node = await TestNode.start();
  const stages = [[], ['--worker']].map((words) => ({
    stage: new FaultStage(),
    words: ['--prove', '1', ...words],
  }));
  t.teardown(() => Promise.all(stages.map(({ stage }) => stage.close())));
  for (const { stage, words } of stages) {
    await useExternal(stage, { 'command[]': [process.execPath, STAND_IN, ...words] }, node);
    stage.configure({ miner: { poll_interval: '50ms', duty: '20%' } });
    stage.start();
  }
  await Promise.all(stages.map(({ stage }) => stage.running()));
  for (const { stage } of stages) stage.hurry();
  await until('fifty blocks', () => node.tip.height >= BLOCKS, 200_000);
  // What is found while they leave is a matter of `lost-block.test.ts`.
  for (const { stage } of stages) await runCli(['pause'], { home: stage.home });
  await until('the verdict of each block', async () => {
    const [one, other] = await Promise.all(stages.map(({ stage }) => blocksOf(stage)));
    return one && other && one.accepted + other.accepted >= node.tip.height;
  });
  const ends = await Promise.all(stages.map(({ stage }) => stage.stop()));
  t.same(ends, ['exit 0', 'exit 0']);
  const booked = await Promise.all(stages.map(({ stage }) => blocksOf(stage)));
  t.ok(
    booked.every(({ accepted }) => accepted > 0),
    `${booked.map(({ accepted }) => accepted)} blocks`,
  );
  t.equal(booked[0] && booked[1] && booked[0].accepted + booked[1].accepted, node.tip.height);
  t.same(
    booked.flatMap(({ others }) => others).filter((result) => result !== 'stale' && result !== 'dropped'),
    [],
  );
  t.same(
    stages.flatMap(({ stage }) => stage.notes()),
    [],
    'no proof is without a verdict',
  );
});

async function blocksOf(stage: FaultStage): Promise<{ accepted: number; others: string[] }> {
  const others: string[] = [];
  let accepted = 0;
  for await (const { result, block } of readLedger(stage.path('state', 'shares.jsonl'))) {
    if (result === 'accepted' && block) accepted += 1;
    else others.push(result);
  }
  return { accepted, others };
}

// A shape that does not fit the memory that the miner may use: told as the reason why nothing is mined, not as mining.
import t from 'tap';
import { ProofQueue } from '../../src/miner/proofs.ts';
import { Workshop } from '../../src/miner/workshop.ts';
import { native } from '../../src/native/native.ts';
import { PRESETS } from '../../src/protocol/shapes.ts';
import { minerJob } from '../fixtures/gateway/scripted-gateway.ts';
import { until } from '../fixtures/until.ts';

t.test('a shape that does not fit the memory is the reason for mining nothing, job after job', async (t) => {
  const said: string[] = [];
  const workshop = new Workshop({
    core: native(),
    shape: PRESETS.light,
    threads: 2,
    memoryBytes: 1 << 20,
    matrices: 'constant',
    proofs: new ProofQueue({ onFound: async () => {}, onDrop: () => {} }),
    onProof: () => {},
    onFailure: (reason) => t.fail(reason),
    say: (level, message) => void said.push(`${level}: ${message}`),
  });
  t.teardown(() => workshop.stop());
  for (const number of [1, 2]) {
    workshop.take(minerJob(number));
    await until('the miner to say so', () => workshop.work.state === 'no-memory');
    t.match(workshop.work, { reason: /^this shape needs at least \d+ MiB of memory for 2 threads$/ });
    t.ok(workshop.restingMs >= 0);
  }
  t.match(said, [/^error: nothing is mined: this shape needs at least \d+ MiB/]);
  t.equal(said.length, 1, 'told once');
});

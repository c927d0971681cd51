// What the miner says of proofs that it cannot hold any longer.
import t from 'tap';
import type { MinerJob } from '../../src/miner/mining-job.ts';
import { type FoundProof, ProofQueue } from '../../src/miner/proofs.ts';
import { JOB_SOLVED } from '../../src/protocol/verdict.ts';

const job = { wire: {} } as MinerJob;
const other = { wire: {} } as MinerJob;

/** Pushes so many proofs, and tells the reasons of the drops. */
function push(count: number, proofOf: (index: number) => Pick<FoundProof, 'job' | 'block'>): string[] {
  const reasons: string[] = [];
  const queue = new ProofQueue({ onFound: async () => {}, onDrop: (reason) => reasons.push(reason) });
  for (let index = 0; index < count; index += 1) {
    queue.push({ text: `${index}`, entry: {} as FoundProof['entry'], ...proofOf(index) });
  }
  return reasons;
}

t.test('the surplus of an easy job is no loss, since what is kept solves it', async (t) => {
  t.same(
    push(67, () => ({ job, block: true })),
    [JOB_SOLVED, JOB_SOLVED, JOB_SOLVED],
  );
});

t.test('shares that no gateway takes are lost, and a block of another job makes no difference', async (t) => {
  const full = 'too many proofs wait for the gateway';
  t.same(
    push(66, () => ({ job, block: false })),
    [full, full],
  );
  t.same(
    push(65, (index) => (index === 0 ? { job, block: true } : { job: other, block: true })),
    [full],
  );
});

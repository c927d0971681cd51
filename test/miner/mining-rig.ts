// A real miner in this process before a gateway that does what a test says.
import { join } from 'node:path';
import type { Test } from 'tap';
import { FoundBook } from '../../src/miner/found-book.ts';
import { MINER_TIMES, Miner, type MinerTimes } from '../../src/miner/mining-loop.ts';
import { ProofQueue } from '../../src/miner/proofs.ts';
import { Wake } from '../../src/miner/waker.ts';
import { Workshop } from '../../src/miner/workshop.ts';
import { native } from '../../src/native/native.ts';
import { SMALL_SHAPE } from '../fixtures/gateway/mine-once.ts';
import { ScriptedGateway } from '../fixtures/gateway/scripted-gateway.ts';

export interface Rig {
  gateway: ScriptedGateway;
  miner: Miner;
  workshop: Workshop;
  proofs: ProofQueue;
  said: string[];
  dropped: string[];
  /** Ends the miner as SIGTERM does. */
  stop(): Promise<void>;
}

/** A real miner in this process before a gateway that does what the test says. */
export async function rig(t: Test, times: Partial<MinerTimes> = {}): Promise<Rig> {
  const gateway = new ScriptedGateway();
  await gateway.open();
  const said: string[] = [];
  const dropped: string[] = [];
  const say = (_level: string, message: string) => void said.push(message);
  const book = await FoundBook.open(join(t.testdir(), 'shares.jsonl'), (message) => said.push(message));
  const proofs = new ProofQueue({
    onFound: (entry) => book.note(entry),
    onDrop: (reason, { entry, answer }, mayBeKnown) => {
      dropped.push([answer ?? [], reason].flat().join(', and then '));
      book.drop(entry, reason, mayBeKnown);
      wake.ring();
    },
  });
  const wake = new Wake();
  const workshop = new Workshop({
    core: native(),
    shape: SMALL_SHAPE,
    threads: 1,
    memoryBytes: 64 << 20,
    matrices: 'random',
    proofs,
    onProof: () => wake.ring(),
    onFailure: (reason) => said.push(reason),
    say,
  });
  const { endpoint } = gateway;
  const miner = new Miner({
    endpoint,
    times: { ...MINER_TIMES, pollMs: 100, ...times },
    workshop,
    proofs,
    book,
    wake,
    onSent: ({ entry }) => book.taken(entry),
    say,
  });
  const end = new AbortController();
  const running = miner.run(end.signal);
  const stop = async () => {
    end.abort();
    await running;
  };
  t.teardown(async () => {
    await stop();
    // A winner that is judged late is still written down, into a folder that goes away next.
    await workshop.stop();
    await book.close();
    await gateway.close();
  });
  return { gateway, miner, workshop, proofs, said, dropped, stop };
}

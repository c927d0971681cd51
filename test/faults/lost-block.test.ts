// No end of a supervisor throws a found block away: at ten moments of a certificate it is told to go, and the node takes the
// block each time. PEARLCTL_CERTIFICATE_MS=20000 plays it with certificates of 20 s, and every way out at every moment.
import t, { type Test } from 'tap';
import { JOB_SOLVED } from '../../src/protocol/verdict.ts';
import { readLedger } from '../../src/state/ledger/read-ledger.ts';
import { runCli } from '../cli/run-cli.ts';
import { lasting, until } from '../fixtures/until.ts';
import type { TestNode } from '../gateway/external/test-node.ts';
import { STAND_IN, useExternal } from './external.ts';
import { FaultStage, type Settings } from './stage.ts';

const GIVEN_MS = Number(process.env.PEARLCTL_CERTIFICATE_MS ?? 0);
const CERTIFICATE_MS = GIVEN_MS || 1500;
const MOMENTS = Array.from({ length: 10 }, (_, index) => (index + 0.5) / 10);
const GENERATIONS = { 'the older gateway': [], 'the newer gateway': ['--worker'] };

/** On a chain this easy the miner finds many for one block, and the gateway makes one certificate at a time. */
const NEVER_HANDED_IN = new Set(['too many proofs wait for the gateway', JOB_SOLVED, 'the gateway has no job']);

t.jobs = 4;
t.setTimeout(60_000 + 40 * CERTIFICATE_MS);

const WAYS: Record<string, (stage: FaultStage) => Promise<string>> = {
  SIGTERM: (stage) => stage.stop(),
  async stop(stage) {
    const { code, stdout } = await runCli(['stop', '--json'], {
      home: stage.home,
      timeoutMs: 10 * CERTIFICATE_MS + 30_000,
    });
    t.match(JSON.parse(stdout), { lostBlockSeconds: null });
    return code === 0 ? stage.exit() : `stop ended with ${code}`;
  },
};

MOMENTS.forEach((moment, index) => {
  // In `npm test` each moment has one gateway and one way out; a reload is played at all of them.
  const ways = Object.keys(WAYS).filter((_, way) => GIVEN_MS > 0 || way === Math.floor(index / 2) % 2);
  const generations = Object.entries(GENERATIONS).filter((_, which) => GIVEN_MS > 0 || which === index % 2);
  for (const way of ways) {
    for (const [generation, options] of generations) {
      t.test(`${generation}, ${Math.round(100 * moment)} % of a certificate: a reload, then ${way}`, async (t) => {
        const { stage, node } = await proving(t, options);
        const before = stage.pidOf('gateway');
        await atMoment(stage, moment);
        stage.configure({ gateway: command([...options, '--prove', `${CERTIFICATE_MS}`, '--reloaded']) });
        stage.supervisor?.kill('SIGHUP');
        // It may be at the next certificate by then, and the miner waits.
        const isAnother = ({ pid, state }: { pid: number | null; state: string }) =>
          pid !== before && state === 'ready';
        await stage.until('another gateway', ({ children }) => isAnother(children.gateway));
        stage.hurry();
        await atMoment(stage, moment);
        t.equal(await WAYS[way]?.(stage), 'exit 0');
        await allAccepted(t, stage, node);
        t.same(stage.orphans(), []);
      });
    }
  }
});

function command(words: readonly string[]) {
  return { 'command[]': [process.execPath, STAND_IN, ...words] };
}

/** An instance in front of a node of its own, whose certificates take their time. */
async function proving(t: Test, options: readonly string[], settings: Settings[string] = {}) {
  const stage = new FaultStage();
  t.teardown(() => stage.close());
  const words = ['--prove', `${CERTIFICATE_MS}`, ...options];
  const node = await useExternal(stage, { ...command(words), ...settings });
  // A chain this easy is a flood of finds, in which the one that counts waits for its turn.
  stage.configure({ miner: { duty: '5%' } });
  stage.start();
  await stage.running();
  stage.hurry();
  return { stage, node };
}

/** The next certificate is under way, and this share of it is made. */
async function atMoment(stage: FaultStage, moment: number): Promise<void> {
  const known = new Set(stage.notes());
  await until('a certificate', () => stage.notes().some((note) => !known.has(note)));
  await lasting(moment * CERTIFICATE_MS);
}

async function allAccepted(t: Test, stage: FaultStage, node: TestNode): Promise<void> {
  const results: string[] = [];
  for await (const { result, reason } of readLedger(stage.path('state', 'shares.jsonl'))) {
    if (result !== 'dropped' || !NEVER_HANDED_IN.has(reason ?? '')) results.push(result);
  }
  t.ok(results.length >= 2, `${results.length} proofs`);
  t.same([...new Set(results)], ['accepted'], 'each proof that the gateway took is a block');
  t.equal(node.handed, results.length, 'as many as the node has');
}

// How long the miner is missed after a crash: from its death to the first work of the next one, on the shape `light`, as a user
// sees it who asks the supervisor for its metrics.
import { PRESETS } from '../../src/protocol/shapes.ts';
import { isAlive } from '../../src/state/sidecar/identity.ts';
import { FaultStage, kill } from '../faults/stage.ts';
import { lasting, until } from '../fixtures/until.ts';

/** Milliseconds from the miner's death to work done by its successor, which comes at the first retry. */
export async function measureRecovery(): Promise<number> {
  const stage = new FaultStage();
  try {
    useLight(stage);
    stage.start();
    return await missedMs(stage);
  } finally {
    await stage.stop();
    await stage.close();
  }
}

/** Configures the stage as a home user's machine is: the preset `light`, and a question a second. */
export function useLight(stage: FaultStage): void {
  const { m, n, k, rank } = PRESETS.light;
  stage.configure({ miner: { poll_interval: '1s', memory: '512M' }, shape: { m, n, k, rank, tile: '16x16' } });
}

/** Kills the miner after it worked for so long, and waits for work that its successor did. */
export async function missedMs(stage: FaultStage, afterMs = 0): Promise<number> {
  const { metricsUrl: url } = await stage.running();
  if (url === null) throw new Error('there are no metrics');
  await work(url, await macs(url));
  await lasting(afterMs);
  const { pid, identity } = (await stage.running()).children.miner;
  kill(pid ?? 0, 'SIGKILL');
  // Threads of the least priority need seconds to die, where every processor is busy.
  await until('its death', () => !isAlive(pid, identity));
  const deadMs = performance.now();
  await stage.until('another miner', ({ children }) => children.miner.pid !== null && children.miner.pid !== pid);
  // Of the dead one nothing is heard any more, so that what comes on top is the new one's.
  await work(url, await macs(url));
  return performance.now() - deadMs;
}

/** Waits until more work is done than `done`. */
async function work(url: string, done: number): Promise<void> {
  await until('work', async () => (await macs(url)) > done);
}

async function macs(url: string): Promise<number> {
  const text = await (await fetch(url)).text();
  return Number(/^pearl_macs_total (\S+)$/m.exec(text)?.[1] ?? 0);
}

// Asks a running gateway for its job, and says what that job means for a measured rate.
import { readJob } from '../../miner/mining-job.ts';
import type { Native } from '../../native/native.ts';
import { expectedSeconds, type TiledShape, tileOf } from '../../protocol/expectation.ts';
import { HEADER_BYTES } from '../../protocol/header.ts';
import { parseEndpoint } from '../../protocol/jsonrpc/endpoint.ts';
import { RpcClient } from '../../protocol/jsonrpc/rpc-client.ts';

/** Mean times; null: never, at this rate. */
export interface ExpectedTimes {
  readonly shareSeconds: number | null;
  readonly blockSeconds: number | null;
}

/** A measured rate, and the shape that it was measured with. */
export interface Rate {
  readonly macsPerSecond: number;
  readonly shape: TiledShape;
}

/** Mean times to meet the share's target and the block's. */
export function expectedTimes(
  targets: readonly [share: bigint, block: bigint],
  { macsPerSecond, shape }: Rate,
): ExpectedTimes {
  const [shareSeconds, blockSeconds] = targets.map((target) => {
    const seconds = expectedSeconds(target, macsPerSecond, tileOf(shape));
    return Number.isFinite(seconds) ? seconds : null;
  }) as [number | null, number | null];
  return { shareSeconds, blockSeconds };
}

/** A gateway on this machine that takes longer is busy; the answer is not worth the wait. */
const TIMEOUT_MS = 2000;

/** The expected times under the gateway's present job, or null when it has none to give now. */
export async function askForWork(
  core: Pick<Native, 'targetFromNbits'>,
  url: string,
  rate: Rate,
): Promise<ExpectedTimes | null> {
  try {
    const client = await RpcClient.connect(parseEndpoint(url), TIMEOUT_MS);
    try {
      const outcome = await client.call('getMiningInfo', {}, TIMEOUT_MS);
      const job = 'result' in outcome ? readJob(outcome.result, performance.now()) : null;
      if (job === null) return null;
      const blockTarget = core.targetFromNbits(job.header.readUInt32LE(HEADER_BYTES - 4));
      return expectedTimes([job.target, blockTarget], rate);
    } finally {
      client.close();
    }
  } catch {
    return null;
  }
}

// What a calibrated rate brings under a configuration, asked of where its jobs come from: the pool, or a gateway that runs
// here. Nothing is mined or submitted for it.
import { PearlError } from '../../base/errors.ts';
import type { Config } from '../../config/configuration.ts';
import { machineShape } from '../../config/machine-shape.ts';
import type { Paths } from '../../config/paths.ts';
import type { Native } from '../../native/native.ts';
import { HEADER_BYTES } from '../../protocol/header.ts';
import { type ExpectedTimes, expectedTimes, type Rate } from './work-of-job.ts';

/** `following`: a chain whose difficulty follows the rate of its miners. */
export type Prospects =
  | { readonly kind: 'times'; readonly times: ExpectedTimes; readonly source: string }
  | { readonly kind: 'following'; readonly blockSeconds: number }
  | { readonly kind: 'unknown'; readonly why: string };

/** A pool's login and first job take a round trip or two; with a second pool standing in, a few more. */
const POOL_LIMIT_MS = 10_000;

/** Never rejects: what cannot be asked now is unknown, and why. */
export async function askProspects(
  core: Native,
  config: Config,
  paths: Paths,
  macsPerSecond: number,
  signal: AbortSignal,
): Promise<Prospects> {
  const rate = { macsPerSecond, shape: machineShape(config.shape, core) };
  switch (config.gateway.kind) {
    case 'devnet':
      return prospectsOfDevnet();
    case 'attached': {
      const { socket, host, port } = config.gateway;
      const url = socket === null ? `http://${host}:${port}` : `unix:${socket}`;
      const asked = await askGateway(core, 'attached', url, rate);
      return asked ?? { kind: 'unknown', why: `the gateway at ${url} has no work to show now` };
    }
    case 'pool':
      return askPool(core, config, paths, rate, signal);
    case 'external':
      return { kind: 'unknown', why: 'the Pearl node tells it through its gateway, once that runs' };
  }
}

/** What a gateway that runs on this machine tells; null where it tells nothing now. Never rejects. */
export async function askGateway(core: Native, kind: string, url: string, rate: Rate): Promise<Prospects | null> {
  const { askForWork } = await import('./work-of-job.ts');
  const times = await askForWork(core, url, rate);
  if (times === null) return null;
  // Its present difficulty is that of the rate it has just met, and says nothing of what is to come.
  return kind === 'devnet' ? prospectsOfDevnet() : { kind: 'times', times, source: url };
}

async function prospectsOfDevnet(): Promise<Prospects> {
  const { SPACING_SECONDS } = await import('../../gateway/devnet/difficulty.ts');
  return { kind: 'following', blockSeconds: SPACING_SECONDS };
}

async function askPool(
  core: Native,
  config: Config,
  paths: Paths,
  rate: Rate,
  signal: AbortSignal,
): Promise<Prospects> {
  const { createPoolUpstream } = await import('../../gateway/pool/open-pool.ts');
  try {
    const upstream = await createPoolUpstream(config, paths, () => {});
    const close = () => void upstream.close();
    const timer = setTimeout(close, POOL_LIMIT_MS);
    signal.addEventListener('abort', close, { once: true });
    // Why the last try failed: closing forgets it.
    let why = 'no pool answered within 10 s';
    try {
      for await (const event of upstream.events()) {
        why = upstream.state().reason ?? why;
        if (event.type !== 'job') continue;
        const { header, target } = event.job;
        const networkTarget = core.targetFromNbits(header.readUInt32LE(HEADER_BYTES - 4));
        const times = expectedTimes([target, networkTarget], rate);
        return { kind: 'times', times, source: upstream.state().url ?? 'the pool' };
      }
      return { kind: 'unknown', why };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', close);
      await upstream.close();
    }
  } catch (error) {
    if (!(error instanceof PearlError)) throw error;
    return { kind: 'unknown', why: error.message.replace(/\.$/, '') };
  }
}

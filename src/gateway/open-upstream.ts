// Which upstream a configuration asks for.
import { PearlError } from '../base/errors.ts';
import type { Config } from '../config/configuration.ts';
import type { Paths } from '../config/paths.ts';
import { native } from '../native/native.ts';
import { DevnetUpstream } from './devnet/devnet.ts';
import { createPoolUpstream } from './pool/open-pool.ts';
import type { Upstream } from './upstream.ts';

export type UpstreamLog = (level: 'debug' | 'info' | 'warn', message: string) => void;

/** Opens the upstream. Throws `CONFIG_INVALID` for a kind of gateway that is not built in. */
export async function createUpstream(config: Config, paths: Paths, log: UpstreamLog): Promise<Upstream> {
  switch (config.gateway.kind) {
    case 'devnet':
      return DevnetUpstream.open({
        folder: paths.devnetFolder,
        payoutAddress: config.miner.wallet,
        core: native(),
        log,
      });
    case 'pool':
      return createPoolUpstream(config, paths, log);
    default:
      throw new PearlError('CONFIG_INVALID', `A gateway of kind ${config.gateway.kind} is not built in.`, {
        hint: 'Start it with its own command, or set [gateway] kind = devnet.',
      });
  }
}

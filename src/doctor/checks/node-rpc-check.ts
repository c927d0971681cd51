// Does the Pearl node answer, is it on the right network, and is it synced?

import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import { resolveNodeAccess } from '../../config/pearld.ts';
import { type ChainInfo, NodeRpc } from '../../gateway/external/node-rpc.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, problem, problemOf, skipped, warning } from '../finding.ts';

/** Blocks that a node may be behind its headers: the newest may be on its way. */
const SYNCED_WITHIN = 2;

export const nodeRpc: Check = {
  id: 'node-rpc',
  area: 'Mining',
  question: 'Does the Pearl node answer, and is it synced',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    const { kind } = config.gateway;
    if (kind !== 'external' && kind !== 'attached') return skipped('no node is needed');
    try {
      const node = new NodeRpc(await resolveNodeAccess(config, context.paths, context.env));
      const answer = await node.chainInfo();
      if (answer.ok) return judge(answer.value, config.network);
      return problem(
        `${node.url}: ${answer.reason}`,
        fix`Check [pearld] rpc_url, rpc_user and the password: ${pearlctlByHand('config', 'edit')}`,
      );
    } catch (error) {
      // An attached gateway knows its node itself; whether we may ask it is another matter.
      if (error instanceof PearlError && kind === 'attached') return skipped('how to ask the node is not configured');
      if (error instanceof PearlError) return problemOf(error, pearlctlByHand('config', 'edit'));
      throw error;
    }
  },
};

/** The reference node names its main network `mainnet` or, like its ancestors, `main`. */
function judge({ chain, blocks, headers = blocks }: ChainInfo, network: Config['network']): Finding {
  const other = { main: 'mainnet', test: 'testnet' }[chain] ?? chain;
  if (other !== '' && other !== network) {
    return problem(
      `the node is on ${other}, the configuration on ${network}`,
      pearlctl('config', 'set', 'network', other),
    );
  }
  if (headers - blocks > SYNCED_WITHIN)
    return warning(`syncing: block ${blocks} of ${headers}`, 'Wait until it is synced');
  return ok(`block height ${blocks} (synced)`);
}

// Does the Pearl node answer, is it on the right network, and is it synced?

import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import { resolveNodeAccess } from '../../config/pearld.ts';
import { NodeRpc, type NodeState } from '../../gateway/external/node-rpc.ts';
import { otherNetwork, syncTrouble } from '../../gateway/external/node-sync.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, problem, problemOf, skipped, warning } from '../finding.ts';

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
      const answer = await node.state();
      if (answer.ok) return judgeNode(answer.value, config.network);
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

function judgeNode(node: NodeState, network: Config['network']): Finding {
  const other = otherNetwork(node.chain, network);
  if (other !== null) {
    return problem(
      `the node is on ${other}, the configuration on ${network}`,
      pearlctl('config', 'set', 'network', other),
    );
  }
  const unsynced = syncTrouble(node, network, Date.now());
  if (unsynced === null) {
    const peers = node.peers === null ? '' : `, ${node.peers} ${node.peers === 1 ? 'peer' : 'peers'}`;
    return ok(`block height ${node.blocks} (synced${peers})`);
  }
  if (node.readiness === 'no-peers' || node.peers === 0) {
    return problem(unsynced, 'Check that the node reaches the internet, and connect and addpeer in its pearld.conf');
  }
  return warning(unsynced, 'Wait until it is synced');
}

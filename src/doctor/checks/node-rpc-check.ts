// Does the Pearl node answer, is it on the right network, and is it synced?
import { PearlError } from '../../base/errors.ts';
import { pearlctlByHand } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import { type NodeAccess, resolveNodeAccess } from '../../config/pearld.ts';
import { nodeFix } from '../../gateway/external/node-fix.ts';
import { type NodeAnswer, NodeRpc, type NodeState } from '../../gateway/external/node-rpc.ts';
import { nodeTrouble } from '../../gateway/external/node-trouble.ts';
import type { Look } from '../check.ts';
import { type Finding, ok, problem, problemOf, skipped, warning } from '../finding.ts';

export const nodeRpc: Look = {
  id: 'node-rpc',
  question: 'Does the Pearl node answer, and is it synced',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration cannot be used');
    const { kind } = config.gateway;
    if (kind !== 'external' && kind !== 'attached') return skipped('no node is needed');
    try {
      const access = await resolveNodeAccess(config, context.paths, context.env);
      return judgeNode(await new NodeRpc(access).state(), config, access);
    } catch (error) {
      // An attached gateway knows its node itself; whether we may ask it is another matter.
      if (error instanceof PearlError && error.code === 'SECRET_MISSING' && kind === 'attached')
        return skipped('how to ask the node is not configured');
      if (error instanceof PearlError) return problemOf(error, pearlctlByHand('config', 'edit'));
      throw error;
    }
  },
};

function judgeNode(answer: NodeAnswer<NodeState>, config: Config, access: NodeAccess): Finding {
  const trouble = nodeTrouble(answer, config.network, Date.now());
  // What the network's rules mean for mining is what `doctor upstream` tells.
  if (answer.ok && (trouble === null || trouble.kind === 'outdated-rules')) {
    const { blocks, peers: count } = answer.value;
    const peers = count === null ? '' : `, ${count} ${count === 1 ? 'peer' : 'peers'}`;
    return ok(`block height ${blocks} (synced${peers})`);
  }
  const isLonely = answer.ok && answer.value.peers === 0;
  const kind = isLonely ? 'no-peers' : (trouble?.kind ?? 'nonsense');
  const remedy = nodeFix(kind, config, access);
  if (!answer.ok) return problem(`${access.rpcUrl}: ${answer.reason}`, remedy);
  const fact = trouble?.reason ?? 'the node is not well';
  return kind === 'downloading' || kind === 'behind' ? warning(fact, remedy) : problem(fact, remedy);
}

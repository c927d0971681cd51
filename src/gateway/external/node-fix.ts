// What to do about a node that is not mined on, by the kind of its trouble and by where this configuration has its facts from.
import { asFix, type Fix, fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import type { NodeAccess } from '../../config/pearld.ts';
import { secretFix } from '../../config/secrets.ts';
import { networkFacts } from '../../protocol/networks.ts';
import type { NodeTrouble } from './node-trouble.ts';

type Asked = Pick<Config, 'pearld' | 'network'>;
type Access = Pick<NodeAccess, 'rpcUrl' | 'passwordFrom'>;

/** @param kind of the trouble, the node's or what its gateway's log says. */
export function nodeFix(kind: NodeTrouble['kind'], { pearld, network }: Asked, access: Access): Fix {
  switch (kind) {
    case 'unreachable':
      return fix`Start the Pearl node (pearld); if it runs elsewhere: ${pearlctlByHand('config', 'set', 'pearld.rpc_url', 'URL')}`;
    case 'unauthorized':
      return passwordFix(pearld, access);
    case 'tls-wanted':
      return urlFix(access.rpcUrl.replace(/^http:/i, 'https:'));
    case 'tls-absent':
      return urlFix(access.rpcUrl.replace(/^https:/i, 'http:'));
    case 'tls-unknown':
      return fix`Name the rpc.cert of the node, which is beside its pearld.conf: ${pearlctlByHand('config', 'set', 'pearld.rpc_cert', '/PATH/rpc.cert')}, then: ${pearlctl('reload')}`;
    case 'tls-name':
      return fix`Use a host that the node’s certificate names, such as localhost: ${pearlctlByHand('config', 'set', 'pearld.rpc_url', `https://localhost:${networkFacts(network).rpcPort ?? 'PORT'}`)}`;
    case 'other-network':
      return fix`Start the node of ${network}, or change the configuration: ${pearlctlByHand('config', 'edit')}`;
    case 'no-peers':
      return asFix('Check that the node reaches the internet, and connect and addpeer in its pearld.conf');
    case 'downloading':
    case 'behind':
      return asFix('Wait until it is synced');
    case 'outdated-rules':
      return fix`Install a newer pearlctl where one mines by these rules, otherwise: ${pearlctl('stop')}`;
    case 'address':
      return fix`${pearlctlByHand('config', 'set', 'miner.wallet', 'ADDRESS')}, then: ${pearlctl('reload')}`;
    case 'port':
      return asFix(pearlctl('doctor', 'ports'));
    case 'settings':
      return asFix(pearlctl('logs', '--child', 'gateway'));
    case 'tls':
    case 'nonsense':
      return fix`Check that a Pearl node answers there: ${pearlctlByHand('config', 'set', 'pearld.rpc_url', 'URL')}`;
  }
}

function urlFix(url: string): Fix {
  return fix`${pearlctl('config', 'set', 'pearld.rpc_url', url)}, then: ${pearlctl('reload')}`;
}

/** A wrong password is mended where it stands. */
function passwordFix({ conf, rpcUser }: Config['pearld'], { passwordFrom }: Access): Fix {
  const user = rpcUser === null ? '' : ' (and its rpcuser with [pearld] rpc_user)';
  if (passwordFrom.kind !== 'conf') return secretFix(passwordFrom, `the rpcpass of the node${user}`);
  return fix`Restart the node, so that it reads rpcuser and rpcpass of ${conf ?? 'its pearld.conf'} again${user}`;
}

// What to do about a node that is not mined on, by the kind of its trouble and by where this configuration has its facts from.
import { asFix, type Fix, fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import type { NodeAccess } from '../../config/pearld.ts';
import { secretFix } from '../../config/secrets.ts';
import { networkFacts } from '../../protocol/networks.ts';
import type { NodeTrouble } from './node-trouble.ts';

type Asked = Pick<Config, 'pearld' | 'network'>;
type Access = Pick<NodeAccess, 'rpcUrl' | 'passwordFrom'>;

const SYNC = () => asFix('Wait until it is synced');
const NONSENSE = () =>
  fix`Check that a Pearl node answers there: ${pearlctlByHand('config', 'set', 'pearld.rpc_url', 'URL')}`;

const FIXES: Record<NodeTrouble['kind'], (asked: Asked, access: Access) => Fix> = {
  unreachable: () =>
    fix`Start the Pearl node (pearld); if it runs elsewhere: ${pearlctlByHand('config', 'set', 'pearld.rpc_url', 'URL')}`,
  unauthorized: ({ pearld }, access) => passwordFix(pearld, access),
  'tls-wanted': (_asked, access) => urlFix(access.rpcUrl.replace(/^http:/i, 'https:')),
  'tls-absent': (_asked, access) => urlFix(access.rpcUrl.replace(/^https:/i, 'http:')),
  'tls-unknown': () =>
    fix`Name the rpc.cert of the node, which is beside its pearld.conf: ${pearlctlByHand('config', 'set', 'pearld.rpc_cert', '/PATH/rpc.cert')}, then: ${pearlctl('reload')}`,
  'tls-name': ({ network }) =>
    fix`Use a host that the node’s certificate names, such as localhost: ${pearlctlByHand('config', 'set', 'pearld.rpc_url', `https://localhost:${networkFacts(network).rpcPort ?? 'PORT'}`)}`,
  'other-network': ({ network }) =>
    fix`Start the node of ${network}, or change the configuration: ${pearlctlByHand('config', 'edit')}`,
  'no-peers': () => asFix('Check that the node reaches the internet, and connect and addpeer in its pearld.conf'),
  downloading: SYNC,
  behind: SYNC,
  'outdated-rules': () => fix`Install a newer pearlctl where one mines by these rules, otherwise: ${pearlctl('stop')}`,
  address: () => fix`${pearlctlByHand('config', 'set', 'miner.wallet', 'ADDRESS')}, then: ${pearlctl('reload')}`,
  port: () => asFix(pearlctl('doctor', 'ports')),
  settings: () => asFix(pearlctl('logs', '--child', 'gateway')),
  tls: NONSENSE,
  nonsense: NONSENSE,
};

/** @param kind of the trouble, the node's or what its gateway's log says. */
export function nodeFix(kind: NodeTrouble['kind'], asked: Asked, access: Access): Fix {
  return FIXES[kind](asked, access);
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

// How to reach the Pearl node: the keys of [pearld], completed from the node's own file and from the secret's source.
import { readFile } from 'node:fs/promises';
import { errnoOf, PearlError } from '../base/errors.ts';
import type { Config } from './configuration.ts';
import { type NodeCertificate, readNodeCertificate } from './node-certificate.ts';
import type { Paths } from './paths.ts';
import { type PearldConf, readPearldConf } from './pearld-conf.ts';
import { findSecret, rpcPasswordSource, type SecretOrigin } from './secrets.ts';

/** Everything a client of the node's RPC needs. The password goes into no log, argument or file. */
export interface NodeAccess {
  rpcUrl: string;
  rpcUser: string;
  rpcPassword: string;
  /** Where the password was found: its source, or the node's own file. */
  passwordFrom: SecretOrigin | { readonly kind: 'conf' };
  /** By which the node is known over https; null: by this system's authorities. */
  certificate: NodeCertificate | null;
}

/**
 * Reads the node's file where [pearld] names one, and the password from its source; what [pearld] sets itself comes first.
 *
 * @throws PearlError CONFIG_INVALID for an unusable file, SECRET_MISSING or NO_PERMISSION for the password.
 */
export async function resolveNodeAccess(
  config: Config,
  paths: Pick<Paths, 'credentialsFolder'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<NodeAccess> {
  const { pearld, network } = config;
  const fromFile = pearld.conf === null ? null : readPearldConf(await readConf(pearld.conf), network);
  const source = rpcPasswordSource(config);
  const { value: rpcPassword, from: passwordFrom } =
    source === null
      ? { value: passwordOf(fromFile, pearld.conf), from: { kind: 'conf' } as const }
      : await findSecret(source, paths, env);
  const rpcUrl = pearld.rpcUrl ?? fromFile?.rpcUrl ?? null;
  if (rpcUrl === null) throw incomplete(pearld.conf, 'does not say where the node listens', 'rpc_url');
  const rpcUser = pearld.rpcUser ?? fromFile?.rpcUser ?? null;
  if (rpcUser === null) throw incomplete(pearld.conf, 'has no rpcuser', 'rpc_user');
  const certificate = /^https:/i.test(rpcUrl) ? await readNodeCertificate(pearld) : null;
  return { rpcUrl, rpcUser, rpcPassword, passwordFrom, certificate };
}

function passwordOf(fromFile: PearldConf | null, conf: string | null): string {
  const password = fromFile?.rpcPassword ?? null;
  if (password !== null) return password;
  throw new PearlError('SECRET_MISSING', `${conf ?? 'The configuration'} has no RPC password (rpcpass).`, {
    hint: 'Set rpcpass there, or rpc_password_env or rpc_password_file under [pearld].',
  });
}

function incomplete(conf: string | null, what: string, key: string): PearlError {
  return new PearlError('CONFIG_INVALID', `${conf ?? 'The configuration'} ${what}.`, {
    hint: `Set ${key} under [pearld].`,
  });
}

async function readConf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new PearlError('CONFIG_INVALID', `The file of [pearld] conf, ${path}, cannot be read: ${errnoOf(error)}.`, {
      hint: 'Set conf to the pearld.conf of the node, readable by the user that mines.',
      cause: error,
    });
  }
}

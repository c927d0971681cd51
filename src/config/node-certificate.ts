// The certificate by which the node's RPC is known. The node makes one for itself, signed by no authority, so that it has to be
// read from its file: the node's installer leaves TLS on (reference behaviour, point 21).
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, orNull, PearlError } from '../base/errors.ts';
import type { Config } from './configuration.ts';

export interface NodeCertificate {
  readonly path: string;
  /** Its text, in PEM. */
  readonly pem: string;
}

/** Some certificates with their chains. */
const MAX_CHARACTERS = 256 * 1024;

/** Where the certificate is looked for, or null where nothing says. */
export function certificateFile({ rpcCert, conf }: Config['pearld']): string | null {
  return rpcCert ?? (conf === null ? null : join(dirname(conf), 'rpc.cert'));
}

/**
 * The certificate of [pearld] rpc_cert, else of the file beside [pearld] conf; null where there is none, and the node's
 * certificate is known to this system's authorities, if at all.
 *
 * @throws PearlError CONFIG_INVALID for a file that cannot be read, or is no certificate.
 */
export async function readNodeCertificate(pearld: Config['pearld']): Promise<NodeCertificate | null> {
  const path = certificateFile(pearld);
  if (path === null) return null;
  const refuse = (what: string, cause?: unknown) =>
    new PearlError('CONFIG_INVALID', `The certificate of the node's RPC, ${path}, ${what}.`, {
      hint: 'Set [pearld] rpc_cert to the rpc.cert of the node, readable by the user that mines.',
      cause,
    });
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    if (pearld.rpcCert === null && errnoOf(error) === 'ENOENT') return null;
    throw refuse(`cannot be read: ${errnoOf(error)}`, error);
  }
  const certificate = pem.length > MAX_CHARACTERS ? null : orNull(() => new X509Certificate(pem));
  if (certificate === null) throw refuse('holds no certificate in PEM');
  return { path, pem };
}

// TLS to a pool: how its certificate is judged, and the failures put into words. Nothing here ever falls back to plain.
import { createHash, type X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { errnoOf } from '../../../base/errors.ts';
import type { PoolUrl } from '../../../config/pool-url.ts';

/** SHA-256 of the certificate's public key (SPKI, DER): what `?pin=sha256/…` holds. */
function publicKeyPin(certificate: X509Certificate): Buffer {
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** Begins the handshake on a connected socket. `ca` adds trusted roots, for tests and for pools with their own. */
export function startTls(socket: Socket, url: PoolUrl, ca: readonly string[] | null): TLSSocket {
  return connect({
    socket,
    // `certificateFault` judges before anything is said: so the message can show the pin of a certificate that is refused.
    rejectUnauthorized: false,
    host: url.host,
    ...(isIP(url.host) === 0 ? { servername: url.host } : {}),
    ...(ca === null ? {} : { ca: [...ca] }),
    minVersion: 'TLSv1.2',
  });
}

/**
 * Why the peer's certificate is not to be trusted, or null where it is: by the pin alone, else by its chain and its name.
 * To be asked after the handshake, before anything is sent. With `insecure`, any will do, because the user said so.
 */
export function certificateFault(socket: TLSSocket, url: PoolUrl): string | null {
  if (url.insecure) return null;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return 'the pool showed no certificate';
  const found = publicKeyPin(certificate);
  const pin = `sha256/${found.toString('base64')}`;
  if (url.pinSha256 !== null) {
    return found.equals(url.pinSha256) ? null : `the pool's certificate does not match the pin (its own is ${pin})`;
  }
  if (socket.authorized) return null;
  const code = String(socket.authorizationError ?? 'unknown reason');
  const reason = TLS_FAILURES.get(code) ?? `the pool's certificate does not verify (${code})`;
  return UNKNOWN_ISSUER.has(code)
    ? `${reason}; add its ?pin=${pin} to the address where you trust it, or name its authority in SSL_CERT_FILE`
    : reason;
}

const TLS_FAILURES = new Map<string, string>([
  ['CERT_HAS_EXPIRED', "the pool's certificate has expired"],
  ['CERT_NOT_YET_VALID', "the pool's certificate is not valid yet; is this machine's clock right?"],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "the pool's certificate is for another host name"],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', "the pool's certificate is self-signed"],
  ['SELF_SIGNED_CERT_IN_CHAIN', "the pool's certificate comes from an unknown authority"],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "the pool's certificate comes from an unknown authority"],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', "the pool's certificate comes from an unknown authority"],
  ['UNABLE_TO_GET_ISSUER_CERT', "the pool's certificate comes from an unknown authority"],
]);

/** What a pin or another authority cures; a certificate that has expired or has another name is refused as it is. */
const UNKNOWN_ISSUER = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
]);

const SOCKET_FAILURES = new Map<string, string>([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the pool reset the connection'],
  ['EPIPE', 'the pool closed the connection'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ENOTFOUND', 'the host name is not known'],
  ['EAI_AGAIN', 'the host name cannot be looked up now'],
]);

/** A socket's or handshake's error as a reason in words. */
export function socketFailure(error: unknown): string {
  return failureOfCode(errnoOf(error));
}

/** The same of a code alone. */
export function failureOfCode(code: string | undefined): string {
  const known = code === undefined ? undefined : (TLS_FAILURES.get(code) ?? SOCKET_FAILURES.get(code));
  if (known !== undefined) return known;
  if (code?.startsWith('ERR_SSL_') || code === 'EPROTO')
    return `the TLS handshake failed (${code}); does this port speak TLS?`;
  return `the connection failed (${code ?? 'unknown error'})`;
}

/** True when the first bytes of what should be JSON are a TLS record: a plain address for a TLS port. */
export function looksLikeTls(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 0x03;
}

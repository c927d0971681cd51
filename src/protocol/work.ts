// Work to mine on, from any gateway: a header, a target, and the certificate version whose rules hold.

export interface Work {
  /** The incomplete block header, 76 bytes. */
  readonly header: Buffer;
  /** The base target, an exact 256-bit integer (protocol section 7). */
  readonly target: bigint;
  /** Which noise seeds hold (protocol section 1). */
  readonly certVersion: number;
}

/** What mainnet requires today, and the newest version whose rules the native core knows (protocol section 1). */
export const CURRENT_CERT_VERSION = 3;
/** The newest version that exists (protocol section 1; reference behaviour, point 17). */
export const NEWEST_CERT_VERSION = 5;

/** Versions whose products are of floating-point numbers. */
const MADE_ON_GPUS: Readonly<Record<number, string>> = { 4: 'FP8', 5: 'FP16' };

/** Whether work of this version can be mined and its proofs judged. */
export function isKnownCertVersion(version: number): boolean {
  return Number.isInteger(version) && version >= 1 && version <= CURRENT_CERT_VERSION;
}

/** Why the rules of this version are beyond this program, in words without a full stop; null where they are not. */
export function outdatedReason(certVersion: number): string | null {
  if (certVersion <= CURRENT_CERT_VERSION) return null;
  const format = MADE_ON_GPUS[certVersion];
  const what =
    format === undefined ? 'rules this version does not know' : `${format} certificates, which are made on GPUs`;
  return `the network asks for certificate version ${certVersion}: ${what}`;
}

/** The same header, target and certificate version, whatever the job is called. */
export function sameWork(a: Work, b: Work): boolean {
  return a.target === b.target && a.certVersion === b.certVersion && a.header.equals(b.header);
}

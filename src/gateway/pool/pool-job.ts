// From a pool's notice to a job that can be mined, or the reason why it cannot: pure.
import { ExactNumber } from '../../protocol/jsonrpc/lossless-json.ts';
import { CURRENT_CERT_VERSION, isKnownCertVersion, outdatedReason, sameWork } from '../../protocol/work.ts';
import type { Job } from '../upstream.ts';
import type { JobId } from './login/login.ts';
import type { JobNotice } from './pool-message.ts';
import type { TargetRules } from './pool-rules.ts';

/** A job together with the pool's own name of it. */
export interface PoolJob {
  readonly id: JobId;
  readonly job: Job;
}

/** What the pool's newest notice offers. */
export type Offer =
  | { readonly usable: true; readonly poolJob: PoolJob; readonly warning: string | null }
  /** `prevBlock` still tells which earlier jobs are alive, where the header could be read. */
  | {
      readonly usable: false;
      readonly reason: string;
      readonly prevBlock: Buffer | null;
      /** The network asks for more than this program can: another pool's jobs are no better. */
      readonly isOutdated?: true;
    };

/** From this height on mainnet only version 3 counts (protocol section 4). */
const CERT_3_HEIGHT = 99_000;

/** Bytes 4 to 36 of a header: the block that the job builds on, which makes two jobs siblings. */
export function prevBlock(header: Buffer): Buffer {
  return header.subarray(4, 36);
}

export interface OfferContext {
  /** The target of the last `mining.set_target`. */
  readonly setTarget: bigint | null;
  readonly rules: TargetRules;
  readonly receivedAt: number;
  /** The pool's address without parameters. */
  readonly pool: string;
}

/** Judges a notice: pure. */
export function judgeNotice(notice: JobNotice, context: OfferContext): Offer {
  const refuse = (reason: string): Offer => ({ usable: false, reason, prevBlock: prevBlock(notice.header) });
  // A pool that names no version is taken to mean the current one (protocol section 10).
  const certVersion = notice.certVersion ?? CURRENT_CERT_VERSION;
  const outdated = outdatedReason(certVersion);
  if (outdated !== null)
    return { usable: false, reason: outdated, prevBlock: prevBlock(notice.header), isOutdated: true };
  if (!isKnownCertVersion(certVersion)) {
    return refuse(`the pool's job asks for certificate version ${certVersion}, which does not exist`);
  }
  if (certVersion < CURRENT_CERT_VERSION && (notice.height ?? 0) >= CERT_3_HEIGHT) {
    return refuse(
      `the pool's job asks for certificate version ${certVersion}, which the network has not taken since block ${CERT_3_HEIGHT}`,
    );
  }
  const exact = notice.target ?? context.setTarget;
  if (exact === null) return refuse("the pool's job has no target");
  const target = context.rules.roundDown(exact);
  if (target === 0n) return refuse("the pool's job has a target of 0, which no proof can meet");
  if (context.rules.everyTileWins(target)) {
    return refuse("the pool's target is so easy that every tile would win, which cannot be meant (wrong byte order?)");
  }
  const { id, header, height } = notice;
  const upstreamId = id instanceof ExactNumber ? Number(id.text) : id;
  return {
    usable: true,
    poolJob: {
      id,
      job: { header, target, certVersion, height, upstreamId, receivedAt: context.receivedAt, pool: context.pool },
    },
    warning:
      notice.certVersion === null
        ? `The pool's jobs name no certificate version: taken for ${CURRENT_CERT_VERSION}.`
        : target < context.rules.networkTarget(header)
          ? "The pool's target is harder than the network's own: shares will be rarer than blocks."
          : null,
  };
}

/** True for the same work under the same name: a notice sent twice. */
export function sameJob(a: PoolJob, b: PoolJob): boolean {
  return String(a.id) === String(b.id) && sameWork(a.job, b.job);
}

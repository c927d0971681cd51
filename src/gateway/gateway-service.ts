// What the gateway answers, and what it does with a proof after it said `submitted`: hand it to the upstream once, wait for
// the verdict, and account for it. Each proof that was answered ends as exactly one verdict.
import { messageOf, orNull } from '../base/errors.ts';
import { keepNewestKeys } from '../base/keep-newest.ts';
import { shortDigest } from '../base/short-digest.ts';
import type { Native, ProofFields } from '../native/native.ts';
import { failed, RPC_CODE, type RpcOutcome, type RpcRequest } from '../protocol/jsonrpc/rpc-message.ts';
import type { LedgerEntry } from '../state/ledger/entry.ts';
import type { LedgerOwner } from '../state/ledger/ledger-owner.ts';
import { RecentJobs } from './recent-jobs.ts';
import { type Drop, readDrop, readNothing, readSubmission, renderJob, type Submission } from './submit-params.ts';
import type { Job, Upstream, Verdict } from './upstream.ts';

/** Proofs between `submitted` and their verdict; each holds up to half a megabyte. */
const MAX_UNSETTLED = 64;
const FULL = 'too many proofs wait for a verdict';
/** Digests of proofs that each set below keeps. */
const MAX_REMEMBERED = 4096;

export interface ServiceOptions {
  readonly upstream: Upstream;
  readonly core: Pick<Native, 'inspect'>;
  /** What proofs are mined for. */
  readonly owner?: LedgerOwner;
  /** Gets each proof before it is answered `submitted`, as what it is should nothing more be heard of it: `unknown`. */
  readonly onAnswer?: (entry: LedgerEntry) => Promise<void>;
  /** Gets each verdict, once. */
  readonly onVerdict: (entry: LedgerEntry) => void;
  /** Proofs of an earlier process that are being settled. */
  readonly known?: readonly LedgerEntry[];
  /** Whether the ledger has a verdict of this proof. */
  readonly isSettled?: (entry: LedgerEntry) => Promise<boolean>;
}

export class GatewayService {
  readonly #options: ServiceOptions;
  readonly #jobs = new RecentJobs();
  /** Proofs that went to the upstream: none goes twice. */
  readonly #sent = new Set<string>();
  /** Proofs that a miner handed in, or told as dropped. */
  readonly #known = new Set<string>();
  readonly #unsettled = new Set<Promise<void>>();
  #current: Job | null = null;
  #pauseReason = 'no job yet';

  constructor(options: ServiceOptions) {
    this.#options = options;
    for (const entry of options.known ?? []) this.#know(entry);
  }

  /** The job that miners get now, or null. */
  get job(): Job | null {
    return this.#current;
  }

  /** Follows the upstream's jobs until it is closed. */
  async follow(): Promise<void> {
    for await (const event of this.#options.upstream.events()) {
      if (event.type === 'job') {
        this.#current = event.job;
        this.#jobs.add(event.job);
      } else {
        this.#current = null;
        this.#pauseReason = event.reason;
      }
    }
    this.#current = null;
    this.#pauseReason = 'the gateway is stopping';
  }

  readonly handle = ({ method, params }: RpcRequest): RpcOutcome | Promise<RpcOutcome> => {
    switch (method) {
      case 'getMiningInfo': {
        const read = readNothing(params);
        return read.ok ? this.#miningInfo() : read;
      }
      case 'submitPlainProof': {
        const read = readSubmission(params);
        return read.ok ? this.#submit(read.value) : read;
      }
      case 'noteDroppedProof': {
        const read = readDrop(params);
        return read.ok ? this.#noteDrop(read.value) : read;
      }
      default:
        return failed(RPC_CODE.unknownMethod, `Method ${method.slice(0, 100)} not found`);
    }
  };

  /** Resolves when every proof that was answered has its verdict. */
  async settled(): Promise<void> {
    while (this.#unsettled.size > 0) await Promise.all(this.#unsettled);
  }

  #miningInfo(): RpcOutcome {
    if (this.#current === null) return failed(RPC_CODE.paused, `mining_paused: ${this.#pauseReason}`);
    return { ok: true, result: renderJob(this.#current) };
  }

  #submit(submission: Submission): RpcOutcome | Promise<RpcOutcome> {
    const fields = orNull(() => this.#options.core.inspect(submission.proof));
    if (fields === null) return failed(RPC_CODE.internal, 'plain_proof is no PlainProof');
    const job = this.#jobs.find(submission.header, submission.target);
    const entry = this.#owned(entryOf(submission, fields, job), job);
    this.#know(entry);
    // Never sent, and in the ledger all the same: no proof that was found is out of sight.
    const isFull = this.#unsettled.size >= MAX_UNSETTLED;
    if (isFull) this.#options.upstream.dropped?.(FULL);
    const noted = this.#options.onAnswer?.(entry) ?? Promise.resolve();
    // Not before the note: a verdict without a note would be worse than none.
    const settling = noted
      .then(() => (isFull ? dropped(FULL) : this.#judge(submission, job, entry.proof)))
      .then((verdict) => this.#options.onVerdict({ ...entry, ...verdict, time: new Date().toISOString() }))
      .finally(() => this.#unsettled.delete(settling));
    this.#unsettled.add(settling);
    return noted.then(() => ({ ok: true, result: 'submitted' }));
  }

  /** What the miner found and did not hand in, into the ledger with its reason. Told twice, it is there once. */
  async #noteDrop({ entry: told, mayBeKnown }: Drop): Promise<RpcOutcome> {
    const isKnown = this.#known.has(told.proof);
    this.#know(told);
    if (!isKnown && !(mayBeKnown && (await this.#options.isSettled?.(told)))) {
      const job = this.#jobs.named(told.job);
      const entry = this.#owned(job === null ? told : { ...told, ...namesOf(job) }, job);
      this.#options.upstream.dropped?.(entry.reason ?? '');
      await this.#options.onAnswer?.(entry);
      this.#options.onVerdict({ ...entry, time: new Date().toISOString() });
    }
    return { ok: true, result: 'noted' };
  }

  #know({ proof }: LedgerEntry): void {
    this.#known.add(proof);
    keepNewestKeys(this.#known, MAX_REMEMBERED);
  }

  #owned(entry: LedgerEntry, job: Job | null): LedgerEntry {
    const { owner } = this.#options;
    return owner === undefined ? entry : { ...entry, origin: { ...owner, pool: job?.pool ?? null } };
  }

  async #judge({ proofText }: Submission, job: Job | null, digest: string): Promise<Verdict> {
    if (job === null) return dropped('this gateway gave out no such job lately');
    if (this.#sent.has(digest)) return dropped('the same proof was handed in before');
    this.#sent.add(digest);
    keepNewestKeys(this.#sent, MAX_REMEMBERED);
    const since = performance.now();
    try {
      return await this.#options.upstream.submit(proofText, job);
    } catch (error) {
      // An upstream promises a verdict; if it breaks that, the proof is still accounted for, and the gateway lives.
      const reason = messageOf(error);
      return { result: 'unknown', reason, block: false, latencyMs: performance.now() - since };
    }
  }
}

/** A proof that was answered, as the ledger has it before there is a verdict. */
function entryOf(submission: Submission, fields: ProofFields, job: Job | null): LedgerEntry {
  const { m, n, k, rank, rows, cols } = fields;
  return {
    time: new Date().toISOString(),
    job: shortDigest(submission.header),
    height: null,
    ...(job === null ? {} : namesOf(job)),
    certVersion: job?.certVersion ?? 0,
    target: job?.target ?? submission.target,
    shape: { m, n, k, rank, h: rows.length, w: cols.length },
    proof: shortDigest(submission.proof),
    result: 'unknown',
    reason: 'the gateway ended before the verdict came',
    block: false,
    latencyMs: 0,
  };
}

/** A job as the ledger names it. */
function namesOf({ upstreamId, header, height }: Job): Pick<LedgerEntry, 'job' | 'height'> {
  return { job: String(upstreamId ?? shortDigest(header)), height };
}

function dropped(reason: string): Verdict {
  return { result: 'dropped', reason, block: false, latencyMs: 0 };
}

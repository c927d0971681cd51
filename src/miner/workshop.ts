// The native miner and the job it works on. It knows which jobs were solved and never takes one of those again, judges each
// winner with the core before it becomes a proof, and says in words why it is idle.
import { messageOf } from '../base/errors.ts';
import { keepNewestKeys } from '../base/keep-newest.ts';
import { shortDigest } from '../base/short-digest.ts';
import type { Native, NativeEvent, NativeMiner, NativeStats } from '../native/native.ts';
import { PENALISED_RANK, tileOf } from '../protocol/expectation.ts';
import { decodeHeader } from '../protocol/header.ts';
import { MAX_U256 } from '../protocol/jsonrpc/exact-integer.ts';
import { proofCommitment } from '../protocol/proof-commitment.ts';
import type { Shape } from '../protocol/shapes.ts';
import { JOB_SOLVED } from '../protocol/verdict.ts';
import { outdatedReason, sameWork } from '../protocol/work.ts';
import type { LedgerEntry } from '../state/ledger/entry.ts';
import { type MinerJob, sameParent, unusableReason } from './mining-job.ts';
import type { ProofQueue } from './proofs.ts';
import { burdenInWords, type SetUpBurden, SetUps } from './set-ups.ts';

type Solution = Extract<NativeEvent, { type: 'solution' }>;

/** What the workshop needs of the core. */
export type WorkshopCore = Pick<Native, 'createMiner' | 'verifyAsync' | 'targetFromNbits' | 'bound' | 'inspect'>;

export interface WorkshopOptions {
  readonly core: WorkshopCore;
  readonly shape: Shape;
  readonly threads: number;
  readonly kernel?: string;
  readonly blockRows?: number;
  readonly memoryBytes: number;
  readonly matrices: 'constant' | 'random';
  readonly proofs: ProofQueue;
  /** A proof waits to be sent. */
  readonly onProof: () => void;
  /** The native miner is broken and mines nothing more. */
  readonly onFailure: (reason: string) => void;
  readonly say: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export type WorkshopState =
  | { readonly state: 'mining'; readonly job: MinerJob }
  | { readonly state: IdleState; readonly reason: string };

type IdleState = 'no-job' | 'unusable-job' | 'outdated-rules' | 'no-memory';

/** Jobs whose late winners are still understood; the native miner works on one. */
const KEPT_JOBS = 16;
/** Headers remembered as solved: a gateway hands a solved one out again for about a second. */
const KEPT_SOLVED = 64;

export class Workshop {
  readonly #options: WorkshopOptions;
  readonly #miner: NativeMiner;
  readonly #jobs = new Map<number, MinerJob>();
  readonly #solved = new Set<string>();
  readonly #judging = new Set<Promise<void>>();
  #setUps = new SetUps();
  #isPaused = false;
  #toldBurden = false;
  #toldMemory = false;
  #nextJobId = 1;
  #work: WorkshopState = { state: 'no-job', reason: 'the gateway has not been reached yet' };
  /** Monotonic milliseconds; it has never worked at the start. */
  #restingSince = Number.NEGATIVE_INFINITY;
  /** What the gateway last gave out, mined or not. */
  #current: MinerJob | null = null;

  /** Throws what the native miner throws when it cannot start. */
  constructor(options: WorkshopOptions) {
    this.#options = options;
    const { threads, kernel, blockRows, memoryBytes, matrices } = options;
    this.#miner = options.core.createMiner(
      {
        threads,
        ...(kernel === undefined ? {} : { kernel }),
        ...(blockRows === undefined ? {} : { blockRows }),
        memoryBytes,
        matrices,
        idlePriority: true,
      },
      (event) => this.#onEvent(event),
    );
  }

  get work(): WorkshopState {
    return this.#work;
  }

  /** Since when it has mined nothing, in milliseconds; 0 while it mines, infinite before its first job. */
  get restingMs(): number {
    return this.#work.state === 'mining' ? 0 : performance.now() - this.#restingSince;
  }

  get current(): MinerJob | null {
    return this.#current;
  }

  get stats(): NativeStats {
    return this.#miner.stats();
  }

  /** Takes what the gateway gives out now; the same job again changes nothing. */
  take(job: MinerJob): void {
    const same = this.#current !== null && sameWork(this.#current, job);
    // The same job keeps the moment of its first arrival, which its age is counted from.
    if (!same) {
      this.#current = job;
      this.#setUps.arrived(performance.now());
    }
    if (this.#isSolved(job)) {
      this.#rest('no-job', 'this job is solved; waiting for the next');
      return;
    }
    if (this.#isWorkFor(job, same)) return;
    const outdated = outdatedReason(job.certVersion);
    const reason = outdated ?? unusableReason(job) ?? this.#start(job);
    if (reason === null) return;
    const state = outdated === null ? 'unusable-job' : 'outdated-rules';
    if (this.#work.state !== state) this.#options.say('warn', `this job cannot be mined: ${reason}`);
    this.#rest(state, reason);
  }

  idle(reason: string): void {
    this.#current = null;
    this.#rest('no-job', reason);
  }

  /** A proof was handed over that solves this job's header: it is not mined again. */
  solve(job: MinerJob): void {
    this.#solved.add(keyOf(job));
    keepNewestKeys(this.#solved, KEPT_SOLVED);
    if (this.#current !== null && this.#isSolved(this.#current)) {
      this.#rest('no-job', 'this job is solved; waiting for the next');
    }
  }

  /** Why a proof for this job is no use any more, or null while it is. */
  goneReason(job: MinerJob): string | null {
    if (this.#isSolved(job)) return JOB_SOLVED;
    if (this.#current === null) return 'the gateway has no job';
    return sameParent(job, this.#current) ? null : 'its job is gone';
  }

  pause(): void {
    this.#isPaused = true;
    this.#miner.pause();
  }

  resume(): void {
    this.#isPaused = false;
    // A rest is no set-up.
    this.#setUps = new SetUps();
    if (this.#work.state === 'mining') this.#setUps.began(performance.now());
    this.#miner.resume();
  }

  /** What set-ups take of the time, where that is much; told once in the log. */
  setUpBurden(): SetUpBurden | null {
    const burden = this.#isPaused ? null : this.#setUps.burden(this.#miner.stats(), performance.now());
    if (burden !== null && !this.#toldBurden) {
      this.#options.say('warn', `${burdenInWords(burden)}; a smaller shape is set up faster: [shape] preset = light`);
    }
    this.#toldBurden = burden !== null;
    return burden;
  }

  /** Percent of the time that the threads work. Nothing at all is a pause. */
  setDuty(percent: number): void {
    this.#miner.setDuty(Math.max(1, percent));
  }

  /** Ends the threads; every winner they found is judged and waits in the queue, or is dropped, when this resolves. */
  async stop(): Promise<void> {
    await this.#miner.stop();
    while (this.#judging.size > 0) await Promise.all(this.#judging);
  }

  /** Whether what is worked on now stays: this very job, or an older sibling whose set-up is not to be wasted. */
  #isWorkFor(job: MinerJob, same: boolean): boolean {
    if (this.#work.state !== 'mining') return same && this.#work.state !== 'no-job';
    const present = this.#work.job;
    if (sameWork(present, job)) return true;
    const isSibling = sameParent(present, job) && present.certVersion === job.certVersion;
    if (!isSibling || this.#isPaused || this.#isSolved(present)) return false;
    return this.#setUps.keepsJob(this.#miner.stats(), performance.now());
  }

  /** Null when the native miner works on it, else why it does not. */
  #start(job: MinerJob): string | null {
    const id = this.#nextJobId;
    this.#nextJobId += 1;
    const { header, certVersion, target } = job;
    try {
      this.#miner.setJob({ id, header, certVersion, target, shape: this.#options.shape });
    } catch (error) {
      return messageOf(error);
    }
    this.#jobs.set(id, job);
    keepNewestKeys(this.#jobs, KEPT_JOBS);
    this.#work = { state: 'mining', job };
    this.#setUps.began(performance.now());
    return null;
  }

  #rest(state: IdleState, reason: string): void {
    if (this.#work.state === 'mining') {
      this.#miner.clearJob();
      this.#restingSince = performance.now();
      this.#setUps.stopped(this.#restingSince);
    }
    this.#work = { state, reason };
  }

  #isSolved(job: MinerJob): boolean {
    return this.#solved.has(keyOf(job));
  }

  #onEvent(event: NativeEvent): void {
    if (event.type === 'failure') {
      this.#options.onFailure(event.message);
      return;
    }
    if (event.type === 'error') {
      this.#failed(event);
      return;
    }
    const { proofs, shape } = this.#options;
    const job = this.#jobs.get(event.jobId) ?? null;
    const entry = foundEntry(event.proof, job, shape);
    const judging = proofs
      .find(entry)
      .then(() => (job === null ? proofs.drop('its job is gone', { entry }) : this.#judge(event, job, entry)))
      .catch((error: unknown) => proofs.drop(`it could not be judged: ${String(error)}`, { entry }))
      .finally(() => this.#judging.delete(judging));
    this.#judging.add(judging);
  }

  /** The native miner took a job and then lacked the memory for it; the next job will need as much. */
  #failed({ jobId, message }: Extract<NativeEvent, { type: 'error' }>): void {
    if (this.#work.state !== 'mining' || this.#jobs.get(jobId) !== this.#work.job) return;
    const reason = `${message} for ${this.#options.threads} ${this.#options.threads === 1 ? 'thread' : 'threads'}`;
    if (!this.#toldMemory) this.#options.say('error', `nothing is mined: ${reason}`);
    this.#toldMemory = true;
    this.#rest('no-memory', reason);
  }

  /** A proof that our own verifier refuses never leaves the house: it would only burn the gateway's prover. */
  async #judge({ proof, hash }: Solution, job: MinerJob, entry: LedgerEntry): Promise<void> {
    const { core, proofs, onProof, say } = this.#options;
    const { header, certVersion, target } = job;
    const verdict = await core.verifyAsync({ header, certVersion, rankPenalty: this.#penalised, target, proof });
    if (!verdict.valid) {
      say('error', `a proof of our own does not verify (${verdict.reason}: ${verdict.message}); please report this`);
      proofs.drop(`it does not verify (${verdict.reason})`, { entry });
      return;
    }
    const block = this.#solvesHeader(job, hash);
    const commitment = proofCommitment(certVersion, core.inspect(proof), hash);
    const awaited = commitment === null ? {} : { awaited: { header: header.toString('hex'), commitment } };
    proofs.push({ text: proof.toString('base64'), job, block, entry: { ...entry, block, ...awaited } });
    onProof();
  }

  /** The bound of the rank penalty holds wherever the rank allows it, as in the search (protocol section 7). */
  get #penalised(): boolean {
    return this.#options.shape.rank >= PENALISED_RANK;
  }

  /** Whether the hash also meets the target that the header itself names; a pool's share target is easier. */
  #solvesHeader({ header, target }: MinerJob, hash: Buffer): boolean {
    const { core, shape } = this.#options;
    const networkTarget = core.targetFromNbits(decodeHeader(header).nbits);
    if (target <= networkTarget) return true;
    const { bound } = core.bound(networkTarget, tileOf(shape), this.#penalised);
    return BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`) <= bound;
  }
}

/** A winner as the ledger has it should nothing more be heard of it. */
function foundEntry(proof: Buffer, job: MinerJob | null, { m, n, k, rank, rows, cols }: Shape): LedgerEntry {
  return {
    time: new Date().toISOString(),
    job: job === null ? 'unknown' : shortDigest(job.header),
    height: null,
    certVersion: job?.certVersion ?? 0,
    target: job?.target ?? MAX_U256,
    shape: { m, n, k, rank, h: rows.length, w: cols.length },
    proof: shortDigest(proof),
    result: 'dropped',
    reason: 'the miner ended before it could hand it over',
    block: false,
    latencyMs: 0,
  };
}

function keyOf({ header }: MinerJob): string {
  return header.toString('latin1');
}

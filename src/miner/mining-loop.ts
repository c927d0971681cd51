// The miner's loop around its gateway: asks for the job, hands proofs over, and comes back for ever when the gateway is
// gone. One request is under way at a time; a found proof goes out before the next question.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PearlError } from '../base/errors.ts';
import { within } from '../base/time-limit.ts';
import { type Endpoint, renderEndpoint } from '../protocol/jsonrpc/endpoint.ts';
import { RpcClient } from '../protocol/jsonrpc/rpc-client.ts';
import { pausedWords, RPC_CODE, type RpcFailure, type RpcOutcome } from '../protocol/jsonrpc/rpc-message.ts';
import { renderEntry } from '../state/ledger/entry.ts';
import { retryDelayMs } from './backoff.ts';
import type { DroppedProof, FoundBook } from './found-book.ts';
import { readJob } from './mining-job.ts';
import type { FoundProof, ProofQueue } from './proofs.ts';
import { Wake } from './waker.ts';
import type { Workshop } from './workshop.ts';

export const MINER_TIMES = {
  connectMs: 5000,
  /** A gateway that proves is silent for a minute and longer (the reference one), so this is generous after a submit. */
  answerMs: 15_000,
  answerAfterSubmitMs: 300_000,
  /** How long the last job is mined while the gateway is gone. */
  orphanedJobMs: 30_000,
  /** For handing over what was found, at the end. */
  handOverMs: 1400,
  /** Of it, for threads and winners first: they need milliseconds where a processor is free. */
  threadsMs: 300,
  /** Then for telling what was dropped; what is not told is noted. */
  tellDropsMs: 300,
};

/** `pollMs`: between two questions for the job, `[miner] poll_interval`. */
export type MinerTimes = Readonly<typeof MINER_TIMES & { pollMs: number }>;

/** A gateway that has its fill of proofs takes the next when one of them is made: in some seconds, or minutes. */
const FULL_RETRY_MS = 500;

/** After a solved job the next one is asked for at once, then less and less often, up to the usual interval. */
const FIRST_SOLVED_POLL_MS = 20;

export interface MinerOptions {
  readonly endpoint: Endpoint;
  readonly times: MinerTimes;
  readonly workshop: Workshop;
  readonly proofs: ProofQueue;
  readonly book: FoundBook;
  /** Rung when a proof waits. */
  readonly wake: Wake;
  /** A gateway took this proof with `submitted`. */
  readonly onSent?: (proof: FoundProof) => void;
  /** A gateway of another make keeps no ledger for this. Resolves when it is told elsewhere. */
  readonly onUntold?: (drop: DroppedProof) => Promise<void>;
  /** The gateway was reached or lost, or answered: what the miner is doing may be something else now. */
  readonly onChange?: () => void;
  readonly say: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export class Miner {
  readonly #options: MinerOptions;
  readonly #url: string;
  /** Only a stop ends the wait between two tries, not a proof that is found meanwhile. */
  readonly #backOff = new Wake();
  #client: RpcClient | null = null;
  #reached = false;
  #complaint: string | null = null;
  #failures = 0;
  #lostAt: number | null = null;
  #submittedSinceAnswer = false;
  /** Monotonic milliseconds before which no proof is handed over. */
  #sendAt = 0;
  /** The gateway's queue of proofs was full when it was last asked, and that is told. */
  #isFull = false;
  /** The gateway takes no notes of drops. */
  #isForeign = false;
  #solvedPollMs = FIRST_SOLVED_POLL_MS;
  #stopping = false;
  /** Proofs go out one after the other, also while the loop and the hand-over meet. */
  #sending: Promise<void> = Promise.resolve();

  constructor(options: MinerOptions) {
    this.#options = options;
    this.#url = renderEndpoint(options.endpoint);
  }

  /** True once a gateway has answered. */
  get reached(): boolean {
    return this.#reached;
  }

  /** Why the gateway is not there, or null while it is. */
  get trouble(): string | null {
    return this.#client === null ? (this.#complaint ?? `connecting to ${this.#url}`) : null;
  }

  /** Mines until the signal; then hands over what was found, and resolves within `handOverMs`. */
  async run(signal: AbortSignal): Promise<void> {
    const looping = this.#loop();
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), looping]);
    this.#stopping = true;
    await within(this.#handOver(), this.#options.times.handOverMs);
    this.#options.proofs.dropAll('the miner stopped before it could hand it over');
    await within(this.#tellDrops(), this.#options.times.tellDropsMs);
    this.#client?.close();
    this.#options.wake.ring();
    this.#backOff.ring();
    await looping;
  }

  async #loop(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#visit();
      } catch (error) {
        // A miner that stops has no use for a gateway any more.
        if (!this.#stopping) this.#lose(error);
      }
      if (this.#stopping) return;
      this.#failures += 1;
      await this.#backOff.sleep(this.#orphanLimited(retryDelayMs(this.#failures, Math.random())));
    }
  }

  /** One connection, from its beginning to its end, which is an error unless we stop. */
  async #visit(): Promise<void> {
    const { times, proofs, book, wake, endpoint } = this.#options;
    const client = await RpcClient.connect(endpoint, times.connectMs);
    void client.closed.then(() => wake.ring());
    this.#isForeign = false;
    try {
      let pollAt = 0;
      while (!this.#stopping) {
        const maySend = proofs.length > 0 && this.#client !== null;
        if (maySend && performance.now() >= this.#sendAt) {
          if (await this.#sendNext(client)) pollAt = 0;
        } else if (this.#client !== null && book.untold > 0) {
          await this.#tellDrop(client);
        } else if (performance.now() >= pollAt) {
          this.#take(await this.#ask(client));
          this.#arrive(client);
          this.#options.onChange?.();
          pollAt = performance.now() + this.#pollDelay();
        } else {
          await wake.sleep((maySend ? Math.min(pollAt, this.#sendAt) : pollAt) - performance.now());
          if (!client.open) throw new PearlError('GATEWAY_UNREACHABLE', `The gateway at ${this.#url} is gone.`);
        }
      }
    } finally {
      // A stop still hands proofs over through the connection that serves; `run` closes that one.
      if (!this.#stopping || this.#client !== client) client.close();
      if (!this.#stopping) this.#client = null;
    }
  }

  #ask(client: RpcClient): Promise<RpcOutcome> {
    const { times } = this.#options;
    const patienceMs = this.#submittedSinceAnswer ? times.answerAfterSubmitMs : times.answerMs;
    return client.call('getMiningInfo', {}, patienceMs);
  }

  #take(outcome: RpcOutcome): void {
    const { workshop } = this.#options;
    this.#submittedSinceAnswer = false;
    if (outcome.ok) {
      const job = readJob(outcome.result, performance.now());
      if (job === null) throw nonsense(this.#url, 'its job cannot be read');
      if (job.certVersionMissing && !this.#reached) {
        this.#options.say('info', 'the gateway names no certificate version: it is an old one, and 1 is assumed');
      }
      workshop.take(job);
      return;
    }
    const { code, message } = outcome.failure;
    if (code !== RPC_CODE.paused) throw nonsense(this.#url, `it answers error ${code}: ${message.slice(0, 200)}`);
    workshop.idle(pausedWords(message));
  }

  /** The gateway serves: what was complained of is over. */
  #arrive(client: RpcClient): void {
    if (this.#complaint !== null) this.#options.say('info', `the gateway at ${this.#url} answers again`);
    this.#client = client;
    this.#complaint = null;
    this.#failures = 0;
    this.#lostAt = null;
    this.#reached = true;
  }

  /** One clear word for each kind of trouble, not one for each try. */
  #lose(error: unknown): void {
    const message = messageOf(error);
    const code = error instanceof PearlError ? error.code : 'INTERNAL';
    if (this.#complaint === null || code === 'GATEWAY_NONSENSE') {
      if (this.#complaint !== message) this.#options.say('warn', `${message.replace(/\.$/, '')}; trying again`);
    }
    this.#complaint = message;
    this.#lostAt ??= performance.now();
    this.#orphanLimited(0);
    this.#options.onChange?.();
  }

  /** The last job is mined on for a while, in case the gateway comes back with it; then it is let go. */
  #orphanLimited(delayMs: number): number {
    const { workshop, times } = this.#options;
    if (this.#lostAt === null || workshop.work.state !== 'mining') return delayMs;
    const leftMs = this.#lostAt + times.orphanedJobMs - performance.now();
    if (leftMs <= 0) workshop.idle('the gateway is gone');
    return Math.max(0, Math.min(delayMs, leftMs));
  }

  #pollDelay(): number {
    const { workshop, times } = this.#options;
    const waitsForNext = workshop.work.state === 'no-job' && workshop.current !== null;
    if (!waitsForNext) {
      this.#solvedPollMs = FIRST_SOLVED_POLL_MS;
      return times.pollMs;
    }
    const delayMs = Math.min(this.#solvedPollMs, times.pollMs);
    this.#solvedPollMs *= 2;
    return delayMs;
  }

  /** Hands the oldest proof over; true when that solved its header. */
  async #sendNext(client: RpcClient): Promise<boolean> {
    const sent = this.#sending.then(() => this.#send(client));
    this.#sending = sent.then(
      () => {},
      () => {},
    );
    return sent;
  }

  async #send(client: RpcClient): Promise<boolean> {
    const { proofs, workshop, times, book } = this.#options;
    const proof = proofs.shift();
    if (proof === undefined) return false;
    const gone = workshop.goneReason(proof.job);
    if (gone !== null) {
      proofs.drop(gone, proof);
      return false;
    }
    let outcome: RpcOutcome;
    try {
      const params = { plain_proof: proof.text, mining_job: proof.job.wire };
      await book.note(proof.entry);
      this.#submittedSinceAnswer = true;
      outcome = await client.call('submitPlainProof', params, times.answerAfterSubmitMs);
    } catch (error) {
      // It may have arrived; a second submit of it could count as a duplicate against us.
      proofs.drop('the gateway went away before it answered', proof, true);
      throw error;
    }
    return this.#settle(proof, outcome);
  }

  #settle(proof: FoundProof, outcome: RpcOutcome): boolean {
    const { proofs, workshop } = this.#options;
    if (!outcome.ok) {
      const answer = refusalText(outcome.failure);
      if (isFull(outcome.failure)) {
        if (!this.#isFull) this.#options.say('warn', `${answer}; the proof waits while its job lives`);
        this.#isFull = true;
        proofs.putBack({ ...proof, answer });
        this.#sendAt = performance.now() + FULL_RETRY_MS;
      } else {
        proofs.drop(answer, { ...proof, answer });
      }
      return false;
    }
    this.#isFull = false;
    proofs.countSent();
    this.#options.onSent?.(proof);
    if (proof.block) workshop.solve(proof.job);
    return proof.block;
  }

  /** Tells the gateway of the oldest drop, for its ledger. One of another make has none: that is told elsewhere. */
  async #tellDrop(client: RpcClient): Promise<void> {
    const { book, times, onUntold } = this.#options;
    const drop = book.next;
    if (drop === undefined) return;
    if (!this.#isForeign) {
      const params = { entry: renderEntry(drop.entry).trim(), may_be_known: drop.mayBeKnown };
      book.telling(drop);
      const patienceMs = this.#submittedSinceAnswer ? times.answerAfterSubmitMs : times.answerMs;
      this.#isForeign = !(await client.call('noteDroppedProof', params, patienceMs)).ok;
    }
    if (this.#isForeign) await onUntold?.(drop);
    book.told(drop);
  }

  async #tellDrops(): Promise<void> {
    const client = this.#client;
    while (client?.open && this.#options.book.untold > 0) await this.#tellDrop(client).catch(() => {});
  }

  /** Threads of the least priority may take seconds to end on a busy machine: what waits then goes out meanwhile. */
  async #handOver(): Promise<void> {
    const stopped = this.#options.workshop.stop();
    await within(stopped, this.#options.times.threadsMs);
    await this.#sendWaiting();
    await stopped;
    await this.#sendWaiting();
  }

  async #sendWaiting(): Promise<void> {
    const { proofs } = this.#options;
    const client = this.#client;
    if (client === null) return;
    await this.#sending;
    while (proofs.length > 0 && client.open) {
      await sleep(this.#sendAt - performance.now(), undefined, { ref: false });
      await this.#sendNext(client).catch(() => {});
    }
  }
}

/** A newer gateway's queue of proofs (reference behaviour, point 16). */
function isFull({ code, message }: RpcFailure): boolean {
  return code === RPC_CODE.internal && /\bqueue (?:is )?full\b/i.test(message);
}

function refusalText({ code, message, data }: RpcFailure): string {
  const more = data === undefined ? '' : `: ${data.slice(0, 200)}`;
  return `the gateway refused it (${code} ${message.slice(0, 200)}${more})`;
}

function nonsense(url: string, what: string): PearlError {
  return new PearlError('GATEWAY_NONSENSE', `What answers at ${url} is no gateway to mine with: ${what}.`, {
    hint: 'Check [gateway] host, port and socket: another program may listen there.',
  });
}

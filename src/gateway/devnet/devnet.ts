// The devnet upstream: an embedded chain under mainnet's newest rules (salted seeds, rank penalty), for trying, testing and
// demonstrating. Its blocks are real proofs, judged by the native core, and its coins are worth nothing.
import { messageOf } from '../../base/errors.ts';
import { shortDigest } from '../../base/short-digest.ts';
import type { Native } from '../../native/native.ts';
import { decodeHeader } from '../../protocol/header.ts';
import type { VerdictResult } from '../../protocol/verdict.ts';
import { CURRENT_CERT_VERSION } from '../../protocol/work.ts';
import { Newest } from '../newest-job.ts';
import type { Job, RecalledProof, Upstream, UpstreamEvent, UpstreamState, Verdict } from '../upstream.ts';
import { type Block, blockId, nextTemplate, type Template } from './block.ts';
import { ChainClock } from './chain-clock.ts';
import { BlockStore } from './chain-store.ts';
import { EASE_SECONDS, WINDOW } from './difficulty.ts';

/** Templates of the present height that still make a block: the newest, and the harder ones it replaced. */
const KEPT_TEMPLATES = 16;
/** After a block that could not be stored; headers count whole seconds. */
const RENEW_MS = 2000;

type DevnetCore = Pick<Native, 'blake3' | 'targetFromNbits' | 'nbitsFromTarget' | 'verifyAsync' | 'lockFile'>;

export interface DevnetOptions {
  readonly folder: string;
  /** Where the worthless coins go. */
  readonly payoutAddress: string;
  readonly core: DevnetCore;
  readonly log: (level: 'debug' | 'info' | 'warn', message: string) => void;
}

export class DevnetUpstream implements Upstream {
  readonly #options: DevnetOptions;
  readonly #store: BlockStore;
  readonly #clock: ChainClock;
  readonly #events: Newest<UpstreamEvent>;
  /** The last blocks, which the difficulty is measured over. */
  #tail: Block[];
  /** Of the present height, the newest first. */
  #templates: [Template, ...Template[]];
  #easeTimer: NodeJS.Timeout | undefined;
  /** Blocks are judged and appended one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(options: DevnetOptions, store: BlockStore) {
    this.#options = options;
    this.#store = store;
    this.#tail = [...store.tail];
    const tip = this.#tail.at(-1);
    this.#clock = new ChainClock(tip === undefined ? 0 : decodeHeader(tip.header).timestamp);
    const template = this.#template();
    this.#templates = [template];
    this.#events = new Newest<UpstreamEvent>(jobEvent(template));
    this.#armEase();
    const where = tip === undefined ? 'a new chain' : `height ${tip.height}`;
    options.log('info', `the chain is an embedded one (devnet), at ${where}; its coins are worth nothing`);
  }

  /** Opens the chain in `folder`, or starts one. Throws system errors. */
  static async open(options: DevnetOptions): Promise<DevnetUpstream> {
    const { folder, core } = options;
    return new DevnetUpstream(options, await BlockStore.open({ folder, core, tailLength: WINDOW }));
  }

  events(): AsyncIterable<UpstreamEvent> {
    return this.#events.values();
  }

  state(): UpstreamState {
    return { phase: this.#closed ? 'closed' : 'ready', url: null, reason: null };
  }

  submit(proof: string, job: Job): Promise<Verdict> {
    const since = performance.now();
    const verdict = (result: VerdictResult, reason: string | null): Verdict => ({
      result,
      reason,
      block: result === 'accepted',
      latencyMs: performance.now() - since,
    });
    const judged = this.#turn.then(() => this.#judge(Buffer.from(proof, 'base64'), job.header));
    const settled = judged.then(
      ([result, reason]) => verdict(result, reason),
      (error: unknown) => verdict('rejected', `the block cannot be stored: ${messageOf(error)}`),
    );
    this.#turn = settled;
    return settled;
  }

  /** The chain knows: a block is there, or it never will be. */
  async recall({ job, height, proof }: RecalledProof): ReturnType<NonNullable<Upstream['recall']>> {
    const tip = this.#tail.at(-1)?.height ?? 0;
    if (height === null || height > tip) return dropped('the gateway ended before it was judged');
    const block = this.#tail.find((candidate) => candidate.height === height);
    if (block === undefined) return null;
    const kept = await this.#store.proof(height);
    // The copy is written behind the block: a kill leaves none, or the beginning of one, which says nothing about its origin.
    const isWhole = kept !== null && this.#options.core.blake3(kept).equals(block.proofHash);
    const isIt = shortDigest(block.header) === job && (!isWhole || shortDigest(kept) === proof);
    return isIt ? { result: 'accepted', reason: null, block: true } : dropped('another block came first');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#easeTimer);
    this.#events.end();
    await this.#turn;
    await this.#store.close();
  }

  async #judge(proof: Buffer, header: Buffer): Promise<[VerdictResult, string | null]> {
    const template = this.#templates.find((candidate) => candidate.header.equals(header));
    if (template === undefined) return ['dropped', 'another block came first'];
    if (this.#closed) return ['dropped', 'the devnet is closed'];
    const { target } = template;
    const request = { header, certVersion: CURRENT_CERT_VERSION, rankPenalty: true, target, proof };
    const { valid, message, reason } = await this.#options.core.verifyAsync(request);
    if (!valid) return ['rejected', message ?? reason ?? 'the proof does not verify'];
    const block = { height: template.height, header, proofHash: this.#options.core.blake3(proof) };
    try {
      await this.#store.append(block, proof);
    } catch (error) {
      // The miner holds this header for solved: without another one it would wait for ever.
      this.#renewSoon();
      throw error;
    }
    this.#advance(block);
    return ['accepted', null];
  }

  #advance(block: Block): void {
    const id = blockId(this.#options.core, block).reverse().toString('hex');
    // The supervisor tells that it was accepted.
    this.#options.log('debug', `Devnet block ${block.height} ${id.slice(0, 16)} (worth nothing).`);
    this.#tail = [...this.#tail, block].slice(-WINDOW);
    this.#templates = [this.#template()];
    this.#offer();
  }

  #template(): Template {
    return nextTemplate(this.#options.core, this.#tail, this.#options.payoutAddress, this.#clock.seconds());
  }

  /** When no block comes, an easier template replaces the one that is mined; below the easiest there is none. */
  #ease(): void {
    const newest = this.#templates[0];
    const template = this.#template();
    if (template.target > newest.target) {
      this.#templates = [template, ...this.#templates.slice(0, KEPT_TEMPLATES - 1)];
      this.#offer();
    } else {
      this.#armEase();
    }
  }

  /** A template with a later time, whatever its target. */
  #renewSoon(): void {
    clearTimeout(this.#easeTimer);
    if (this.#closed) return;
    this.#easeTimer = setTimeout(() => {
      this.#templates = [this.#template(), ...this.#templates.slice(0, KEPT_TEMPLATES - 1)];
      this.#offer();
    }, RENEW_MS);
  }

  #offer(): void {
    this.#events.set(jobEvent(this.#templates[0]));
    this.#armEase();
  }

  #armEase(): void {
    clearTimeout(this.#easeTimer);
    if (!this.#closed) this.#easeTimer = setTimeout(() => this.#ease(), EASE_SECONDS * 1000);
  }
}

function jobEvent({ header, target, height }: Template): UpstreamEvent {
  const job: Job = {
    header,
    target,
    certVersion: CURRENT_CERT_VERSION,
    height,
    upstreamId: null,
    receivedAt: performance.now(),
  };
  return { type: 'job', job };
}

function dropped(reason: string): Pick<Verdict, 'result' | 'reason' | 'block'> {
  return { result: 'dropped', reason, block: false };
}

// The supervisor's ear at a gateway that is not ours: it hears the log, asks the node, and says in the messages of our own
// gateway what that one does not say: how its upstream stands, and what became of each proof.
import { keepNewestKeys } from '../../base/keep-newest.ts';
import { shortDigest } from '../../base/short-digest.ts';
import { within } from '../../base/time-limit.ts';
import type { Config } from '../../config/configuration.ts';
import type { NodeAccess } from '../../config/pearld.ts';
import {
  type ChildMessage,
  type DroppedMessage,
  HEARTBEAT_MS,
  type SentMessage,
} from '../../protocol/channel/messages.ts';
import { type AwaitedBlock, type LedgerEntry, parseEntry } from '../../state/ledger/entry.ts';
import { belongsTo, type LedgerOwner } from '../../state/ledger/ledger-owner.ts';
import { verdictMessage } from '../verdict-message.ts';
import { conditionOf } from './condition.ts';
import { readGatewayLine, TROUBLES, type Trouble } from './foreign-log-line.ts';
import { readBlocksFound } from './foreign-metrics.ts';
import { JobLag } from './job-lag.ts';
import { nodeFix } from './node-fix.ts';
import type { NodeLog } from './node-log.ts';
import { type NodeAnswer, NodeRpc, type NodeState } from './node-rpc.ts';
import { nodeTrouble } from './node-trouble.ts';
import {
  askNode,
  entryOf,
  MAX_UNDER_WAY,
  type NodeVerdict,
  notedProof,
  PROVING_LIMIT_MS,
  SETTLEMENT_LIMIT_MS,
  type SentProof,
  unsettled,
} from './settlement.ts';

export const COMPANION_TIMES = {
  heartbeatMs: HEARTBEAT_MS,
  askNodeMs: 10_000,
  askProofMs: 1_000,
  settlementMs: SETTLEMENT_LIMIT_MS,
  provingMs: PROVING_LIMIT_MS,
  readMetricsMs: 30_000,
  /** A node that was away for so long leaves the gateway in a back-off of its own, which grows to a minute. */
  outageMs: 15_000,
  /** A supervisor that ends waits two seconds for this and for the ledger. */
  lastLookMs: 1_000,
};

export type CompanionTimes = Readonly<typeof COMPANION_TIMES>;

/** `silent`: if it answers nothing, as the older one does until it has made its certificate. */
export type RestartWish = 'now' | 'silent';

export interface CompanionOptions {
  readonly config: Pick<Config, 'network' | 'pearld' | 'shape'>;
  /** Whom proofs are mined for. */
  readonly owner: LedgerOwner;
  readonly gatewayUrl: string;
  /** How to reach the node; null where nothing is known of it. Never rejects. */
  readonly access: Promise<NodeAccess | null>;
  /** Where the gateway might serve metrics of its own, or null. */
  readonly metricsUrl: string | null;
  readonly emit: (message: ChildMessage) => void;
  readonly nodeLog: Pick<NodeLog, 'tell'>;
  /** Notes a proof under way, as what it is should nothing more be heard of it. */
  readonly note: (entry: LedgerEntry) => void;
  readonly record: (entry: LedgerEntry) => void;
  /** Whether the ledger has a verdict of this proof. Never rejects. */
  readonly isSettled: (entry: LedgerEntry) => Promise<boolean>;
  /** The gateway would come back sooner if it were started again: that takes three seconds. */
  readonly onRestartWanted: (reason: string, when: RestartWish) => void;
  /** Called once, after the last record; resolves when all of them are written down. Never rejects. */
  readonly onClose: () => Promise<void>;
  readonly times?: CompanionTimes;
}

/** Proofs remembered, to book none twice. */
const MAX_REMEMBERED = 256;

/** The verdict of a proof when the supervisor is killed before the node's answer. */
const LOST: NodeVerdict = {
  result: 'unknown',
  reason: 'the supervisor ended before the node had a block of it',
  block: false,
  height: null,
};

export class Companion {
  readonly #options: CompanionOptions;
  readonly #times: CompanionTimes;
  /** Undefined until it is known whether there is one to ask. */
  #node: NodeRpc | null | undefined;
  #access: NodeAccess | null = null;
  readonly #nodeIsKnown: Promise<void>;
  readonly #timers: NodeJS.Timeout[] = [];
  #underWay: SentProof[] = [];
  /** Proofs that the gateway has taken lately, or that the miner told of. */
  readonly #handedIn = new Set<string>();
  #trouble: Trouble | null = null;
  #nodeAnswer: NodeAnswer<NodeState> | null = null;
  /** The node's last trouble by its kind, or `well`. */
  #nodeStanding: string | null = null;
  /** By its own metrics; null where it serves none. */
  #blocksFound: number | null = null;
  readonly #lag = new JobLag();
  /** The block that the miner's job builds on. */
  #heldOn: string | null = null;
  #asking = false;
  /** One look at a time: a slow answer must not undo what a later one said. */
  #lookingAtNode = false;
  /** Monotonic milliseconds since when the node does not answer, or null. */
  #nodeLostAt: number | null = null;
  readonly #begunAt = Date.now();
  /** What the miner tells of drops is taken down one after the other. */
  #takingDown: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(options: CompanionOptions) {
    this.#options = options;
    this.#times = options.times ?? COMPANION_TIMES;
    this.#every(this.#times.heartbeatMs, () => this.#heartbeat());
    this.#every(this.#times.askNodeMs, () => this.#askNode());
    this.#nodeIsKnown = options.access.then((access) => {
      this.#access = access;
      this.#node = access === null ? null : new NodeRpc(access);
    });
    void this.#nodeIsKnown.then(() => this.#askNode());
    this.#every(this.#times.askProofMs, () => this.#settleProofs());
    if (options.metricsUrl !== null) this.#every(this.#times.readMetricsMs, () => this.#readMetrics());
  }

  hear(line: string): void {
    const fact = readGatewayLine(line);
    if (fact === null) return;
    if (fact.kind === 'trouble') {
      this.#trouble = fact.trouble;
      this.#heartbeat();
      return;
    }
    // Where the node can be asked, it knows better than a text that may change with any release.
    const [oldest] = this.#underWay;
    if (oldest === undefined || (this.#node && fact.result !== 'rejected')) return;
    const reason = fact.result === 'accepted' ? null : `the gateway's log says ${fact.result}`;
    this.#settle(oldest, { result: fact.result, reason, block: fact.result === 'accepted', height: null });
  }

  /** The gateway answered with a job: whatever troubled it is over. */
  served(): void {
    this.#trouble = null;
  }

  /** Looks on for the block of a proof that an earlier companion noted and did not settle. */
  resume(awaited: AwaitedBlock, note: LedgerEntry): void {
    this.#remember(note);
    this.#underWay.push(notedProof(awaited, note, { isRecalled: true }));
  }

  /** Looks for the block of a proof whose verdict in the ledger is unknown; that stays where the chain does not tell. */
  lookAgain(awaited: AwaitedBlock, entry: LedgerEntry): void {
    this.#remember(entry);
    this.#underWay.push(notedProof(awaited, entry, { isUnknown: true }));
  }

  /** The miner had a proof taken with `submitted`. */
  sent(message: SentMessage): void {
    this.served();
    const { header, commitment, certVersion, proof } = message;
    const { m, n, k, rank, rows, cols } = this.#options.config.shape;
    const mined = {
      job: shortDigest(Buffer.from(header, 'hex')),
      certVersion,
      target: BigInt(`0x${message.target}`),
      shape: { m, n, k, rank, h: rows.length, w: cols.length },
      proof,
      origin: this.#origin,
    };
    this.#remember(message);
    this.#await({
      awaited: { header, commitment },
      mined,
      sentAtMs: performance.now(),
      isWithGateway: true,
      isRecalled: false,
      isUnknown: false,
    });
  }

  /**
   * The miner dropped a proof, or was killed before it heard what became of it. One that it had handed in is looked for on the
   * chain: what the node took is no drop. One that is known has its verdict another way.
   */
  dropped({ line, mayBeKnown }: DroppedMessage): void {
    const told = parseEntry(Buffer.from(line));
    if (told === null || this.#handedIn.has(told.proof)) return;
    this.#remember(told);
    this.#takingDown = this.#takingDown.then(async () => {
      if (!mayBeKnown || !(await this.#options.isSettled(told))) this.#takeDown(told);
    });
  }

  #takeDown({ awaited, ...told }: LedgerEntry): void {
    const entry = { ...told, origin: this.#origin };
    // A gateway that was started since then has not got it.
    const isWithGateway = Date.parse(told.time) >= this.#begunAt;
    if (awaited !== undefined) this.#await(notedProof(awaited, entry, { isWithGateway, isRecalled: true }));
    else this.#book({ ...entry, time: new Date().toISOString() }, true);
  }

  get #origin(): NonNullable<LedgerEntry['origin']> {
    return { ...this.#options.owner, pool: null };
  }

  #await(proof: SentProof): void {
    this.#underWay.push(proof);
    this.#options.note(entryOf(proof, LOST));
    if (this.#underWay.length > MAX_UNDER_WAY) this.#settle(this.#underWay[0] as SentProof, unsettled('many'));
    this.#heartbeat();
  }

  #remember({ proof }: Pick<LedgerEntry, 'proof'>): void {
    this.#handedIn.add(proof);
    keepNewestKeys(this.#handedIn, MAX_REMEMBERED);
  }

  /** True while silence means that it proves, not that it is dead. */
  get busy(): boolean {
    return this.#proving !== null;
  }

  /** For how long it has been making the oldest certificate that it still may be making; null without one. */
  get provingSeconds(): number | null {
    const proving = this.#proving;
    return proving === null ? null : (performance.now() - proving.sentAtMs) / 1000;
  }

  /** The oldest proof that the gateway may still make a certificate of. */
  get #proving(): SentProof | null {
    const since = performance.now() - this.#times.provingMs;
    return this.#underWay.find(({ isWithGateway, sentAtMs }) => isWithGateway && sentAtMs > since) ?? null;
  }

  /** @param prevBlock what the gateway's present job builds on, as the miner tells with each heartbeat. */
  holds(prevBlock: string): void {
    const isNews = prevBlock !== this.#heldOn;
    this.#heldOn = prevBlock;
    this.#lag.job(prevBlock, performance.now());
    // A job on another block: the node has one that was not seen yet.
    if (isNews) void this.#askNode();
  }

  /** For how long the gateway has held a job that does not build on its node's tip; null where it does, or nothing is known. */
  get behindMs(): number | null {
    return this.#nodeAnswer?.ok ? this.#lag.behindMs(performance.now()) : null;
  }

  /**
   * Looks a last time for the blocks of what is under way. What the node has none of yet stays noted, for the next companion;
   * without a node it ends as unknown. Resolves when the ledger has it. May be called twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const looks = Promise.all([this.#nodeIsKnown, this.#takingDown]).then(() => this.#lastLook());
    await within(looks, this.#times.lastLookMs);
    // What a slow node says from here on is for the next companion.
    this.#underWay = [];
    return this.#options.onClose();
  }

  async #lastLook(): Promise<void> {
    const proofs = [...this.#underWay];
    const node = this.#node ?? null;
    if (node !== null) await Promise.all(proofs.map((proof) => this.#lookFor(node, proof)));
    else for (const proof of proofs) this.#settle(proof, unsettled('no-node'));
  }

  async #lookFor(node: NodeRpc, proof: SentProof): Promise<void> {
    const word = await askNode(node, proof);
    if (word !== null) this.#settle(proof, word);
  }

  #every(ms: number, work: () => unknown): void {
    this.#timers.push(setInterval(work, ms));
  }

  #heartbeat(): void {
    if (this.#closing !== null) return;
    const upstream = conditionOf({
      trouble: this.#trouble,
      node: this.#nodeAnswer,
      nodeUrl: this.#node?.url ?? null,
      network: this.#options.config.network,
      provingSeconds: this.provingSeconds,
      nowMs: Date.now(),
      fixOf: (kind) => (this.#access === null ? undefined : nodeFix(kind, this.#options.config, this.#access)),
    });
    const url = this.#options.gatewayUrl;
    const seen = this.#nodeAnswer?.ok ? this.#nodeAnswer.value : null;
    const tip = seen?.bestblockhash === undefined ? {} : { tip: { hash: seen.bestblockhash, height: seen.blocks } };
    this.#options.emit({
      type: 'gateway',
      ready: true,
      url,
      upstream: { ...upstream, ...tip },
      job: null,
      connections: 0,
    });
  }

  async #askNode(): Promise<void> {
    if (!this.#node || this.#closing !== null || this.#lookingAtNode) return;
    this.#lookingAtNode = true;
    const answer = await this.#node.state();
    this.#lookingAtNode = false;
    const trouble = nodeTrouble(answer, this.#options.config.network, Date.now());
    this.#options.nodeLog.tell(trouble, this.#node.url, answer.ok ? answer.value.blocks : null);
    const standing = trouble?.kind ?? 'well';
    const tip = answer.ok ? answer.value.bestblockhash : undefined;
    const before = this.#nodeAnswer?.ok ? this.#nodeAnswer.value.bestblockhash : undefined;
    const changed = standing !== this.#nodeStanding || tip !== before;
    this.#nodeStanding = standing;
    if (tip !== undefined) this.#lag.tip(tip, performance.now());
    this.#nodeAnswer = answer;
    if (answer.ok && this.#trouble !== null && TROUBLES[this.#trouble].isOverWithNode) this.#trouble = null;
    if (changed) this.#heartbeat();
    this.#noteOutage(answer);
  }

  #noteOutage(answer: NodeAnswer<NodeState>): void {
    if (!answer.ok) {
      if (answer.kind === 'unreachable') this.#nodeLostAt ??= performance.now();
      return;
    }
    const lostAt = this.#nodeLostAt;
    this.#nodeLostAt = null;
    if (lostAt === null || this.busy || performance.now() - lostAt < this.#times.outageMs) return;
    this.#options.onRestartWanted('the node is back, and the gateway would wait for up to a minute', 'now');
  }

  async #settleProofs(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    for (const proof of [...this.#underWay]) {
      if (this.#node) await this.#lookFor(this.#node, proof);
      const noWitness = this.#node === null && this.#blocksFound === null;
      const late = !proof.isUnknown && performance.now() - proof.sentAtMs > this.#times.settlementMs;
      if (late || noWitness) this.#settle(proof, unsettled(noWitness ? 'no-node' : 'late'));
    }
    this.#asking = false;
  }

  async #readMetrics(): Promise<void> {
    const { metricsUrl } = this.#options;
    const read = metricsUrl === null ? null : await readBlocksFound(metricsUrl);
    // One that is too busy to answer is a witness all the same.
    if (read === null) return;
    const before = this.#blocksFound;
    this.#blocksFound = read;
    const [oldest] = this.#underWay;
    const found = read > (before ?? Number.POSITIVE_INFINITY);
    if (found && oldest !== undefined && this.#node === null) {
      this.#settle(oldest, { result: 'accepted', reason: null, block: true, height: null });
    }
  }

  #settle(proof: SentProof, settled: NodeVerdict): void {
    if (!this.#underWay.includes(proof)) return;
    this.#underWay = this.#underWay.filter((other) => other !== proof);
    if (proof.isUnknown && settled.result === 'unknown') return;
    const entry = entryOf(proof, settled);
    const isVain = settled.result === 'stale' && proof.isWithGateway && !this.busy;
    if (isVain && this.#closing === null) {
      this.#options.onRestartWanted('it makes the certificate of a block that came too late', 'silent');
    }
    this.#book(entry, proof.isRecalled);
    // The node may come back after a day with a block of it.
    const hasRoom = this.#underWay.length < MAX_UNDER_WAY / 2;
    if (entry.awaited !== undefined && this.#node && hasRoom) this.lookAgain(entry.awaited, entry);
  }

  #book(entry: LedgerEntry, recalled: boolean): void {
    const foreign = !belongsTo(this.#options.owner, entry);
    this.#options.emit(verdictMessage(entry, { recalled, foreign }));
    this.#options.record(entry);
  }
}

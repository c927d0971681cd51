// The supervisor's ear at a gateway that is not ours: it hears the log, asks the node, and says in the messages of our own
// gateway what that one does not say: how its upstream stands, and what became of each proof.
import type { Config } from '../../config/config.ts';
import type { NodeAccess } from '../../config/pearld.ts';
import { type ChildMessage, HEARTBEAT_MS } from '../../supervisor/channel.ts';
import { conditionOf } from './condition.ts';
import { readGatewayLine, type Trouble } from './log-line.ts';
import { type GatewayMetrics, readGatewayMetrics } from './metrics.ts';
import { type ChainInfo, type NodeAnswer, NodeRpc } from './node-rpc.ts';
import { askNode, SETTLEMENT_LIMIT_MS, type SentProof, type Settled, unsettled } from './settlement.ts';

export interface CompanionTimes {
  readonly heartbeatMs: number;
  readonly askNodeMs: number;
  readonly askProofMs: number;
  readonly settlementMs: number;
  readonly readMetricsMs: number;
}

export const COMPANION_TIMES: CompanionTimes = {
  heartbeatMs: HEARTBEAT_MS,
  askNodeMs: 10_000,
  askProofMs: 2_000,
  settlementMs: SETTLEMENT_LIMIT_MS,
  readMetricsMs: 30_000,
};

export interface CompanionOptions {
  readonly config: Pick<Config, 'network'>;
  readonly gatewayUrl: string;
  /** How to reach the node; null where nothing is known of it. */
  readonly access: NodeAccess | null;
  /** Where the gateway might serve metrics of its own, or null. */
  readonly metricsUrl: string | null;
  readonly emit: (message: ChildMessage) => void;
  readonly times?: CompanionTimes;
}

/** Proofs under way at most: a gateway proves one at a time and drops all others of the same job. */
const MAX_UNDER_WAY = 16;

export class Companion {
  readonly #options: CompanionOptions;
  readonly #times: CompanionTimes;
  readonly #node: NodeRpc | null;
  readonly #timers: NodeJS.Timeout[] = [];
  #underWay: SentProof[] = [];
  #trouble: Trouble | null = null;
  #nodeAnswer: NodeAnswer<ChainInfo> | null = null;
  #metrics: GatewayMetrics | null = null;
  #asking = false;
  #closed = false;

  constructor(options: CompanionOptions) {
    this.#options = options;
    this.#times = options.times ?? COMPANION_TIMES;
    this.#node = options.access === null ? null : new NodeRpc(options.access);
    this.#every(this.#times.heartbeatMs, () => this.#heartbeat());
    if (this.#node !== null) {
      this.#every(this.#times.askNodeMs, () => this.#askNode());
      void this.#askNode();
    }
    this.#every(this.#times.askProofMs, () => this.#settleProofs());
    if (options.metricsUrl !== null) this.#every(this.#times.readMetricsMs, () => this.#readMetrics());
  }

  /** One line of the gateway's output. */
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
    if (oldest === undefined || (this.#node !== null && fact.result !== 'rejected')) return;
    const reason = fact.result === 'accepted' ? null : `the gateway's log says ${fact.result}`;
    this.#settle(oldest, { result: fact.result, reason, block: fact.result === 'accepted', height: null });
  }

  /** The gateway answered with a job: whatever troubled it is over. */
  served(): void {
    this.#trouble = null;
  }

  /** The miner had a proof taken with `submitted`. */
  sent(header: Buffer): void {
    this.served();
    const proof: SentProof = { header, sentAtMs: performance.now() };
    this.#underWay.push(proof);
    if (this.#node === null && this.#metrics === null) this.#settle(proof, unsettled(false));
    else if (this.#underWay.length > MAX_UNDER_WAY) this.#settle(this.#underWay[0] as SentProof, unsettled(true));
    this.#heartbeat();
  }

  /** True while silence means that it proves, not that it is dead. */
  get busy(): boolean {
    return this.#underWay.length > 0;
  }

  /** Every proof that is still under way ends as unknown. */
  close(): void {
    if (this.#closed) return;
    for (const proof of [...this.#underWay]) this.#settle(proof, unsettled(this.#node !== null));
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
  }

  #every(ms: number, work: () => unknown): void {
    this.#timers.push(setInterval(work, ms));
  }

  #heartbeat(): void {
    if (this.#closed) return;
    const [oldest] = this.#underWay;
    const upstream = conditionOf({
      trouble: this.#trouble,
      node: this.#nodeAnswer,
      nodeUrl: this.#node?.url ?? null,
      network: this.#options.config.network,
      provingSeconds: oldest === undefined ? null : (performance.now() - oldest.sentAtMs) / 1000,
    });
    const url = this.#options.gatewayUrl;
    this.#options.emit({ type: 'gateway', ready: true, url, upstream, job: null, connections: 0 });
  }

  async #askNode(): Promise<void> {
    const answer = (await this.#node?.chainInfo()) ?? null;
    const changed = answer?.ok !== this.#nodeAnswer?.ok;
    this.#nodeAnswer = answer;
    if (answer?.ok && this.#trouble === 'node-unreachable') this.#trouble = null;
    if (changed) this.#heartbeat();
  }

  async #settleProofs(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    for (const proof of [...this.#underWay]) {
      const word = this.#node === null ? null : await askNode(this.#node, proof);
      if (word !== null) this.#settle(proof, word);
      else if (performance.now() - proof.sentAtMs > this.#times.settlementMs) this.#settle(proof, unsettled(true));
    }
    this.#asking = false;
  }

  async #readMetrics(): Promise<void> {
    const { metricsUrl } = this.#options;
    const before = this.#metrics;
    this.#metrics = metricsUrl === null ? null : await readGatewayMetrics(metricsUrl);
    const [oldest] = this.#underWay;
    const found = (this.#metrics?.blocksFound ?? 0) > (before?.blocksFound ?? Number.POSITIVE_INFINITY);
    if (found && oldest !== undefined && this.#node === null) {
      this.#settle(oldest, { result: 'accepted', reason: null, block: true, height: null });
    }
  }

  #settle(proof: SentProof, settled: Settled): void {
    if (!this.#underWay.includes(proof)) return;
    this.#underWay = this.#underWay.filter((other) => other !== proof);
    if (this.#closed) return;
    this.#options.emit({ type: 'verdict', ...settled, latencyMs: performance.now() - proof.sentAtMs });
  }
}

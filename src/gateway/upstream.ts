// Where a gateway gets its jobs from and hands its proofs to. The JSON-RPC server in front of it knows nothing else.
import type { Fix } from '../base/fix.ts';
import type { PoolStanding } from '../protocol/channel/messages.ts';
import type { VerdictResult } from '../protocol/verdict.ts';
import type { Work } from '../protocol/work.ts';

/** Work of an upstream: its header is handed on unchanged, its target is the share's or the block's (protocol section 9). */
export interface Job extends Work {
  /** Block height, where the upstream tells. */
  readonly height: number | null;
  /** The upstream's own name of the job: opaque, returned as it came. */
  readonly upstreamId: string | number | null;
  /** The address of the pool that it came from, without parameters. */
  readonly pool?: string;
  /** Monotonic milliseconds (`performance.now()`) of arrival. */
  readonly receivedAt: number;
}

export interface Verdict {
  readonly result: VerdictResult;
  /** The upstream's reason in words, or ours; null for a plain yes. */
  readonly reason: string | null;
  /** True when the proof also met the network's own target. */
  readonly block: boolean;
  /** Milliseconds from submit to verdict. */
  readonly latencyMs: number;
}

/** `job`: work. `paused`: none now, with the reason in words. */
export type UpstreamEvent =
  | { readonly type: 'job'; readonly job: Job }
  | { readonly type: 'paused'; readonly reason: string };

/** Something about an upstream that wants attention although work may go on; the supervisor knows the fix of each id. */
export interface UpstreamTrouble {
  readonly id: 'pool-rejects' | 'pool-bans' | 'pool-refuses' | 'pool-dialect' | 'pool-job' | 'pool-drops' | 'pool-late';
  readonly text: string;
  /** Where more is known than the id tells. */
  readonly fix?: Fix;
}

/** How the upstream stands right now, for status and doctor. */
export interface UpstreamState {
  /** `outdated-rules`: it is well, and asks for certificates that this program cannot make. */
  readonly phase: 'connecting' | 'authorizing' | 'ready' | 'outdated-rules' | 'backing-off' | 'refused' | 'closed';
  /** Where it is connected to, without secrets, or null. */
  readonly url: string | null;
  /** Why it is not ready, in words, or null. */
  readonly reason: string | null;
  /** What to do about it, where more is known than the phase tells. */
  readonly fix?: Fix;
  readonly troubles?: readonly UpstreamTrouble[];
  /** In the order of the configuration; only where there are pools. */
  readonly pools?: readonly PoolStanding[];
}

/** A proof of an earlier process, by the names that the ledger has for it. */
export interface RecalledProof {
  /** First 16 hex digits of the SHA-256 of the header, where the upstream has no name of its own for the job. */
  readonly job: string;
  readonly height: number | null;
  /** First 16 hex digits of the serialised proof's SHA-256. */
  readonly proof: string;
}

/**
 * A source of jobs: the embedded devnet chain or a pool.
 *
 * `events()` yields the newest job at once (or `paused`), then every change until `close()`; it never throws for a
 * passing failure: it reconnects for ever and says `paused` meanwhile. A slow consumer sees only the newest event.
 */
export interface Upstream {
  events(): AsyncIterable<UpstreamEvent>;
  /** Settles with the verdict; never rejects. `proof` is the base64 text as the miner sent it. */
  submit(proof: string, job: Job): Promise<Verdict>;
  /**
   * What became of a proof that an earlier process handed in and did not live to settle; null where the upstream does not know. `job` and
   * `proof` are as the ledger has them.
   */
  recall?(note: RecalledProof): Promise<Pick<Verdict, 'result' | 'reason' | 'block'> | null>;
  /** A found proof was not handed to it, for this reason. */
  dropped?(reason: string): void;
  /** The machine slept, or this process stood still for long: what was known of a peer may be no longer so. */
  wake?(): void;
  state(): UpstreamState;
  /** Settles what is in flight as well as it can, then disconnects. */
  close(): Promise<void>;
}

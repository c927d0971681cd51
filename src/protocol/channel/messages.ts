// The messages between the supervisor and its children, over Node's IPC channel. Every message is small; anything that is
// not one of these is ignored with a warning by the receiver, which validates with `parseChildMessage`.
import * as v from 'valibot';
import { asFix, readFix } from '../../base/fix.ts';
import { VERDICTS } from '../verdict.ts';

/** A non-negative integer counter that a JavaScript number holds exactly. */
const counter = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Decimal text of a bigint: multiply-accumulates pass 2^53 within hours. */
const bigCounter = v.pipe(v.string(), v.regex(/^\d{1,40}$/));
/** Decimal text too: the work of a share can pass any machine word. */
const work = v.pipe(v.string(), v.regex(/^\d{1,80}$/));
/** Characters of a text in a message. */
export const MAX_TEXT = 500;
const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));

/** First 16 hex digits of the serialised proof's SHA-256, as in the ledger. */
const proofDigest = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));

/** Lists may be longer; so many are told. */
export const MAX_POOLS = 32;
export const MAX_THREADS = 1024;

/** As RPC prints it. */
const blockHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const fix = v.pipe(
  v.unknown(),
  v.transform(readFix),
  v.check((read) => read !== null),
  v.transform((read) => read ?? asFix('')),
);

/** What the miner is doing; `idle` names why it mines nothing. */
const minerHeartbeat = v.object({
  type: v.literal('miner'),
  /** Set once the addon is loaded, its kernels tested and the gateway reached. */
  ready: v.boolean(),
  /** `mining`, or the reason it is not. */
  activity: v.picklist(['mining', 'paused', 'no-job', 'unusable-job', 'outdated-rules', 'no-memory', 'connecting']),
  reason: v.nullable(text),
  macs: bigCounter,
  attempts: v.pipe(v.number(), v.minValue(0)),
  found: counter,
  /** What a kernel with centred sums took for winners and the scalar code did not. */
  spoiled: counter,
  sent: counter,
  dropped: counter,
  kernel: v.nullable(text),
  threads: counter,
  /** Each thread: its rate over ten seconds, and where they are known the core that it ran on and that core's clock. */
  perThread: v.optional(
    v.pipe(
      v.array(v.object({ macsPerSecond: counter, core: v.nullable(counter), megahertz: v.nullable(counter) })),
      v.maxLength(MAX_THREADS),
      v.readonly(),
    ),
    [],
  ),
  rejectedKernels: v.array(text),
  /** What setting jobs up takes of the time, in words, where that is much. */
  setUpBurden: v.optional(v.nullable(text), null),
  /** Before which other programs it gives way, what is missing where something can be done, and both in words. */
  priority: v.optional(v.nullable(v.picklist(['everywhere', 'partly', 'nowhere', 'unknown'])), null),
  priorityGap: v.optional(v.nullable(v.picklist(['container', 'group', 'session', 'threads'])), null),
  priorityText: v.optional(v.nullable(text), null),
  /**
   * `shareWork`: multiply-accumulates that a share of it takes on average. `prevBlock`: the hash of the block that it builds
   * on, as RPC prints it.
   */
  job: v.nullable(
    v.object({
      height: v.nullable(counter),
      certVersion: counter,
      ageSeconds: v.pipe(v.number(), v.minValue(0)),
      shareWork: work,
      /** The same for a block. */
      blockWork: v.optional(work),
      prevBlock: v.optional(blockHash),
    }),
  ),
});

const pool = v.object({
  /** Its address, without parameters. */
  name: text,
  /**
   * `ready`: it serves jobs. `no-job`: it let us in and has none. `standby`: not connected to, and nothing is against it.
   * `resting`: it failed, and is asked again. `banned`, `refused`: it does not want us.
   */
  state: v.picklist(['ready', 'no-job', 'connecting', 'standby', 'resting', 'banned', 'refused']),
  /** Whether it is the one that is mined at. */
  isUsed: v.boolean(),
  reason: v.nullable(text),
  /** From submit to verdict, the median of the last few; null before the first. */
  latencyMs: v.nullable(v.pipe(v.number(), v.minValue(0))),
  /** Of its newest job, against 0xFFFF · 2^208; null without one. */
  difficulty: v.nullable(v.pipe(v.number(), v.minValue(0))),
  /** Shares by its verdicts since this gateway started. */
  accepted: counter,
  rejected: counter,
  stale: counter,
});

const gatewayHeartbeat = v.object({
  type: v.literal('gateway'),
  ready: v.boolean(),
  /** Where it listens: `http://HOST:PORT` or `unix:PATH`, null until it does. */
  url: v.nullable(text),
  upstream: v.object({
    phase: text,
    url: v.nullable(text),
    reason: v.nullable(text),
    fix: v.optional(fix),
    /** The newest block, where a node is asked. */
    tip: v.optional(v.object({ hash: blockHash, height: counter })),
    /** What wants attention although work may go on. */
    troubles: v.optional(
      v.pipe(v.array(v.object({ id: text, text, fix: v.optional(fix) })), v.maxLength(32), v.readonly()),
    ),
    pools: v.optional(v.pipe(v.array(pool), v.maxLength(MAX_POOLS), v.readonly())),
  }),
  job: v.nullable(
    v.object({ height: v.nullable(counter), certVersion: counter, ageSeconds: v.pipe(v.number(), v.minValue(0)) }),
  ),
  connections: counter,
});

/** One settled proof, as the ledger records it. */
const verdict = v.object({
  type: v.literal('verdict'),
  result: v.picklist(VERDICTS),
  reason: v.nullable(text),
  block: v.boolean(),
  height: v.nullable(counter),
  latencyMs: v.pipe(v.number(), v.minValue(0)),
  /** Multiply-accumulates that such a share takes on average. */
  work,
  proof: proofDigest,
  /** Of a proof that an earlier process answered: that one may have told a verdict before it was killed. */
  recalled: v.boolean(),
  /** Of a proof for another network or wallet: no figure of the present one counts it. */
  foreign: v.optional(v.boolean(), false),
  /** The verdict that was told of this proof before. */
  corrects: v.exactOptional(v.literal('unknown')),
});

/** The miner found a proof: from now on it is under way, until its verdict. */
const found = v.object({ type: v.literal('found'), proof: proofDigest });

/**
 * The miner dropped a proof, and its gateway keeps no ledger of ours: the line for it. `mayBeKnown`: it, or this word of it, may
 * have arrived before. A line with `awaited` is of a proof that was handed in, and whose answer was not heard.
 */
const dropped = v.object({
  type: v.literal('dropped'),
  line: v.pipe(v.string(), v.maxLength(4096)),
  mayBeKnown: v.optional(v.boolean(), false),
});

/** The miner had a proof taken with `submitted`: of a gateway that tells no verdicts, the node is asked about this job. */
const sent = v.object({
  type: v.literal('sent'),
  header: v.pipe(v.string(), v.regex(/^[0-9a-f]{152}$/)),
  certVersion: counter,
  target: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  proof: proofDigest,
  /** The `proofcommitment` of the block that it makes: by that the node's block is known as ours. */
  commitment: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** A permanent or final failure, told before the child exits, so that the supervisor can show it in words. */
const failure = v.object({ type: v.literal('failure'), code: text, message: text, hint: v.nullable(fix) });

const childMessage = v.variant('type', [minerHeartbeat, gatewayHeartbeat, verdict, found, dropped, sent, failure]);

export type PoolStanding = Readonly<v.InferOutput<typeof pool>>;
export type MinerHeartbeat = v.InferOutput<typeof minerHeartbeat>;
export type GatewayHeartbeat = v.InferOutput<typeof gatewayHeartbeat>;
export type VerdictMessage = v.InferOutput<typeof verdict>;
export type SentMessage = v.InferOutput<typeof sent>;
export type DroppedMessage = v.InferOutput<typeof dropped>;
export type FailureMessage = v.InferOutput<typeof failure>;
export type ChildMessage = v.InferOutput<typeof childMessage>;

/** The message, or null when it is not one that this version knows. */
export function parseChildMessage(value: unknown): ChildMessage | null {
  const result = v.safeParse(childMessage, value);
  return result.success ? result.output : null;
}

/** What the supervisor tells the miner: `pause` and `resume` keep the process and its buffers. */
const supervisorMessage = v.variant('type', [
  v.object({ type: v.literal('pause'), reason: text }),
  v.object({ type: v.literal('resume') }),
  /** Share of the time that the threads work, in percent (thermal and duty-cycle policies, and while a gateway proves). */
  v.object({ type: v.literal('duty'), percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)) }),
]);

export type SupervisorMessage = v.InferOutput<typeof supervisorMessage>;

/** The message, or null when it is not one that this version knows. */
export function parseSupervisorMessage(value: unknown): SupervisorMessage | null {
  const result = v.safeParse(supervisorMessage, value);
  return result.success ? result.output : null;
}

/** How often a child sends its heartbeat, also when nothing changed. */
export const HEARTBEAT_MS = 1000;

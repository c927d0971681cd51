// What the native addon does for TypeScript. Its types are the ones that napi generates from the Rust sources, where each
// field is explained; here are the names under which this project knows them, and what `native.ts` adapts.
import type * as addon from '#addon';

export type {
  BenchOptions,
  BenchResult,
  FileLock,
  Job as NativeJob,
  MinerEvent as NativeEvent,
  MinerOptions as NativeMinerOptions,
  MinerStats as NativeStats,
  ProofFields,
  TileShape,
  VerifyRequest,
  VerifyResult,
  VerifyTextRequest,
} from '#addon';

/** What the addon exports, its classes included. */
export type Addon = Omit<typeof addon, '__napiBindingTarget' | 'default'>;

export interface NativeMiner extends Omit<addon.Miner, 'setJob' | 'stop'> {
  /**
   * Replaces the job at once. Throws SHAPE_INVALID, or JOB_UNUSABLE for another reason why it cannot be mined (its
   * certificate version, a target that nothing or everything meets); the old job then goes on.
   */
  setJob(job: addon.Job): void;
  /** Resolves when all threads have ended; events of proofs found before have been delivered by then. */
  stop(): Promise<void>;
}

export interface NativeBench {
  /** Null when cancelled. Rejects with JOB_UNUSABLE for a shape that does not fit in memory. */
  readonly done: Promise<addon.BenchResult | null>;
  cancel(): void;
}

/** The addon with our error codes: INPUT_INVALID from `inspect`, SHAPE_INVALID from `patternFromIndices`, CHILD_FAILED from `execReplace`. */
export interface Native extends Omit<Addon, 'version' | 'Miner' | 'Bench' | 'FileLock'> {
  readonly version: string;
  /** Throws KERNEL_UNKNOWN for a kernel that is not there. `onEvent` does not keep the process alive. */
  createMiner(options: addon.MinerOptions, onEvent: (event: addon.MinerEvent) => void): NativeMiner;
  /** Measures in the thread pool. Throws KERNEL_UNKNOWN or SHAPE_INVALID for what this processor or the rules refuse. */
  startBench(options: addon.BenchOptions): NativeBench;
}

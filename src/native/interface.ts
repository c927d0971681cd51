// What the native addon does for TypeScript: the miner, the judge of proofs, exact arithmetic, and the OS calls that Node
// lacks. 256-bit values are bigint or 32 bytes.

/** What is multiplied: A of m x k, B of k x n, noise of a rank, and the index lists of a tile's rows and columns. */
export interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly rank: number;
  readonly rows: readonly number[];
  readonly cols: readonly number[];
}

/** Work for the native miner (protocol sections 2 and 7). */
export interface NativeJob {
  /** Any number of the caller's: comes back with each solution. */
  readonly id: number;
  /** 76 bytes. */
  readonly header: Buffer;
  readonly certVersion: number;
  /** The target before it is scaled to a tile, below 2^256. */
  readonly target: bigint;
  readonly shape: Shape;
}

export type NativeEvent =
  | {
      readonly type: 'solution';
      readonly jobId: number;
      /** The serialised PlainProof, before base64. */
      readonly proof: Buffer;
      /** The jackpot hash, 32 bytes, least significant first. */
      readonly hash: Buffer;
      readonly tRows: number;
      readonly tCols: number;
    }
  /** A job that was taken could not be prepared after all (too little memory for its shape); nothing is mined on it. */
  | { readonly type: 'error'; readonly jobId: number; readonly message: string }
  /** A thread of the miner panicked. The others have ended too: only a new process mines again. */
  | { readonly type: 'failure'; readonly message: string };

/** Totals since the miner was created. */
export interface NativeStats {
  /** Nominal multiply-accumulates. */
  readonly macs: bigint;
  readonly tiles: bigint;
  /** Attempts, with the fraction of those under way. */
  readonly attempts: number;
  readonly wins: bigint;
  readonly kernel: string;
  readonly threads: number;
  /** Share of the columns that cycle elimination saves now, 0 to 1. */
  readonly eliminated: number;
  /** Kernels that this processor should run but that failed their self-test. */
  readonly rejectedKernels: string[];
  /** Of the native buffers for the present job. */
  readonly memoryBytes: number;
  /** From the last `setJob` to the first tiles of that job; null before them. */
  readonly jobSwitchSeconds: number | null;
  /** Why the last job could not be prepared after all (too little memory for its shape), or null. */
  readonly jobError: string | null;
}

export interface MinerOptions {
  readonly threads: number;
  /** Forces a kernel by name; the best one otherwise. */
  readonly kernel?: string;
  /** Ceiling for all large buffers together. */
  readonly memoryBytes: number;
  /** Rows of A' made at a time; the kernel's own choice otherwise. */
  readonly blockRows?: number;
  readonly matrices: 'constant' | 'random';
  /** Threads run only when nothing else wants the processor. */
  readonly idlePriority: boolean;
}

export interface NativeMiner {
  /**
   * Replaces the job at once. Throws SHAPE_INVALID, or JOB_UNUSABLE for another reason why it cannot be mined (its
   * certificate version, a target that nothing or everything meets); the old job then goes on.
   */
  setJob(job: NativeJob): void;
  clearJob(): void;
  pause(): void;
  resume(): void;
  /** Share of the time that the threads work, 1 to 100 percent. */
  setDuty(percent: number): void;
  stats(): NativeStats;
  /** Resolves when all threads have ended; events of proofs found before have been delivered by then. */
  stop(): Promise<void>;
}

/** What `startBench` measures. */
export interface BenchOptions {
  /** A kernel by name; the best one otherwise. */
  readonly kernel?: string;
  readonly threads: number;
  readonly shape: Shape;
  readonly matrices: 'constant' | 'random';
  readonly memoryBytes: number;
  /** Rows of A' made at a time; the kernel's own choice otherwise. */
  readonly blockRows?: number;
  /** Use cycle elimination where kernel and matrices allow it. */
  readonly eliminate: boolean;
  /** Processor time of the miner on each thread, at most 3600. */
  readonly seconds: number;
  /** Measure the scalar reference loop for 2 s too. */
  readonly scalar: boolean;
}

/** Rates are nominal multiply-accumulates per second of processor time, all threads together. */
export interface BenchResult {
  readonly kernel: string;
  /** Of whole attempts, with noise, hashing and set-up. */
  readonly macsPerSecond: number;
  /** Of the register-only loop, in turns with the attempts; null for the scalar kernel. */
  readonly peakMacsPerSecond: number | null;
  /** Of the scalar reference loop on one thread; null when not asked for. */
  readonly scalarMacsPerSecond: number | null;
  /** Searched, with the fraction of the last. */
  readonly attempts: number;
  /** Processor time of the miner, all threads. */
  readonly seconds: number;
  /** Share of the multiplications that cycle elimination saves, 0 to 1. */
  readonly eliminated: number;
  readonly memoryBytes: number;
}

export interface NativeBench {
  /** Null when cancelled. Rejects with JOB_UNUSABLE for a shape that does not fit in memory. */
  readonly done: Promise<BenchResult | null>;
  cancel(): void;
}

export interface VerifyRequest {
  /** 76 bytes. */
  readonly header: Buffer;
  readonly certVersion: number;
  /** True: rank at least 128, and the bound scaled by 128/rank (protocol section 7). */
  readonly rankPenalty: boolean;
  readonly target: bigint;
  /** The serialised proof, before base64. */
  readonly proof: Buffer;
}

export type VerifyTextRequest = Omit<VerifyRequest, 'proof'> & { readonly proof: string };

/** `reason` is stable (the names of the public vectors), `message` is for people; both null for a valid proof. */
export interface VerifyResult {
  readonly valid: boolean;
  readonly reason: string | null;
  readonly message: string | null;
  /** The jackpot hash, least significant byte first; null where the proof broke a rule before it had one. */
  readonly hash: Buffer | null;
}

/** What a proof says of itself, unjudged but for its form. */
export interface ProofFields {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly rank: number;
  readonly rows: number[];
  readonly cols: number[];
  /** Opened leaves. */
  readonly leavesA: number;
  readonly leavesB: number;
  readonly bytes: number;
  readonly hashA: Buffer;
  readonly hashB: Buffer;
}

export interface TileShape {
  readonly h: number;
  readonly w: number;
  readonly k: number;
  readonly rank: number;
}

export interface Native {
  readonly version: string;
  /** Throws KERNEL_UNKNOWN for a kernel that is not there. `onEvent` does not keep the process alive. */
  createMiner(options: MinerOptions, onEvent: (event: NativeEvent) => void): NativeMiner;
  /** Measures in the thread pool. Throws KERNEL_UNKNOWN or SHAPE_INVALID for what this processor or the rules refuse. */
  startBench(options: BenchOptions): NativeBench;
  verify(request: VerifyRequest): VerifyResult;
  /** Strict base64: `base64` is one more reason. */
  verifyBase64(request: VerifyTextRequest): VerifyResult;
  /** The same judgement in the thread pool. */
  verifyAsync(request: VerifyRequest): Promise<VerifyResult>;
  /** Throws INPUT_INVALID when the bytes are no proof. */
  inspect(proof: Buffer): ProofFields;
  targetFromNbits(nbits: number): bigint;
  /** The compact form, rounded down. */
  nbitsFromTarget(target: bigint): number;
  bound(target: bigint, shape: TileShape, rankPenalty: boolean): { bound: bigint; overflows: boolean };
  /** Throws SHAPE_INVALID when the list is no pattern. */
  patternFromIndices(indices: readonly number[]): { size: number; period: number; max: number };
  blake3(data: Buffer): Buffer;
  cpuFeatures(): { arch: string; features: string[]; kernels: string[] };
  /** Physical cores within the affinity mask and the control group's quota, at least 1. */
  physicalCores(): number;
  /** Null: no such process, or a zombie. Equal text, pid and boot id name the same process. */
  processStartTime(pid: number): string | null;
  bootId(): string;
  /**
   * Linux: the kernel sends `signal` when the thread that started us ends (at once, when `parent` is given and is not
   * our parent any more); true when armed. Elsewhere false.
   */
  setParentDeathSignal(signal: string, parent?: number): boolean;
  /** Becomes another program with default signals and only the standard descriptors. Throws CHILD_FAILED, or never returns. */
  execReplace(command: string, args: readonly string[], env: Readonly<Record<string, string>>): never;
  /** The user id at the other end of a Unix socket; null where the system does not tell, or it is no such socket. */
  peerUid(descriptor: number): number | null;
  /** False when no manager listens or it takes no message now; never throws. */
  sdNotify(state: string): boolean;
  /**
   * Locks the file for the life of the process; null when somebody else holds it. Throws a system error with `code`.
   * The caller compares `inode` with that of the path, since a deleted file stays locked.
   */
  lockFile(path: string): { readonly inode: bigint; release(): void } | null;
  /** The same of a file that is there, which is not changed: ENOENT where there is none. */
  lockExistingFile(path: string): { readonly inode: bigint; release(): void } | null;
}

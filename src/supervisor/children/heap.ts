// How much JavaScript each of our processes may hold. A leak then ends in the restart of one process, told as such, rather
// than in a machine that swaps. Buffers and the miner's matrices are not of this heap, and are bounded where they are made.

/** Mebibytes of V8's old generation: more than ten times what each holds after an hour, and what its bounds add up to. */
const OLD_SPACE_MEBIBYTES = {
  /** Holds 900 samples, 20 lines of each child, and no proof. */
  supervisor: 128,
  /** 64 proofs of up to 600,000 characters that wait for a verdict, twice while one is read. */
  gateway: 256,
  /** 64 proofs that wait for the gateway. */
  miner: 192,
} as const;

/** What Node is started with, before the program (node(1), --max-old-space-size). */
export function heapFlags(name: keyof typeof OLD_SPACE_MEBIBYTES): string[] {
  return [`--max-old-space-size=${OLD_SPACE_MEBIBYTES[name]}`];
}

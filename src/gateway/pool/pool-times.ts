// Every time and limit of protocol section 10, in one value that tests replace.

/** Milliseconds throughout. */
export const POOL_TIMES = {
  connectMs: 10_000,
  tlsMs: 15_000,
  /** From sending the login to its answer. */
  loginMs: 30_000,
  /** Without answer and job for so long, another form of the login is tried once on a new connection. */
  loginSilenceMs: 15_000,
  /** From the login's answer to the first usable job. */
  firstJobMs: 60_000,
  /** Lines but no job for so long, and the pool is left. */
  newJobMs: 600_000,
  /** Without a line for so long, the connection is taken for dead. */
  silenceMs: 600_000,
  verdictMs: 30_000,
  keepAliveMs: 30_000,
  backoffInitialMs: 5_000,
  backoffMaxMs: 120_000,
  /** Between two tries while this machine has no way to the pool. */
  offlineMs: 5_000,
  refusedMs: 600_000,
  /** After a ban that does not say how long it takes. */
  bannedMs: 900_000,
  /** Between two signs of life, where a pool hangs up on silent clients. */
  pingMs: 15_000,
  /** A connection on which we said nothing for so long is idle. */
  idleMs: 10_000,
  probeMs: 300_000,
  /** How long a pool has to serve before it counts as proven: taken back, and its failures forgotten. */
  provenMs: 60_000,
  /** How long a pool that was left may still take proofs for its own jobs. */
  drainMs: 5_000,
  /** How long `close` waits for verdicts: less than the gateway's stop time-out. */
  closeMs: 3_000,
  /** The span that `maxSubmitsPerMinute` counts in. */
  submitWindowMs: 60_000,
};

export type PoolTimes = Readonly<typeof POOL_TIMES>;

/** Back-off before the next connection to a pool that failed `failures` times in a row; `random` is in [0, 1). */
export function backoffMs(failures: number, random: number, times: PoolTimes): number {
  const doubled = times.backoffInitialMs * 2 ** Math.min(failures - 1, 30);
  return Math.round(Math.min(doubled, times.backoffMaxMs) * (0.8 + 0.4 * random));
}

// Every time and limit of protocol section 10, in one value that tests replace.

/** Milliseconds throughout. */
export interface PoolTimes {
  readonly connectMs: number;
  readonly tlsMs: number;
  /** From sending the login to its answer. */
  readonly loginMs: number;
  /** Without answer and job for so long, another form of the login is tried once on a new connection. */
  readonly loginSilenceMs: number;
  /** From the login's answer to the first usable job. */
  readonly firstJobMs: number;
  /** Lines but no job for so long, and the pool is left. */
  readonly newJobMs: number;
  /** Without a line for so long, the connection is taken for dead. */
  readonly silenceMs: number;
  readonly verdictMs: number;
  readonly keepAliveMs: number;
  readonly backoffInitialMs: number;
  readonly backoffMaxMs: number;
  /** Between two tries while this machine has no way to the pool. */
  readonly offlineMs: number;
  readonly refusedMs: number;
  /** After a ban that does not say how long it takes. */
  readonly bannedMs: number;
  /** Between two signs of life, where a pool hangs up on silent clients. */
  readonly pingMs: number;
  /** A connection on which we said nothing for so long is idle. */
  readonly idleMs: number;
  readonly probeMs: number;
  /** How long a pool has to serve before it counts as proven: taken back, and its failures forgotten. */
  readonly provenMs: number;
  /** How long a pool that was left may still take proofs for its own jobs. */
  readonly drainMs: number;
  /** How long `close` waits for verdicts: less than the gateway's stop time-out. */
  readonly closeMs: number;
  /** The span that `maxSubmitsPerMinute` counts in. */
  readonly submitWindowMs: number;
}

export const POOL_TIMES: PoolTimes = {
  connectMs: 10_000,
  tlsMs: 15_000,
  loginMs: 30_000,
  loginSilenceMs: 15_000,
  firstJobMs: 60_000,
  newJobMs: 600_000,
  silenceMs: 600_000,
  verdictMs: 30_000,
  keepAliveMs: 30_000,
  backoffInitialMs: 5_000,
  backoffMaxMs: 120_000,
  offlineMs: 5_000,
  refusedMs: 600_000,
  bannedMs: 900_000,
  pingMs: 15_000,
  idleMs: 10_000,
  probeMs: 300_000,
  provenMs: 60_000,
  drainMs: 5_000,
  closeMs: 3_000,
  submitWindowMs: 60_000,
};

/** Back-off before the next connection to a pool that failed `failures` times in a row; `random` is in [0, 1). */
export function backoffMs(failures: number, random: number, times: PoolTimes): number {
  const doubled = times.backoffInitialMs * 2 ** Math.min(failures - 1, 30);
  return Math.round(Math.min(doubled, times.backoffMaxMs) * (0.8 + 0.4 * random));
}

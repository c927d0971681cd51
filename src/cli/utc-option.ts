// `--utc` of the commands that show moments: the readers of logs from many machines want one clock.

export const UTC_OPTION = { type: 'boolean', describe: 'Show times in UTC, not in local time' } as const;

/** Every moment that this process shows from now on is in UTC (Node reads the variable TZ again when it is set). */
export function showUtc(): void {
  process.env.TZ = 'UTC';
}

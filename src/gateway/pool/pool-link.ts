// One connection among those of an upstream, with what it has shown so far.
import type { PoolConnection } from './connection/pool-connection.ts';
import type { VerdictWindow } from './verdicts/verdict-window.ts';

/** A connection and its place in the list. */
export interface Link {
  readonly index: number;
  readonly connection: PoolConnection;
  hadLogin: boolean;
  hadJob: boolean;
  window: VerdictWindow;
  provenTimer: NodeJS.Timeout | undefined;
}

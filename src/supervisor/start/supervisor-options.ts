// What a supervisor is started with, and which objects hear of it.
import type { InstanceFlags } from '../../base/instance.ts';
import type { LogRecord } from '../../base/logs/log-record.ts';
import type { Config } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import type { StatusModel } from '../../state/status/status-table.ts';
import type { ServiceStatus } from '../../state/table/session-table.ts';

export interface RunSupervisorOptions {
  /** Valid and whole: nothing is started with another. */
  config: Config;
  paths: Paths;
  /** For a person at a terminal: `SIGHUP` means that the terminal is gone, and stops instead of reloading. */
  foreground: boolean;
  /** Called after every change, and every two seconds while running. */
  onChange?: (model: StatusModel) => void;
  /** Every log line, for a live view. Without it a run in the foreground writes them to standard error. */
  onRecord?: (record: LogRecord) => void;
  /** Every log line as JSON on standard output instead. */
  json?: boolean;
  /** Stops the supervisor as SIGTERM does; its reason says why, in words. */
  signal?: AbortSignal;
  /** What the service manager knows of us at the start. */
  service?: ServiceStatus | null;
  /** The flags that name this instance in what a person is told to type. */
  advice?: InstanceFlags;
  /** What a child is started as, before its own arguments; without it this very program. */
  program?: readonly [string, ...string[]];
}

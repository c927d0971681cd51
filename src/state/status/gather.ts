// Gathering the facts of `status`: two files, three lookups in the process table, three existence checks. It imports no
// schema, no configuration and no addon, so that it costs little more than starting Node.
import { existsSync } from 'node:fs';
import type { InstanceFlags } from '../../base/instance.ts';
import { VERSION } from '../../base/version.ts';
import type { Paths } from '../../config/paths.ts';
import { isAlive } from '../sidecar/identity.ts';
import { readSidecar } from '../sidecar/read-sidecar.ts';
import { readStats } from '../stats/stats-record.ts';
import type { ServiceStatus } from '../table/session-table.ts';
import { deriveStatus, type StatusFacts } from './derive.ts';
import type { StatusModel } from './status-table.ts';

export type { ServiceStatus } from '../table/session-table.ts';
export { renderStatus } from './render-status.ts';
export { type StatusModel, statusExitCode } from './status-table.ts';

export interface ReadStatusOptions {
  /** Asks the service manager; called only when no supervisor is alive, or what it knew of its service may be old. */
  askService?: () => Promise<ServiceStatus | null>;
  /** Whether the service was changed since a time in Unix seconds. */
  serviceChangedSince?: (seconds: number) => boolean;
  /** The flags that name this instance in the commands that are shown. */
  flags?: InstanceFlags;
}

type StatusPaths = Pick<
  Paths,
  'scope' | 'instance' | 'configFile' | 'stateFolder' | 'sidecarFile' | 'statsFile' | 'manifestFile'
>;

/** How this instance stands right now. Never throws for what it finds: every wreckage is a state with a reason. */
export async function readStatus(paths: StatusPaths, options: ReadStatusOptions = {}): Promise<StatusModel> {
  return deriveStatus(await readStatusFacts(paths, options));
}

/** What that is derived from. */
export async function readStatusFacts(paths: StatusPaths, options: ReadStatusOptions = {}): Promise<StatusFacts> {
  const sidecar = readSidecar(paths.sidecarFile);
  const alive = { supervisor: false, gateway: false, miner: false };
  if (sidecar.kind === 'valid') {
    const { supervisor, children } = sidecar.value;
    alive.supervisor = supervisor !== null && isAlive(supervisor.pid, supervisor.identity);
    alive.gateway = isAlive(children.gateway.pid, children.gateway.identity);
    alive.miner = isAlive(children.miner.pid, children.miner.identity);
  }
  const started = sidecar.kind === 'valid' ? sidecar.value.startedAtSeconds : 0;
  const known = alive.supervisor && !options.serviceChangedSince?.(started);
  return {
    scope: paths.scope,
    instance: paths.instance,
    configFile: paths.configFile,
    sidecarFile: paths.sidecarFile,
    configExists: existsSync(paths.configFile),
    stateFolderExists: existsSync(paths.stateFolder),
    installed: existsSync(paths.manifestFile),
    sidecar,
    stats: readStats(paths.statsFile),
    alive,
    service: known ? null : ((await options.askService?.()) ?? null),
    ownVersion: VERSION,
    nowMs: Date.now(),
    ...(options.flags === undefined ? {} : { flags: options.flags }),
  };
}

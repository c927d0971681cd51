// Gathering the facts of `status`: two files, three lookups in the process table, a few existence checks. It imports no
// schema, no configuration and no addon, so that it costs little more than starting Node.
import { existsSync } from 'node:fs';
import type { InstanceFlags } from '../../base/instance.ts';
import { VERSION } from '../../base/version.ts';
import type { Paths } from '../../config/paths.ts';
import { type Life, lifeOf } from '../life.ts';
import { isAlive } from '../sidecar/identity.ts';
import { readSidecar } from '../sidecar/read-sidecar.ts';
import type { SidecarRecord } from '../sidecar/sidecar-record.ts';
import { readLastStop } from '../stats/last-stop.ts';
import { readStats } from '../stats/stats-record.ts';
import type { FileReading } from '../table/read-file.ts';
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

/** How this instance stands right now. Never throws for what it finds: every wreckage is a state with a reason. */
export async function readStatus(paths: Paths, options: ReadStatusOptions = {}): Promise<StatusModel> {
  return deriveStatus(await readStatusFacts(paths, options));
}

/** What that is derived from. */
export async function readStatusFacts(paths: Paths, options: ReadStatusOptions = {}): Promise<StatusFacts> {
  const read = readSidecar(paths.sidecarFile);
  const life = await lifeOf(paths, read);
  const { sidecar, elsewhere } = asSeenFromHere(read, life);
  const alive = aliveIn(sidecar, life);
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
    lastStop: read.kind === 'missing' && life.kind === 'dead' ? readLastStop(paths.lastStopFile) : null,
    alive,
    elsewhere,
    justStarted: life.kind !== 'dead' && life.sidecar === 'stale',
    service: known ? null : ((await options.askService?.()) ?? null),
    ownVersion: VERSION,
    nowMs: Date.now(),
    ...(options.flags === undefined ? {} : { flags: options.flags }),
  };
}

/** The sidecar with the supervisor's number as it is here; `elsewhere` where that is another one, or none. */
function asSeenFromHere(
  reading: FileReading<SidecarRecord>,
  life: Life,
): { sidecar: FileReading<SidecarRecord>; elsewhere: boolean } {
  if (reading.kind !== 'valid' || reading.value.supervisor === null || life.kind === 'dead') {
    return { sidecar: reading, elsewhere: false };
  }
  if (life.kind === 'unseen') return { sidecar: reading, elsewhere: life.sidecar === 'believed' };
  const { pid, identity } = life;
  const elsewhere = life.sidecar === 'believed' && pid !== reading.value.supervisor.pid;
  return { sidecar: { kind: 'valid', value: { ...reading.value, supervisor: { pid, identity } } }, elsewhere };
}

/** Children whose numbers cannot be checked are believed to live: their supervisor notices their ends by itself. */
function aliveIn(sidecar: FileReading<SidecarRecord>, life: Life): StatusFacts['alive'] {
  const supervisor = life.kind !== 'dead';
  if (sidecar.kind !== 'valid') return { supervisor, gateway: false, miner: false };
  const believed = supervisor && life.sidecar === 'believed';
  const { gateway, miner } = sidecar.value.children;
  return {
    supervisor,
    gateway: believed ? gateway.pid !== null : isAlive(gateway.pid, gateway.identity),
    miner: believed ? miner.pid !== null : isAlive(miner.pid, miner.identity),
  };
}

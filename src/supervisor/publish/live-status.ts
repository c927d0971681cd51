// The status of a supervisor as itself sees it, for a live view: the same derivation as `pearlctl status`, without files.
import { VERSION } from '../../base/version.ts';
import type { Paths } from '../../config/paths.ts';
import { deriveStatus } from '../../state/status/derive.ts';
import type { StatusModel } from '../../state/status/status-table.ts';
import type { ServiceStatus } from '../../state/table/session-table.ts';
import { sidecarOf, statsOf } from './published.ts';
import type { Situation } from './situation.ts';

export function liveStatus(situation: Situation, paths: Paths, service: ServiceStatus | null): StatusModel {
  const nowMs = Date.now();
  const updatedAt = new Date(nowMs).toISOString();
  return deriveStatus({
    scope: paths.scope,
    instance: paths.instance,
    configFile: paths.configFile,
    sidecarFile: paths.sidecarFile,
    configExists: true,
    stateFolderExists: true,
    installed: service !== null,
    sidecar: { kind: 'valid', value: sidecarOf(situation, service, updatedAt) },
    stats: { kind: 'valid', value: statsOf(situation, updatedAt) },
    alive: {
      supervisor: true,
      gateway: situation.processes.gateway !== null,
      miner: situation.processes.miner !== null,
    },
    service: null,
    ownVersion: VERSION,
    nowMs,
    flags: { instance: paths.instance ?? undefined },
  });
}

// A supervisor that cannot even begin (a broken configuration, a missing secret or addon) cannot tell anyone: it leaves its
// reason where `status` looks. What a killed predecessor wrote there about its children is kept, for the next start to end
// them.

import type { PearlError } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import type { Paths } from '../../config/paths.ts';
import { isAlive, processIdentity } from '../../state/sidecar/identity.ts';
import { readSidecar } from '../../state/sidecar/read-sidecar.ts';
import { SidecarFile } from '../../state/sidecar/sidecar-file.ts';
import { SIDECAR_SCHEMA, type Sidecar, type SidecarChild } from '../../state/sidecar/sidecar-record.ts';

const NEVER_RAN: SidecarChild = { pid: null, identity: null, state: 'down', restarts: 0, last_exit: null };

/** Records the reason as the state `failed`, unless a living supervisor speaks for this instance. Never throws. */
export function recordRefusal(paths: Paths, error: PearlError): void {
  // A folder in which another user may write is not written in, and what it holds is not believed.
  if (error.code === 'HOME_UNSAFE') return;
  try {
    const reading = readSidecar(paths.sidecarFile);
    const before = reading.kind === 'valid' ? reading.value : null;
    if (before?.supervisor && isAlive(before.supervisor.pid, before.supervisor.identity)) return;
    const file = new SidecarFile({ ...paths, mirror: null });
    file.write({ ...(before ?? empty(paths)), ...refusal(error) });
  } catch {
    // The reason stands in the log as well.
  }
}

function refusal(error: PearlError): Partial<Sidecar> {
  return {
    version: VERSION,
    state: 'failed',
    state_reason: [error.message.replace(/\.?$/, '.'), error.hint].filter((part) => part !== undefined).join(' '),
    updated_at: new Date().toISOString(),
    supervisor: { pid: process.pid, identity: processIdentity(process.pid) ?? '' },
  };
}

function empty({ instance, configFile }: Paths): Sidecar {
  return {
    provider: 'cpu-pearl',
    started_at: Date.now() / 1000,
    wallet_address: '',
    gateway_url: '',
    metrics_url: '',
    gateway_pid: null,
    miner_loop_pid: null,
    schema: SIDECAR_SCHEMA,
    version: VERSION,
    instance,
    network: '',
    state: 'failed',
    state_reason: null,
    updated_at: '',
    supervisor: null,
    children: { gateway: NEVER_RAN, miner: NEVER_RAN },
    gateway_kind: '',
    dashboard_url: null,
    shape: null,
    control_socket: null,
    config_file: configFile,
    config_in_force: null,
    service: null,
  };
}

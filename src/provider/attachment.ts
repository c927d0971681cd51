// Adopting a gateway and a miner that another program started: their identities are noted in the sidecar, so that status and
// metrics readers find them, and let go again. Nothing is started, signalled or supervised.
import { PearlError } from '../base/errors.ts';
import { fix, pearlctl } from '../base/fix.ts';
import { VERSION } from '../base/version.ts';
import { type Config, loadUsableConfig } from '../config/configuration.ts';
import { machineShape } from '../config/machine-shape.ts';
import type { Paths } from '../config/paths.ts';
import { native } from '../native/native.ts';
import { type Endpoint, renderEndpoint } from '../protocol/jsonrpc/endpoint.ts';
import { isAlive, processIdentity } from '../state/sidecar/identity.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import { SidecarFile } from '../state/sidecar/sidecar-file.ts';
import { newSidecar, type SidecarChild, type SidecarRecord } from '../state/sidecar/sidecar-record.ts';
import { probeGateway } from '../supervisor/children/gateway-probe.ts';
import { InstanceLock, prepareFolders } from '../supervisor/start/ground.ts';
import { Sidecar as LegacyFile } from './provider-sidecar.ts';

/** The reference gateway may be proving, and then answers nothing: a connection is enough. */
const PROBE_MS = 3000;

export interface Attachment {
  readonly gateway: Endpoint;
  /** Null where its process is not of this machine's concern. */
  readonly gatewayPid: number | null;
  readonly minerPid: number | null;
  readonly metricsUrl: string | null;
  readonly wallet: string | null;
}

/**
 * Writes a sidecar for a running pair.
 *
 * @throws PearlError ALREADY_RUNNING while a supervisor or another attached pair is there, INPUT_INVALID for a pid that no
 * process has, GATEWAY_UNREACHABLE or GATEWAY_NONSENSE for an address where no gateway answers.
 */
export async function attach(paths: Paths, attachment: Attachment): Promise<SidecarRecord> {
  prepareFolders(paths);
  const lock = InstanceLock.acquire(paths, 0);
  try {
    refuseSecond(paths);
    const children = {
      gateway: adopted('gateway', attachment.gatewayPid),
      miner: adopted('miner', attachment.minerPid),
    };
    await requireGateway(attachment.gateway);
    // Its mirror, network and shape are used where it can be read; an attached pair needs none.
    const config = await loadUsableConfig(paths);
    const sidecar = attachedSidecar(attachment, children, paths, config);
    const file = fileOf(paths, config);
    file.write(sidecar);
    file.writeMirror(sidecar);
    return sidecar;
  } finally {
    lock.release();
  }
}

/**
 * Lets an attached pair go: its sidecar disappears, its processes go on.
 *
 * @returns false when nothing was attached.
 * @throws PearlError ALREADY_RUNNING when the session is a supervisor's own.
 */
export async function detach(paths: Paths): Promise<boolean> {
  const reading = readSidecar(paths.sidecarFile);
  if (reading.kind !== 'valid') return false;
  const { supervisor, startedAtSeconds } = reading.value;
  if (supervisor !== null) {
    throw new PearlError('ALREADY_RUNNING', 'This session is a supervisor’s own, not an attached one.', {
      hint: fix`Stop it with: ${pearlctl('stop')}`,
    });
  }
  const config = await loadUsableConfig(paths);
  const mirror = config?.sidecar.mirror ?? null;
  if (mirror !== null && LegacyFile.read(mirror)?.started_at === startedAtSeconds) LegacyFile.remove(mirror);
  fileOf(paths, config).remove();
  return true;
}

/** True when the sidecar is that of an attached pair. */
export function isAttached(paths: Pick<Paths, 'sidecarFile'>): boolean {
  const reading = readSidecar(paths.sidecarFile);
  return reading.kind === 'valid' && reading.value.supervisor === null;
}

function refuseSecond(paths: Paths): void {
  const reading = readSidecar(paths.sidecarFile);
  if (reading.kind !== 'valid' || reading.value.supervisor !== null) return;
  const { gateway, miner } = reading.value.children;
  if (!isAlive(gateway.pid, gateway.identity) && !isAlive(miner.pid, miner.identity)) return;
  throw new PearlError('ALREADY_RUNNING', 'Another gateway and miner are attached already.', {
    hint: fix`Let them go first: ${pearlctl('detach')}`,
  });
}

function adopted(name: string, pid: number | null): SidecarChild {
  const identity = pid === null ? null : processIdentity(pid);
  if (pid !== null && identity === null) {
    throw new PearlError('INPUT_INVALID', `There is no process ${pid} that could be the ${name}.`, {
      hint: 'See the processes with: ps -eo pid,args',
    });
  }
  return { pid, identity, state: 'ready', restarts: 0, lastExit: null };
}

async function requireGateway(endpoint: Endpoint): Promise<void> {
  const result = await probeGateway(endpoint, PROBE_MS);
  if (result.kind === 'serving' || result.kind === 'silent') return;
  const hint = 'Give the address that the miner uses, such as http://127.0.0.1:8337 or unix:/tmp/pearlgw.sock.';
  // Why it was not reached names the address already.
  if (result.kind === 'unreachable') throw new PearlError('GATEWAY_UNREACHABLE', result.reason, { hint });
  const message = `What answers at ${renderEndpoint(endpoint)} is no gateway: ${result.reason}.`;
  throw new PearlError('GATEWAY_NONSENSE', message, { hint });
}

function fileOf(paths: Paths, config: Config | null): SidecarFile {
  return new SidecarFile({ ...paths, mirror: config?.sidecar.mirror ?? null });
}

function attachedSidecar(
  attachment: Attachment,
  children: SidecarRecord['children'],
  paths: Paths,
  config: Config | null,
): SidecarRecord {
  const known = {
    version: VERSION,
    instance: paths.instance,
    state: 'running',
    stateReason: 'attached: another program started it',
    wallet: attachment.wallet ?? config?.miner.wallet ?? '',
    gatewayKind: 'attached',
    gatewayUrl: renderEndpoint(attachment.gateway),
    metricsUrl: attachment.metricsUrl ?? '',
    network: config?.network ?? 'unknown',
    updatedAt: new Date().toISOString(),
    children,
  } as const;
  if (config === null) return newSidecar(known);
  const { preset, m, n, k, rank } = machineShape(config.shape, native());
  return newSidecar({ ...known, shape: { preset, m, n, k, rank }, configFile: paths.configFile });
}

// A supervisor that cannot even begin (a broken configuration, a missing secret or addon) leaves its reason where `status`
// looks. What a killed predecessor wrote there about its children is kept, for the next start to end them.
import type { PearlError } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import type { Paths } from '../../config/paths.ts';
import { native } from '../../native/native.ts';
import { judgeLife } from '../../state/life.ts';
import { processIdentity } from '../../state/sidecar/identity.ts';
import { readSidecar } from '../../state/sidecar/read-sidecar.ts';
import { SidecarFile } from '../../state/sidecar/sidecar-file.ts';
import { newSidecar, type SidecarRecord } from '../../state/sidecar/sidecar-record.ts';

/** Records the reason as the state `failed`, unless a living supervisor speaks for this instance. Never throws. */
export function recordRefusal(paths: Paths, error: PearlError): void {
  // A folder in which another user may write is not written in, and nothing in it is believed.
  if (error.code === 'HOME_UNSAFE') return;
  try {
    const reading = readSidecar(paths.sidecarFile);
    if (judgeLife(paths, native, reading).kind !== 'dead') return;
    const before = reading.kind === 'valid' ? reading.value : null;
    const file = new SidecarFile({ ...paths, mirror: null });
    const { instance, configFile } = paths;
    const said = refusal(error);
    file.write(before === null ? newSidecar({ instance, configFile, ...said }) : { ...before, ...said });
  } catch {
    // The reason stands in the log as well.
  }
}

/** The sidecar of a supervisor that could not begin has no kind of gateway. */
function refusal({ message, hint }: PearlError) {
  return {
    version: VERSION,
    state: 'failed',
    stateReason: [message.replace(/\.?$/, '.'), hint].filter((part) => part !== undefined).join(' '),
    updatedAt: new Date().toISOString(),
    supervisor: { pid: process.pid, identity: processIdentity(process.pid) ?? '' },
  } as const satisfies Partial<SidecarRecord>;
}

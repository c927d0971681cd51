// The program that the manager starts for a service, and what puts a working one there again: a package has its own, and `install`
// never lays one beside it.
import { asFix, type Fix, type FixCommand } from '../base/fix.ts';
import { REINSTALL } from '../base/packaging/owner.ts';
import { packageInForce, type Service } from '../service/installed-service.ts';
import { runtimeProgram, runtimeRootOf } from '../service/runtime/runtime-layout.ts';

export interface ServiceProgram {
  /** Node, under the name that the system lists. */
  readonly executable: string;
  readonly script: string;
  /** @param install what to say where `install` lays it. */
  renewedBy(install: Fix | FixCommand): Fix;
}

export function programOfService(service: Service): ServiceProgram {
  const packaged = packageInForce(service);
  if (packaged === null) {
    const { executable, script } = runtimeProgram(runtimeRootOf(service.paths, service.caller));
    return { executable, script, renewedBy: asFix };
  }
  const { executable, script, owner } = packaged;
  return { executable, script, renewedBy: () => asFix(REINSTALL[owner]) };
}

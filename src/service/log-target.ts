// Where the lines of a service go: as its supervisor has noted, and where none has, as its unit says.
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import type { Service } from './installed-service.ts';

/** `journal`, `journal:NAMESPACE`, or the path of the log file: systemd has its output go elsewhere, so that it keeps its own. */
export async function logTargetOf({ manager, paths }: Pick<Service, 'manager' | 'paths'>): Promise<string> {
  const sidecar = readSidecar(paths.sidecarFile);
  if (sidecar.kind === 'valid' && sidecar.value.logTo !== null) return sidecar.value.logTo;
  const { output = 'journal', logNamespace } = await manager.state();
  if (!/^(?:journal|inherit)/.test(output)) return paths.logFile;
  return logNamespace === undefined ? 'journal' : `journal:${logNamespace}`;
}

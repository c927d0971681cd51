// What every check may look at: the machine, the paths of one instance, its configuration, state files and service, each
// read once, when the first check asks.
import { PearlError } from '../base/errors.ts';
import { VERSION } from '../base/version.ts';
import { readConfigFile } from '../config/config-file.ts';
import { type Checked, checkConfig } from '../config/configuration.ts';
import type { Paths } from '../config/paths.ts';
import { type Native, native } from '../native/native.ts';
import type { Service } from '../service/installed-service.ts';
import { judgeLife } from '../state/life.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import type { SidecarRecord } from '../state/sidecar/sidecar-record.ts';
import { readStats } from '../state/stats/stats-record.ts';
import type { FileReading } from '../state/table/read-file.ts';
import type { Machine } from './machine.ts';

/** The running program. */
interface Program {
  readonly version: string;
  /** Node's, without the `v`. */
  readonly nodeVersion: string;
  readonly nodePath: string;
  /** What starts another process of this program. */
  readonly command: readonly string[];
}

/** The configuration file: whole and valid, or everything that is in the way. */
type ConfigReading = Checked | { readonly config: null; readonly error: PearlError };

export type DoctorContext = ReturnType<typeof openContext>;

/** Set by root's doctor for the one that it runs as the service's account: that account's name. */
export const AS_SERVICE = 'PEARLCTL_DOCTOR_AS';

export interface ContextOptions {
  readonly machine: Machine;
  readonly paths: Paths;
  readonly service: Service | null;
  readonly program?: Partial<Program>;
  readonly native?: () => Native;
  readonly env?: NodeJS.ProcessEnv;
}

export function openContext(options: ContextOptions) {
  const { machine, paths, service } = options;
  const program = { ...thisProgram(), ...options.program };
  const core = options.native ?? native;
  const env = options.env ?? process.env;
  return {
    machine,
    program,
    paths,
    /** The installed service, or null. */
    service,
    /** Environment of this shell: secrets may stand in it. */
    env,
    /** The service's account, where it is asked as that; null for a user at a terminal. */
    asService: env[AS_SERVICE] || null,
    native: core,
    config: once(() => readConfig(paths)),
    stats: once(() => readStats(paths.statsFile)),
    /** The sidecar, when its supervisor lives. */
    live: once(() => livingOf(paths, core, readSidecar(paths.sidecarFile))),
    /** The service manager's word; null without a service. */
    serviceState: once(async () => (service === null ? null : service.manager.state())),
  };
}

function thisProgram(): Program {
  const command = [process.execPath, process.argv[1] ?? ''];
  return { version: VERSION, nodeVersion: process.versions.node, nodePath: process.execPath, command };
}

function once<T>(read: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}

async function readConfig({ configFile, userHome }: Paths): Promise<ConfigReading> {
  try {
    return checkConfig(await readConfigFile(configFile), configFile, { home: userHome });
  } catch (error) {
    if (error instanceof PearlError) return { config: null, error };
    throw error;
  }
}

function livingOf(paths: Paths, kernel: () => Native, reading: FileReading<SidecarRecord>): SidecarRecord | null {
  if (reading.kind !== 'valid' || reading.value.supervisor === null) return null;
  const life = judgeLife(paths, kernel, reading);
  return life.kind === 'dead' || life.sidecar === 'stale' ? null : reading.value;
}

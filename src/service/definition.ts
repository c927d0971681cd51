// What a service of ours is, before any service manager's syntax: the value that both renderers turn into text.
import { namingWords } from '../base/instance.ts';
import type { Paths } from '../config/paths.ts';
import { heapFlags } from '../supervisor/children/heap.ts';

/** How strongly launchd may slow the job and its children down; see launchd.plist(5), ProcessType. */
type ProcessProfile = 'standard' | 'background' | 'adaptive' | 'interactive';

interface Resources {
  /** Share of the processor when others want it too: 1 to 10000 beside their 100, or only what is left over. */
  cpuWeight: number | 'idle';
  /** The kernel ends the service's children above this; null for no limit. */
  memoryMaxBytes: number | null;
  processProfile: ProcessProfile;
}

/** A secret that the manager hands to the service: its name there and the file that holds it. */
export interface Credential {
  name: string;
  file: string;
}

/** The folders and files of `Paths` as the service finds them: the state folder, what runs, and the log where the manager keeps none. */
type ServicePaths = Pick<Paths, 'scope' | 'instance' | 'configFile' | 'stateFolder' | 'runtimeFolder' | 'logFolder'>;

export interface ServiceDefinition extends ServicePaths {
  /** Of the program that writes the definition. */
  version: string;
  /** Absolute path of the executable that the system lists, and the script it runs. */
  executable: string;
  script: string;
  /** The account that the service runs as, when the manager has to switch to it; null for the manager's own user. */
  account: { user: string; group: string } | null;
  /** Home folder of the running user. */
  home: string;
  /** Folders that already exist when the service starts and that it may write. */
  writableFolders: string[];
  /** Set when everything lives in one folder (PEARLCTL_HOME) and the manager must not make folders of its own. */
  portableHome: string | null;
  environment: Record<string, string>;
  credentials: Credential[];
  resources: Resources;
  /** How long the gateway is given to leave, from the configuration. */
  stopTimeoutMs: number;
  /** How long a stop waits before that for the certificate of a block; 0 for a gateway that makes none. */
  proofTimeoutMs: number;
  /** Lines of the sandbox that the service manager of this machine refuses. */
  refused?: readonly string[];
  /** Load also without a graphical login (launchd user domain). */
  headless: boolean;
}

/** The miner is given two seconds to hand over its last proof and leave. */
const MINER_STOP_SECONDS = 2;
/** What is left for SIGKILL, the ledger and the sidecar, before the manager loses patience. */
const SLACK_SECONDS = 5.5;

/** The manager's time-out of a stop, in seconds: always larger than the sum of our own. */
export function stopSeconds({
  stopTimeoutMs,
  proofTimeoutMs,
}: Pick<ServiceDefinition, 'stopTimeoutMs' | 'proofTimeoutMs'>): number {
  const gatewaySeconds = (proofTimeoutMs + stopTimeoutMs) / 1000;
  return Math.ceil((MINER_STOP_SECONDS + gatewaySeconds + SLACK_SECONDS) * 10) / 10;
}

/** What the largest time-outs of the configuration come to, with a minute for the manager itself. */
export const LONGEST_STOP_MS = 1000 * stopSeconds({ stopTimeoutMs: 600_000, proofTimeoutMs: 3_600_000 }) + 60_000;

/** The complete command line of the supervisor, executable first. */
export function superviseCommand(definition: ServiceDefinition): string[] {
  const [executable, ...rest] = programArguments(definition, 'supervise');
  return [executable, ...heapFlags('supervisor'), ...rest];
}

/** Any verb of the installed program, aimed at this very service. */
export function programArguments(definition: ServiceDefinition, ...verb: string[]): [string, ...string[]] {
  return [definition.executable, definition.script, ...verb, ...namingWords(definition)];
}

/** Every definition that we write says so near its beginning. */
export function isOurs(text: string): boolean {
  return text.includes('written by pearlctl ') || text.includes('<string>org.pearlctl.supervisor');
}

// What systemd and launchd have in common: the verbs, and a service's state as a value.
import type { ManagerKind } from './place.ts';

export type ActiveState = 'active' | 'activating' | 'deactivating' | 'inactive' | 'failed';

export interface ServiceState {
  /** The manager knows a definition of this name. */
  loaded: boolean;
  /** The file that it took the definition from, where it says so (systemd's FragmentPath). */
  fragment?: string;
  /** Files that change that definition, in force (systemd's DropInPaths); those for all units are left out. */
  dropIns?: string[];
  /** Where systemd has its output go, as StandardOutput= says it. */
  output?: string;
  /** The namespace of the journal (LogNamespace=). */
  logNamespace?: string;
  /** It starts by itself at boot or login. */
  enabled: boolean;
  /** The administrator forbade it: masked (systemd), disabled override (launchd). */
  blocked: boolean;
  active: ActiveState;
  /** Process id of the supervisor; null while none runs. */
  pid: number | null;
  /** When it became what it is, ISO 8601; null where the manager does not say. */
  since: string | null;
  lastExit: { code: number | null; signal: string | null } | null;
  /** By the manager itself, since the definition was loaded. */
  restarts: number;
  /** The manager's own word for a failure, such as `watchdog` or `start-limit-hit`; null when all is well. */
  failure: string | null;
}

export function isUp({ active }: Pick<ServiceState, 'active'>): boolean {
  return active !== 'inactive' && active !== 'failed';
}

/** What a verb of the manager will run, for plans: argument arrays in order. */
export type ManagerVerb = 'load' | 'enable' | 'disable' | 'start' | 'stop' | 'restart' | 'reload' | 'forget';

/** One service at its manager. Every verb resolves when its effect is there, or throws a PearlError that says why not. */
export interface ServiceManager {
  readonly kind: ManagerKind;
  /** The commands that a verb runs, in order, as shown by plans. */
  commands(verb: ManagerVerb): string[][];
  state(): Promise<ServiceState>;
  /** Takes notice of a written or changed definition. */
  load(): Promise<void>;
  enable(): Promise<void>;
  disable(): Promise<void>;
  /** Resolves when the service runs; for systemd also ready. */
  start(): Promise<void>;
  /** Resolves when no process of it is left. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /**
   * Asks for a restart on trial; resolves without waiting for what becomes of it.
   *
   * @param definition what launchd is to load; systemd has taken notice of it (`load`).
   */
  beginRestart(definition: string): Promise<void>;
  /** Ends all processes of it at once. */
  kill(): Promise<void>;
  reload(): Promise<void>;
  /** After the definition is deleted: nothing of it stays loaded. */
  forget(): Promise<void>;
  /** The words by which journalctl finds the log's entries, or null where the log is a file of ours. */
  journalMatch(): string[] | null;
  /** The last lines that explain a failure, oldest first. */
  lastLines(count: number): Promise<string[]>;
}

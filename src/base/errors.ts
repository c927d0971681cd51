// The one error class of pearlctl, and the one table that turns an error's code into the program's exit code.
import { asFix, type Fix, fixText } from './fix.ts';

/**
 * Exit codes of every command but `status`, which has its own.
 * Source: sysexits.h (69, 75, 77, 78) and the usual shell conventions (0, 1, 2).
 */
export const EXIT = {
  ok: 0,
  /** The question's answer is no: an invalid proof, a doctor that found something. */
  no: 1,
  usage: 2,
  /** Unavailable or given up; a service manager restarts on this one. */
  unavailable: 69,
  tryAgain: 75,
  noPermission: 77,
  /** Do not restart on this one: only a changed configuration or machine helps. */
  config: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Stable codes, each with the exit code that a command ends with when it fails this way. */
const EXIT_CODES = {
  USAGE: EXIT.usage,
  CONFIG_MISSING: EXIT.config,
  CONFIG_SYNTAX: EXIT.config,
  CONFIG_INVALID: EXIT.config,
  CONFIG_UNKNOWN_KEY: EXIT.config,
  CONFIG_UNREADABLE: EXIT.noPermission,
  /** Mounted as one file, it can be read and not be replaced. */
  CONFIG_FIXED: EXIT.config,
  /** Another process is writing it. */
  CONFIG_BUSY: EXIT.tryAgain,
  /** Another process has written it since it was read. */
  CONFIG_CHANGED: EXIT.tryAgain,
  WALLET_INVALID: EXIT.config,
  SECRET_MISSING: EXIT.config,
  NATIVE_MISSING: EXIT.config,
  NATIVE_MISMATCH: EXIT.config,
  KERNEL_UNKNOWN: EXIT.config,
  SHAPE_INVALID: EXIT.config,
  JOB_UNUSABLE: EXIT.unavailable,
  ALREADY_RUNNING: EXIT.tryAgain,
  ALREADY_STARTED: EXIT.tryAgain,
  NOT_RUNNING: EXIT.unavailable,
  /** A supervisor lives, and cannot be spoken to. */
  NO_ANSWER: EXIT.unavailable,
  PORT_IN_USE: EXIT.tryAgain,
  HOME_UNWRITABLE: EXIT.noPermission,
  /** Other users may write in a folder of ours. */
  HOME_UNSAFE: EXIT.noPermission,
  NO_PERMISSION: EXIT.noPermission,
  DISK_FULL: EXIT.unavailable,
  GATEWAY_UNREACHABLE: EXIT.unavailable,
  GATEWAY_NONSENSE: EXIT.unavailable,
  /** A defect of the native core, or of the machine; a new process may well do. */
  MINER_FAILED: EXIT.unavailable,
  CHILD_FAILED: EXIT.unavailable,
  /** A file of the state has the layout of a newer version. */
  STATE_NEWER: EXIT.config,
  FILE_UNREADABLE: EXIT.usage,
  /** Nothing was ever run here. */
  NO_LOG: EXIT.no,
  INPUT_INVALID: EXIT.usage,
  /** The answer was made, and could not be handed over. */
  OUTPUT_UNWRITABLE: EXIT.unavailable,
  SERVICE_MANAGER_MISSING: EXIT.unavailable,
  SERVICE_FAILED: EXIT.unavailable,
  SERVICE_NOT_INSTALLED: EXIT.unavailable,
  SERVICE_CONFLICT: EXIT.config,
  /** Not signed, older, or another program's to do. */
  UPGRADE_REFUSED: EXIT.noPermission,
  DEMO_FAILED: EXIT.unavailable,
  INTERNAL: EXIT.unavailable,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof EXIT_CODES;

export interface PearlErrorOptions {
  /** What to do next: an imperative sentence. One that names a pearlctl command is made by `fix`. */
  hint?: Fix | string;
  cause?: unknown;
}

/**
 * An expected failure: what happened in one sentence, and what to do about it.
 *
 * Callers branch on `code`, never on the text.
 */
export class PearlError extends Error {
  override readonly name = 'PearlError';
  readonly code: ErrorCode;
  /** What to do about it. */
  readonly fix: Fix | undefined;
  /** The same in words, for no instance in particular. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: PearlErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.fix = options.hint === undefined ? undefined : asFix(options.hint);
    this.hint = this.fix && fixText(this.fix);
  }

  /** The program is shipped in parts that each hold this class: an error of one is known in another by its name. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore-start lint/complexity/noThisInStatic: a class that extends this one is asked here too, and means itself.
    if (this !== PearlError) return Function.prototype[Symbol.hasInstance].call(this, value);
    // biome-ignore-end lint/complexity/noThisInStatic: see above.
    return value instanceof Error && value.name === 'PearlError';
  }

  /** The exit code of a program that ends with this error. */
  get exitCode(): ExitCode {
    return EXIT_CODES[this.code];
  }
}

/** The exit code for anything thrown: a known failure's own, 69 for a defect of ours. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof PearlError ? error.exitCode : EXIT.unavailable;
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What `action` gives, or null where it throws: for questions to which every refusal of the system is the same answer. */
export function orNull<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}

/** The errno name (`EACCES`, `ENOSPC`, …) of a system error, or undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a system error says that there is no such file, nor can be. */
export function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}

/** Whether a system error says that nothing more can be written: the disk, or the user's share of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT';
}

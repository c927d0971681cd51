// Gives what the addon throws a code of ours.
import { type ErrorCode, errnoOf, messageOf, PearlError } from '../base/errors.ts';

/** Runs `call`; what it throws becomes a PearlError with this code, or the one chosen for the addon's own code. */
export function coded<T>(code: ErrorCode | ((reason: string | undefined) => ErrorCode), call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const reason = errnoOf(cause);
    const message = messageOf(cause);
    // A broken proof names its reason as the code, in the vectors' lower case; other codes are not for people.
    const named = reason !== undefined && /^[a-z_0-9]+$/.test(reason);
    const chosen = typeof code === 'function' ? code(reason) : code;
    throw new PearlError(chosen, named ? `${reason}: ${message}` : message, { cause });
  }
}

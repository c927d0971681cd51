// Errors of the file system during an install, as errors that say what to do.
import { errnoOf, messageOf, PearlError } from '../../base/errors.ts';

const DISK_ERRORS: Record<string, readonly [code: 'DISK_FULL' | 'NO_PERMISSION', what: string, hint: string]> = {
  ENOSPC: ['DISK_FULL', 'The disk is full', 'Free about 200 MB and try again.'],
  EDQUOT: ['DISK_FULL', 'Your disk quota is used up', 'Free about 200 MB and try again.'],
  EROFS: ['NO_PERMISSION', 'The file system is read-only', 'Install with --scope user, or make it writable first.'],
  EACCES: ['NO_PERMISSION', 'You may not write there', 'Install with --scope user, or ask the owner of the machine.'],
  EPERM: ['NO_PERMISSION', 'You may not write there', 'Install with --scope user, or ask the owner of the machine.'],
};

/** An error of the file system as one that says what to do; anything known already as it is. */
export function explainDiskError(error: unknown, where: string): unknown {
  if (error instanceof PearlError) return error;
  const known = DISK_ERRORS[errnoOf(error) ?? ''];
  if (known !== undefined) return new PearlError(known[0], `${known[1]}: ${where}.`, { hint: known[2], cause: error });
  const said = messageOf(error);
  return new PearlError('SERVICE_FAILED', `${where}: ${said}.`, { cause: error });
}

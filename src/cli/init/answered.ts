// The answer to a question of clack, or the end of the questions where a person gave up.
import { cancel, isCancel } from '@clack/prompts';
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';

/** Throws USAGE for clack's symbol of a person who gave up; nothing is written before. */
export function answered<T>(value: T): Exclude<T, symbol> {
  if (!isCancel(value)) return value as Exclude<T, symbol>;
  cancel('Nothing was written.');
  throw new PearlError('USAGE', 'The questions were not answered, so nothing was written.', {
    hint: fix`Every question has a flag: ${pearlctl('init', '--help')}`,
  });
}

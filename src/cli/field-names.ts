// The names that `status --field` takes.
import { PearlError } from '../base/errors.ts';
import { fix, pearlctl } from '../base/fix.ts';
import { nearest } from '../base/nearest.ts';
import { STATUS } from '../state/status/status-table.ts';
import { describeKeys } from '../state/table/field.ts';

const KEYS = describeKeys(STATUS);

/** Throws USAGE, with the nearest name, for one that no status has. */
export function checkFieldName(name: string): void {
  const general = name.replace(/\.\d+(?=\.|$)/g, '[]');
  if (Object.hasOwn(KEYS, general) || Object.hasOwn(KEYS, `${general}[]`)) return;
  // An item of a list has no name of its own in the documents: its keys have.
  if (general.endsWith('[]') && Object.keys(KEYS).some((key) => key.startsWith(`${general}.`))) return;
  const meant = nearest(name, fieldNames()) ?? byEnd(name) ?? byEnd(name.split('.').at(-1) ?? '');
  throw new PearlError('USAGE', `The status has no field "${name.slice(0, 60)}".`, {
    hint: meant === undefined ? fix`All names: ${pearlctl('status', '--json')}` : `Did you mean: --field ${meant}`,
  });
}

/** All names but those inside lists. */
export function fieldNames(): string[] {
  return Object.keys(KEYS).filter((key) => !key.includes('[]'));
}

/** `shares.accepted` for `accepted`. */
function byEnd(end: string): string | undefined {
  return fieldNames().find((known) => known.toLowerCase().endsWith(`.${end.toLowerCase()}`));
}

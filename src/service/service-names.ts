// The names by which the operating system knows a service of ours, derived from the instance and nothing else.
import { PearlError } from '../base/errors.ts';
import { checkInstance } from '../config/paths.ts';

/** Longest account name that useradd(8) takes. */
const LONGEST_ACCOUNT = 32;

/** Reverse domain name of the launchd job; also the plist's file name. */
const LABEL = 'org.pearlctl.supervisor';

/** `pearlctl`, or `pearlctl-NAME`: the base of every path and of the account. Throws USAGE for an unusable name. */
export function baseName(instance: string | null): string {
  const name = checkInstance(instance);
  return name === null ? 'pearlctl' : `pearlctl-${name}`;
}

export function unitName(instance: string | null): string {
  return `${baseName(instance)}.service`;
}

export function launchdLabel(instance: string | null): string {
  baseName(instance);
  return instance === null ? LABEL : `${LABEL}.${instance}`;
}

/** The account of a system service on Linux. Throws USAGE when the instance's name makes it too long. */
export function accountName(instance: string | null): string {
  const name = baseName(instance);
  if (name.length <= LONGEST_ACCOUNT) return name;
  throw new PearlError('USAGE', `The account ${name} would have a longer name than the system takes.`, {
    hint: `Use at most ${LONGEST_ACCOUNT - 'pearlctl-'.length} letters for a system-wide instance.`,
  });
}

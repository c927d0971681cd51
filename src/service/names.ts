// The names by which the operating system knows a service of ours, derived from the instance and nothing else.
import { PearlError } from '../errors.ts';

export type Scope = 'user' | 'system';

/** Kept short, so that `pearlctl-NAME` stays a legal account name (useradd(8) allows 32 characters). */
const INSTANCE = /^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/** Reverse domain name of the launchd job; also the plist's file name. */
const LABEL = 'org.pearlctl.supervisor';

/** `pearlctl`, or `pearlctl-NAME`: the base of every path and of the account. Throws USAGE for an unusable name. */
export function baseName(instance: string | null): string {
  if (instance === null) return 'pearlctl';
  if (!INSTANCE.test(instance)) {
    throw new PearlError('USAGE', `"${instance}" cannot be the name of an instance.`, {
      hint: 'Use 1 to 20 lower-case letters, digits and inner hyphens, as in --instance garage-2.',
    });
  }
  return `pearlctl-${instance}`;
}

/** The systemd unit of an instance. */
export function unitName(instance: string | null): string {
  return `${baseName(instance)}.service`;
}

/** The launchd label of an instance. */
export function launchdLabel(instance: string | null): string {
  baseName(instance);
  return instance === null ? LABEL : `${LABEL}.${instance}`;
}

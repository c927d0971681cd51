// Where a service finds programs that are named without a folder: in fewer places than a shell.
import type { Scope } from '../base/instance.ts';
import type { ManagerKind } from './place.ts';

/** launchd's own PATH for jobs (launchd.plist(5)), said aloud in the property list so that it does not depend on the release. */
export const LAUNCHD_PATH = '/usr/bin:/bin:/usr/sbin:/sbin';
/** Of systemd's system manager (systemd.exec(5)), with the folders of systems whose /usr is not merged. */
const SYSTEMD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** @param own PATH of the caller: a user manager has what its user's session gave it, which is at most that. */
export function servicePath(kind: ManagerKind, scope: Scope, own: string | undefined): string {
  if (kind === 'launchd') return LAUNCHD_PATH;
  return scope === 'system' ? SYSTEMD_PATH : (own ?? SYSTEMD_PATH);
}

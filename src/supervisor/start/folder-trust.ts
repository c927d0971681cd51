// Whether the folders of an instance are safe to write in: what another user could put there, or exchange, we would follow,
// believe or delete. Looked at once, before anything is started.
import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { orNull, PearlError } from '../../base/errors.ts';
import type { Paths } from '../../config/paths.ts';

/** Group and others: a folder that they may write to. Reading is its owner's decision. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Throws `HOME_UNSAFE`, with what to type, for a state, runtime or log folder that another user owns or may write to. A
 * folder that is not there yet is made by us, with mode 0700; one that cannot be looked at fails when it is made.
 */
export function checkFolders(paths: Pick<Paths, 'stateFolder' | 'runtimeFolder' | 'logFile'>): void {
  const uid = process.getuid?.() ?? 0;
  for (const folder of [paths.stateFolder, paths.runtimeFolder, dirname(paths.logFile)]) {
    const facts = orNull(() => statSync(folder));
    const doubt = facts === null ? null : doubtOf(folder, facts, uid);
    if (doubt !== null) throw doubt;
  }
}

/** Root may own what a service writes in; any other owner could take it back at any moment. */
function doubtOf(folder: string, { uid, mode }: Pick<Stats, 'uid' | 'mode'>, ownUid: number): PearlError | null {
  if (uid !== ownUid && uid !== 0) {
    return new PearlError('HOME_UNSAFE', `${folder} belongs to another user (${uid}).`, {
      hint: `Type: chown ${ownUid} ${folder} (as root), or set PEARLCTL_HOME to a folder of this user.`,
    });
  }
  if ((mode & WRITABLE_BY_OTHERS) !== 0) {
    return new PearlError('HOME_UNSAFE', `Other users may write in ${folder}.`, { hint: `Type: chmod go-w ${folder}` });
  }
  return null;
}

// The only place that writes a configuration: checked before, atomically, for the same owner and mode as before, with what
// changes as a diff on request, and never over a change that the writer has not seen.
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { writeFileAtomically } from '../../base/atomic-file.ts';
import { errnoOf, isDiskFull, PearlError } from '../../base/errors.ts';
import { fix, pearlctl, sudoPearlctl } from '../../base/fix.ts';
import { makeFolder } from '../../base/private-folder.ts';
import { diffLines } from '../../base/text-lines.ts';
import { checkChange } from '../../config/config-change.ts';
import type { ConfigError } from '../../config/config-error.ts';
import { readConfigFile } from '../../config/config-file.ts';
import { whileLocked } from '../../config/config-lock.ts';
import { checkConfig } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';

export interface ConfigChange {
  readonly path: string;
  readonly text: string;
  /** What is there now, or null. */
  readonly before: string | null;
  /** What would change: a diff, or the whole text where there is no file yet; empty where nothing changes. */
  readonly changes: string;
  /** What was wrong before and still is. */
  readonly remaining: readonly ConfigError[];
}

/**
 * A whole new text, compared with what is there; touches nothing.
 *
 * @throws PearlError the first problem of the new text, or CONFIG_UNREADABLE.
 */
export async function planChange(paths: Paths, text: string): Promise<ConfigChange> {
  const path = paths.configFile;
  const { problems } = checkConfig(text, path, { home: paths.userHome });
  if (problems[0]) throw problems[0];
  const before = existsSync(path) ? await readConfigFile(path) : null;
  return { path, text, before, changes: describe(before, text), remaining: [] };
}

/**
 * What a text that was `before` would become by a person's own hand; touches nothing. A broken file may be mended step by
 * step: what was wrong before may stay.
 *
 * @throws PearlError the first problem that the change would bring.
 */
export function planEdit({ configFile, userHome }: Paths, before: string, text: string): ConfigChange {
  const remaining = checkChange(before, text, configFile, { home: userHome });
  return { path: configFile, text, before, changes: describe(before, text), remaining };
}

function describe(before: string | null, text: string): string {
  if (before === text) return '';
  return before === null ? text : diffLines(before, text).join('\n');
}

/** How often an editor that knows no lock may come between reading and writing, before that is told. */
const ROUNDS = 10;

/**
 * Edits what is there and writes it, so that no change is lost, however many processes edit at once.
 *
 * @throws PearlError CONFIG_MISSING, CONFIG_UNREADABLE, CONFIG_BUSY, CONFIG_CHANGED, CONFIG_FIXED, DISK_FULL, HOME_UNWRITABLE, what `edit` throws, or
 * the first problem that it would bring.
 */
export function editConfiguration(paths: Paths, edit: (before: string) => string): Promise<ConfigChange> {
  return whileLocked(paths.configFile, async () => {
    for (let round = 1; ; round += 1) {
      const before = await readConfigFile(paths.configFile);
      const plan = planEdit(paths, before, edit(before));
      try {
        if (plan.changes !== '') await replace(plan);
        return plan;
      } catch (error) {
        if (round === ROUNDS || !wasChanged(error)) throw error;
      }
    }
  });
}

/**
 * Writes what was planned; an existing file keeps its mode and its owner, and a link stays one.
 *
 * @param backup where the file before is kept, in the same mode.
 * @throws PearlError CONFIG_CHANGED where the file is no longer what the plan was made from: the user has not been shown what
 * would be lost. CONFIG_BUSY, CONFIG_FIXED, DISK_FULL, HOME_UNWRITABLE, CONFIG_UNREADABLE.
 */
export function writeChange(plan: ConfigChange, backup?: string): Promise<void> {
  return whileLocked(plan.path, () => replace(plan, backup));
}

/**
 * Before questions are asked for a file that could not be written then.
 *
 * @throws PearlError NO_PERMISSION for what only root may write, or HOME_UNWRITABLE.
 */
export function checkWritable({ configFile, scope }: Paths): void {
  try {
    let folder = dirname(behindLinks(configFile));
    while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    if (scope !== 'system' || errnoOf(error) !== 'EACCES') throw unwritable(configFile, error);
    throw new PearlError('NO_PERMISSION', `Only root can write the system's configuration ${configFile}.`, {
      hint: fix`Type: ${sudoPearlctl('init')}`,
      cause: error,
    });
  }
}

/** Whether the writer came second. */
export function wasChanged(error: unknown): error is PearlError & { readonly code: 'CONFIG_CHANGED' } {
  return error instanceof PearlError && error.code === 'CONFIG_CHANGED';
}

async function replace({ path, text, before }: ConfigChange, backup?: string): Promise<void> {
  const now = existsSync(path) ? await readConfigFile(path) : null;
  if (now !== before) throw changedMeanwhile(path);
  try {
    const reader = serviceGroup(path);
    makeFolder(dirname(path), reader === null ? 0o700 : 0o755);
    const there = statSync(path, { throwIfNoEntry: false });
    const fresh = reader?.gid == null ? { mode: 0o600 } : { mode: 0o640, owner: { uid: 0, gid: reader.gid } };
    const kept = there === undefined ? fresh : { mode: there.mode & 0o777, ...foreignOwner(there) };
    // Two processes that both saw no file have none to lock: one of them makes it, the other is refused by the file system.
    const exclusive = before === null;
    if (backup !== undefined && before !== null) writeFileAtomically(backup, before, { ...kept, durable: true });
    writeFileAtomically(behindLinks(path), text, { ...kept, durable: true, exclusive });
  } catch (error) {
    if (before === null && errnoOf(error) === 'EEXIST') throw changedMeanwhile(path);
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause: unknown): PearlError {
  const errno = errnoOf(cause);
  if (errno === 'EBUSY') {
    const message = `The configuration ${path} is mounted here as a single file, which cannot be replaced.`;
    const hint = 'Change it outside of this container, or mount the folder that it lies in instead.';
    return new PearlError('CONFIG_FIXED', message, { hint, cause });
  }
  if (isDiskFull(cause)) {
    const hint = 'Free some space there, then type this again.';
    return new PearlError('DISK_FULL', `The disk is full: ${path} cannot be written.`, { hint, cause });
  }
  return new PearlError('HOME_UNWRITABLE', `The configuration ${path} cannot be written (${errno}).`, {
    hint: `Look at the folder with: ls -ld ${dirname(path)}`,
    cause,
  });
}

function changedMeanwhile(path: string): PearlError {
  return new PearlError(
    'CONFIG_CHANGED',
    `The configuration ${path} was changed meanwhile, and was left as it is now.`,
    {
      hint: fix`Look at it with: ${pearlctl('config', 'show')}. Then type this again.`,
    },
  );
}

/** The file itself; a link that leads to nothing yet says where it is to be. */
function behindLinks(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return link ? resolve(dirname(path), readlinkSync(path)) : path;
}

/**
 * The group of the account that the machine's service on Linux runs as, which has to read what root writes; its number is null
 * before there is one: then `install` gives the right. Null for any other file.
 */
function serviceGroup(path: string): { gid: number | null } | null {
  const name = /^\/etc\/(pearlctl(?:-[a-z0-9-]{1,32})?)\/pearlctl\.ini$/.exec(path)?.[1];
  if (name === undefined || process.geteuid?.() !== 0 || process.platform !== 'linux') return null;
  const groups = existsSync('/etc/group') ? readFileSync('/etc/group', 'utf8') : '';
  const line = groups.split('\n').find((one) => one.startsWith(`${name}:`));
  const gid = Number(line?.split(':')[2]);
  return { gid: Number.isInteger(gid) ? gid : null };
}

/** Under sudo, a person's file stays that person's. */
function foreignOwner({ uid, gid }: Stats): { owner?: { uid: number; gid: number } } {
  return uid === process.geteuid?.() && gid === process.getegid?.() ? {} : { owner: { uid, gid } };
}

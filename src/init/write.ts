// The only place that writes a configuration: checked before, atomically, for the same owner and mode as before, and with
// what changes as a diff for whoever asks.
import { existsSync, mkdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { changeText } from '../config/change.ts';
import { checkConfig } from '../config/config.ts';
import type { ConfigError } from '../config/config-error.ts';
import { readConfigFile } from '../config/file.ts';
import type { Paths } from '../config/paths.ts';
import { errnoOf, PearlError } from '../errors.ts';
import { diffLines } from '../service/plan/diff.ts';
import { writeFileAtomically } from '../sidecar/atomic-file.ts';

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
 * An edit of what is there; touches nothing. A broken file may be mended step by step: what was wrong before may stay.
 *
 * @throws PearlError CONFIG_MISSING, CONFIG_UNREADABLE, what `edit` throws, or the first problem that it would bring.
 */
export async function planEdit(paths: Paths, edit: (before: string) => string): Promise<ConfigChange> {
  const path = paths.configFile;
  const before = await readConfigFile(path);
  const { after, remaining } = changeText(before, edit(before), path, { home: paths.userHome });
  return { path, text: after, before, changes: describe(before, after), remaining };
}

function describe(before: string | null, text: string): string {
  if (before === text) return '';
  return before === null ? text : diffLines(before, text).join('\n');
}

/** Writes it; an existing file keeps its mode and its owner, and a link stays one. Throws HOME_UNWRITABLE. */
export function writeChange({ path, text }: ConfigChange): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const there = statSync(path, { throwIfNoEntry: false });
    const kept = there === undefined ? { mode: 0o600 } : { mode: there.mode & 0o777, ...foreignOwner(there) };
    writeFileAtomically(there === undefined ? path : realpathSync(path), text, { ...kept, durable: true });
  } catch (error) {
    throw new PearlError('HOME_UNWRITABLE', `The configuration ${path} cannot be written (${errnoOf(error)}).`, {
      hint: `Look at the folder with: ls -ld ${dirname(path)}`,
      cause: error,
    });
  }
}

/** Under sudo, a person's file stays that person's. */
function foreignOwner({ uid, gid }: Stats): { owner?: { uid: number; gid: number } } {
  return uid === process.geteuid?.() && gid === process.getegid?.() ? {} : { owner: { uid, gid } };
}

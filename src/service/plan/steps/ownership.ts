// Owners and modes of files and folders: how a plan shows them, and how a step sets them.
import { chown } from 'node:fs/promises';
import { PearlError } from '../../../base/errors.ts';
import type { StepContext } from './step-kind.ts';

/** Names, since the account may be made by an earlier step. */
export interface Owner {
  user: string;
  group: string;
}

/** A mode as `chmod` takes it, four digits. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** Gives the path to the owner. Throws SERVICE_FAILED when there is no such account. */
export async function own(context: StepContext, path: string, owner: Owner): Promise<void> {
  const uid = await idOf(context, owner.user);
  const gid = await groupId(context, owner);
  if (uid === null || gid === null) throw new PearlError('SERVICE_FAILED', `There is no account ${owner.user}.`);
  await chown(path, uid, gid);
}

/** The user id of an account, or null when there is none. */
export async function idOf({ run }: Pick<StepContext, 'run'>, user: string): Promise<number | null> {
  return user === 'root' ? 0 : askId(run, '-u', user);
}

/** On Linux, a service's account has a group of its own name; on macOS the accounts share one. */
async function groupId({ run, caller }: StepContext, { user, group }: Owner): Promise<number | null> {
  if (group === 'root' || group === 'wheel') return 0;
  return askId(run, '-g', caller.platform === 'darwin' ? user : group);
}

async function askId(run: StepContext['run'], flag: '-u' | '-g', name: string): Promise<number | null> {
  const { code, stdout } = await run(['id', flag, name]);
  return code === 0 && /^\d+$/.test(stdout.trim()) ? Number(stdout) : null;
}

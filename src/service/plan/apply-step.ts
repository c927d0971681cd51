// Carries out single steps. Each knows what to record before it and gives back how to undo it, so that a failed install
// leaves the machine as it was.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, readFile, readlink, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../base/atomic-file.ts';
import { errnoOf, PearlError } from '../../base/errors.ts';
import { contentHash, type ManifestEntry } from '../manifest.ts';
import { layRuntime, pruneRuntimes } from '../runtime/lay.ts';
import type { Machine } from './machine-facts.ts';
import type { Owner, Step } from './step.ts';

export interface Undo {
  /** In reverse order of the steps. */
  now?: () => Promise<void>;
  /** Once all files are back as they were, in the order of the steps. */
  after?: () => Promise<void>;
}

/** What to write into the manifest before the step, or null for steps that leave nothing of their own. */
export async function entryFor(step: Step, machine: Machine): Promise<ManifestEntry | null> {
  switch (step.kind) {
    case 'account':
      return { kind: 'account', name: step.name, existed: (await idOf(machine, step.name)) !== null };
    case 'folder':
      return { kind: 'folder', path: step.path, existed: await exists(step.path) };
    case 'file':
      return { kind: 'file', path: step.path, existed: await exists(step.path), sha256: contentHash(step.content) };
    case 'secret':
      // The hash of a password must not lie around; that of nothing says nothing.
      return { kind: 'file', path: step.path, existed: await exists(step.path), sha256: contentHash('') };
    case 'access': {
      const { uid, gid, mode } = await lstat(step.path);
      return { kind: 'access', path: step.path, uid, gid, mode: mode & 0o7777 };
    }
    case 'runtime':
      return { kind: 'runtime', path: step.folder };
    case 'link':
      return { kind: 'link', path: step.path };
    case 'linger':
      return { kind: 'linger', user: step.user, existed: false };
    case 'service':
      return step.verb === 'enable' ? { kind: 'enabled', existed: (await machine.manager.state()).enabled } : null;
    case 'prune':
      return null;
  }
}

/** Carries the step out. Throws a PearlError that says what could not be done. */
export async function applyStep(step: Step, machine: Machine): Promise<Undo> {
  try {
    return await apply(step, machine);
  } catch (error) {
    throw explain(error, 'path' in step ? step.path : 'folder' in step ? step.folder : 'A step');
  }
}

async function apply(step: Step, machine: Machine): Promise<Undo> {
  switch (step.kind) {
    case 'account': {
      await must(machine, step.command, `The account ${step.name} could not be made`);
      return { now: () => must(machine, ['userdel', step.name], `The account ${step.name} could not be removed`) };
    }
    case 'folder': {
      await mkdir(step.path);
      await chmod(step.path, step.mode);
      if (step.owner) await own(machine, step.path, step.owner);
      return { now: () => rmdir(step.path) };
    }
    case 'file':
      return replaceFile(machine, step.path, step.content, step.mode, step.owner);
    case 'secret':
      return replaceFile(machine, step.path, await step.value(), 0o600, step.owner);
    case 'access': {
      const before = await lstat(step.path);
      await own(machine, step.path, step.owner);
      await chmod(step.path, step.mode);
      const restore = async (): Promise<void> => {
        await chown(step.path, before.uid, before.gid);
        await chmod(step.path, before.mode & 0o7777);
      };
      return { now: restore };
    }
    case 'runtime': {
      const mended = existsSync(step.folder);
      await layRuntime(step.source, step.folder, machine.caller.platform);
      // What it takes the place of was the same and damaged: nobody wants that back.
      return mended ? {} : { now: () => rm(step.folder, { recursive: true, force: true }) };
    }
    case 'link': {
      await pointLink(step.path, step.target);
      return { now: () => (step.before === null ? unlink(step.path) : pointLink(step.path, step.before)) };
    }
    case 'linger':
      await must(
        machine,
        step.command,
        'Lingering could not be switched on',
        `Type: sudo ${step.command.join(' ')}, then install again; or with --no-linger it starts when you log in.`,
      );
      await machine.awaitSession();
      return { now: () => must(machine, ['loginctl', 'disable-linger', step.user], 'Lingering stays switched on') };
    case 'service':
      return applyVerb(step.verb, machine);
    case 'prune':
      await pruneRuntimes(step.root, step.keep);
      return {};
  }
}

async function applyVerb(verb: (Step & { kind: 'service' })['verb'], machine: Machine): Promise<Undo> {
  const { manager, awaitReady } = machine;
  switch (verb) {
    case 'load':
      await manager.load();
      return { after: () => manager.forget() };
    case 'enable': {
      const { enabled } = await manager.state();
      await manager.enable();
      return enabled ? {} : { now: () => manager.disable() };
    }
    case 'start': {
      const fresh = machine.managedFolders.filter((path) => !existsSync(path));
      const undo = async (): Promise<void> => {
        await manager.stop();
        for (const path of fresh) await rm(path, { recursive: true, force: true });
      };
      try {
        await manager.start();
        await awaitReady();
      } catch (error) {
        await undo();
        throw error;
      }
      return { now: undo };
    }
    case 'restart':
      try {
        await manager.restart();
        await awaitReady();
      } catch (error) {
        throw new RestartFailed(error);
      }
      return { after: () => manager.restart() };
    case 'reload':
      await manager.reload();
      return {};
  }
}

/** A restart that failed left the old version stopped: undoing it means to start that one again, after its files are back. */
export class RestartFailed extends Error {
  constructor(cause: unknown) {
    super('the new version did not start', { cause });
  }
}

async function replaceFile(
  machine: Machine,
  path: string,
  content: string,
  mode: number,
  owner: Owner | null,
): Promise<Undo> {
  const before = await readFile(path).catch(() => null);
  const facts = before === null ? null : await lstat(path);
  writeFileAtomically(path, content, { mode, durable: true });
  if (owner) await own(machine, path, owner);
  const restore = async (): Promise<void> => {
    if (before === null || facts === null) return unlink(path);
    writeFileAtomically(path, before.toString('utf8'), { mode: facts.mode & 0o7777, durable: true });
    await chown(path, facts.uid, facts.gid);
  };
  return { now: restore };
}

/** A link changes by rename: at every moment it points to the old place or to the new one. */
async function pointLink(path: string, target: string): Promise<void> {
  const temporary = join(dirname(path), `.link-${randomBytes(4).toString('hex')}`);
  await symlink(target, temporary);
  await rename(temporary, path).catch(async (error: unknown) => {
    await unlink(temporary);
    throw error;
  });
}

export async function readLink(path: string): Promise<string | null> {
  return readlink(path).catch(() => null);
}

async function own(machine: Machine, path: string, owner: Owner): Promise<void> {
  const uid = await idOf(machine, owner.user);
  const gid = await groupId(machine, owner);
  if (uid === null || gid === null) throw new PearlError('SERVICE_FAILED', `There is no account ${owner.user}.`);
  await chown(path, uid, gid);
}

/** The user id of an account, or null when there is none. */
export async function idOf({ run }: Pick<Machine, 'run'>, user: string): Promise<number | null> {
  if (user === 'root') return 0;
  const { code, stdout } = await run(['id', '-u', user]);
  return code === 0 && /^\d+$/.test(stdout.trim()) ? Number(stdout) : null;
}

/** On Linux, a service's account has a group of its own name; on macOS people share theirs. */
async function groupId({ run, caller }: Machine, owner: Owner): Promise<number | null> {
  if (owner.group === 'root' || owner.group === 'wheel') return 0;
  const { code, stdout } = await run(['id', '-g', caller.platform === 'darwin' ? owner.user : owner.group]);
  return code === 0 && /^\d+$/.test(stdout.trim()) ? Number(stdout) : null;
}

async function must({ run }: Machine, command: string[], what: string, hint?: string): Promise<void> {
  const { code, stderr } = await run(command);
  if (code === 0) return;
  const said = (stderr.trim().split('\n')[0] ?? '').replace(/\.$/, '');
  throw new PearlError('SERVICE_FAILED', `${what}${said ? `: ${said}` : ''}.`, {
    hint: hint ?? `It was: ${command.join(' ')}`,
  });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

const DISK_ERRORS: Record<string, readonly [code: 'DISK_FULL' | 'NO_PERMISSION', what: string, hint: string]> = {
  ENOSPC: ['DISK_FULL', 'The disk is full', 'Free about 200 MB and try again.'],
  EDQUOT: ['DISK_FULL', 'Your disk quota is used up', 'Free about 200 MB and try again.'],
  EROFS: ['NO_PERMISSION', 'The file system is read-only', 'Install with --scope user, or make it writable first.'],
  EACCES: ['NO_PERMISSION', 'You may not write there', 'Install with --scope user, or ask the owner of the machine.'],
  EPERM: ['NO_PERMISSION', 'You may not write there', 'Install with --scope user, or ask the owner of the machine.'],
};

/** An error of the file system as one that says what to do; anything known already as it is. */
export function explain(error: unknown, where: string): unknown {
  if (error instanceof PearlError || error instanceof RestartFailed) return error;
  const known = DISK_ERRORS[errnoOf(error) ?? ''];
  if (known !== undefined) return new PearlError(known[0], `${known[1]}: ${where}.`, { hint: known[2], cause: error });
  const said = error instanceof Error ? error.message : String(error);
  return new PearlError('SERVICE_FAILED', `${where}: ${said}.`, { cause: error });
}

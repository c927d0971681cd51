// Reads the configuration file: bounded, as UTF-8, and only one that the user it runs as can trust.
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, isMissing, PearlError } from '../base/errors.ts';
import { fix, pearlctl } from '../base/fix.ts';
import { ConfigError } from './config-error.ts';
import { MAX_BYTES, tooLarge } from './scan-lines.ts';

/**
 * The text of the configuration in `path`.
 *
 * @throws PearlError CONFIG_MISSING where there is none; CONFIG_UNREADABLE where it cannot be read, or where root would
 * trust what others can write; CONFIG_SYNTAX where it is too large or not UTF-8.
 */
export async function readConfigFile(path: string, uid = process.getuid?.()): Promise<string> {
  const file = await openConfig(path);
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw unreadable(path, 'it is no file');
    if (uid === 0) await checkTrust(path, facts);
    return decode(path, await readBounded(file, path));
  } catch (error) {
    if (error instanceof PearlError) throw error;
    throw unreadable(path, errnoOf(error) ?? 'reading failed', error);
  } finally {
    await file.close();
  }
}

async function openConfig(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, a pipe of that name would be waited for for ever.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) {
      throw new PearlError('CONFIG_MISSING', `There is no configuration at ${path}.`, {
        hint: fix`Make one with: ${pearlctl('init')} (or give another with --config PATH).`,
        cause: error,
      });
    }
    const errno = errnoOf(error);
    throw unreadable(path, errno === 'EACCES' ? 'permission denied' : (errno ?? 'opening failed'), error);
  }
}

function unreadable(path: string, why: string, cause?: unknown): PearlError {
  return new PearlError('CONFIG_UNREADABLE', `The configuration ${path} cannot be read: ${why}.`, {
    hint: `Look at it with: ls -ld ${path}`,
    cause,
  });
}

/** A process of root does what this file says, so no other user may be able to change it. */
async function checkTrust(path: string, facts: { mode: number; uid: number }): Promise<void> {
  const owner = Number(process.env.SUDO_UID ?? '0');
  if ((facts.mode & 0o022) !== 0) {
    throw distrusted(`The configuration ${path} can be changed by others`, `chmod go-w ${path}`);
  }
  if (facts.uid !== 0 && facts.uid !== owner) {
    throw distrusted(`The configuration ${path} belongs to another user`, `chown root ${path}`);
  }
  const folder = dirname(path);
  const folderMode = (await stat(folder)).mode;
  // In a sticky folder such as /tmp only the owner replaces a file.
  if ((folderMode & 0o022) !== 0 && (folderMode & 0o1000) === 0) {
    throw distrusted(`The folder ${folder} can be changed by others`, `chmod go-w ${folder}`);
  }
}

function distrusted(what: string, command: string): PearlError {
  return new PearlError('CONFIG_UNREADABLE', `${what}, and pearlctl runs as root.`, { hint: `Type: ${command}` });
}

/** One byte more than allowed is enough to refuse it. */
async function readBounded(file: FileHandle, path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length > MAX_BYTES) throw tooLarge(path);
  return buffer.subarray(0, length);
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ConfigError(
      'CONFIG_SYNTAX',
      { origin: path, line: firstBadLine(bytes) },
      'The file is not UTF-8 text.',
      'Save it as UTF-8.',
    );
  }
}

function firstBadLine(bytes: Buffer): number {
  // A broken character never spans lines: the byte of a line feed is part of no other character in UTF-8.
  const lines = bytes.toString('latin1').split('\n');
  const bad = lines.findIndex((line) => {
    const raw = Buffer.from(line, 'latin1');
    return !raw.equals(Buffer.from(raw.toString('utf8')));
  });
  return bad + 1;
}

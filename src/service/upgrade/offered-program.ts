// What an upgrade is given: a folder with a program in it, or an archive of one with its signature. Makes a folder of it that
// `install` can copy from.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { PearlError } from '../../base/errors.ts';
import { programVersion } from '../../base/packaging/this-copy.ts';
import type { RunCommand } from '../run-program.ts';
import { checkSignature, parseSigningKey } from './minisign.ts';

export interface OfferedProgram {
  readonly folder: string;
  readonly version: string;
  /** How its maker was checked, as a sentence. */
  readonly trust: string;
  /** Removes what was unpacked. */
  discard(): void;
}

export interface Trust {
  /** A public key of minisign, or a file with one; null where none is known. */
  readonly key: string | null;
  /** Take what is not signed. */
  readonly insecure: boolean;
}

const UNSIGNED = 'Not checked: its maker is not known.';

/**
 * The program in `source`.
 *
 * @throws PearlError UPGRADE_REFUSED for one that is not signed, or not as it was signed; INPUT_INVALID for one that is no program.
 */
export async function openOffered(source: string, trust: Trust, run: RunCommand): Promise<OfferedProgram> {
  const path = resolve(source);
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) {
    throw new PearlError('INPUT_INVALID', `${path} is not there.`, {
      hint: 'Give the path of a folder or an archive.',
    });
  }
  if (facts.isDirectory()) {
    if (!trust.insecure) throw unsigned(`The folder ${path} has no signature.`);
    const folder = programIn(path);
    return { folder, version: programVersion(folder), trust: UNSIGNED, discard() {} };
  }
  const workshop = mkdtempSync(join(tmpdir(), 'pearlctl-upgrade-'));
  const discard = (): void => rmSync(workshop, { recursive: true, force: true });
  try {
    // A copy: what is examined is what is unpacked, whatever happens to the original meanwhile.
    const archive = join(workshop, basename(path));
    const bytes = readFileSync(path);
    writeFileSync(archive, bytes);
    const told = examine(path, bytes, trust);
    const unpacked = mkdtempSync(join(workshop, 'program-'));
    const flags = ['--no-same-owner', '--no-same-permissions', '-C', unpacked];
    const { code, stderr } = await run(['tar', '-xf', archive, ...flags]);
    if (code !== 0) {
      throw new PearlError('INPUT_INVALID', `${path} cannot be unpacked: ${stderr.trim().split('\n')[0] ?? ''}`);
    }
    const folder = programIn(unpacked);
    return { folder, version: programVersion(folder), trust: told, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

/** Checks the bytes by what lies beside the file. Returns what was found, as a sentence. */
function examine(path: string, bytes: Buffer, { key, insecure }: Trust): string {
  checkSum(path, bytes);
  if (insecure) return UNSIGNED;
  if (key === null) {
    throw new PearlError('UPGRADE_REFUSED', 'This pearlctl was built without the key that releases are signed with.', {
      hint: 'Give the key that you trust with --key, or take the file as it is with --insecure.',
    });
  }
  const signature = `${path}.minisig`;
  if (!existsSync(signature)) throw unsigned(`${signature} is not there.`);
  const signingKey = parseSigningKey(existsSync(key) ? readFileSync(key, 'utf8') : key);
  return `Signed with ${signingKey.id}: ${checkSignature(bytes, readFileSync(signature, 'utf8'), signingKey)}`;
}

/** A list of checksums beside the file, in the format of sha256sum(1), has to agree. */
function checkSum(path: string, bytes: Buffer): void {
  const list = join(dirname(path), 'SHA256SUMS');
  if (!existsSync(list)) return;
  const line = readFileSync(list, 'utf8')
    .split('\n')
    .find((text) => text.slice(66).trim() === basename(path));
  if (line === undefined || line.slice(0, 64) === createHash('sha256').update(bytes).digest('hex')) return;
  throw new PearlError('UPGRADE_REFUSED', `${path} is not what ${list} says it is.`, {
    hint: 'It was cut off or changed on its way: fetch it again.',
  });
}

/** The folder itself, or the only one in it. */
function programIn(folder: string): string {
  const inner = readdirSync(folder);
  const candidates = [folder, ...(inner.length === 1 ? [join(folder, inner[0] ?? '')] : [])];
  const found = candidates.find(
    (path) => existsSync(join(path, 'package.json')) && existsSync(join(path, 'templates', 'systemd')),
  );
  if (found !== undefined) return realpathSync(found);
  throw new PearlError('INPUT_INVALID', `There is no pearlctl in ${folder}.`, {
    hint: 'Give the folder that holds its package.json, or an archive of it.',
  });
}

function unsigned(message: string): PearlError {
  return new PearlError('UPGRADE_REFUSED', message, {
    hint: 'Fetch the signature too, or, if you trust its source, take it unchecked with --insecure.',
  });
}

// A version from npm, asked for by its number: npm fetches it and its addon as npm is configured here, and compares both with the
// checksums of the registry. Only the proof runs any of it. Nothing is fetched that was not named.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PearlError } from '../../base/errors.ts';
import { programVersion } from '../../base/packaging/this-copy.ts';
import type { RunCommand } from '../run-program.ts';
import type { OfferedProgram } from './offered-program.ts';

/** A slow line, and a few megabytes. */
const FETCH_LIMIT_MS = 300_000;

/** Scripts of packages are code of their makers that would run as root before any proof. */
const FLAGS = ['--ignore-scripts', '--include=optional', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * The program of that version.
 *
 * @throws PearlError INPUT_INVALID where npm has none, UPGRADE_REFUSED where npm is not here or cannot fetch it.
 */
export async function fetchFromNpm(version: string, run: RunCommand): Promise<OfferedProgram> {
  const workshop = mkdtempSync(join(tmpdir(), 'pearlctl-upgrade-'));
  const discard = (): void => rmSync(workshop, { recursive: true, force: true });
  try {
    const command = ['npm', 'install', '--prefix', workshop, ...FLAGS, `pearlctl@${version}`];
    const env = { npm_config_update_notifier: 'false' };
    const { code, stderr } = await run(command, { timeoutMs: FETCH_LIMIT_MS, env });
    if (code !== 0) throw notFetched(version, stderr);
    const folder = join(workshop, 'node_modules', 'pearlctl');
    const trust = 'From npm, which compared it with the checksum of the registry; it has no signature of minisign.';
    return { folder, version: programVersion(folder), trust, discard };
  } catch (error) {
    discard();
    if (!(error instanceof PearlError) || error.code !== 'SERVICE_MANAGER_MISSING') throw error;
    throw new PearlError('UPGRADE_REFUSED', 'A version by its number comes from npm, which is not here.', {
      hint: 'Fetch the archive of that release and its .minisig, and give its path.',
      cause: error,
    });
  }
}

function notFetched(version: string, stderr: string): PearlError {
  const code = /npm (?:ERR!|error) code (\w+)/.exec(stderr)?.[1];
  if (code === 'E404' || code === 'ETARGET') {
    return new PearlError('INPUT_INVALID', `npm has no pearlctl ${version}.`, {
      hint: 'See which versions there are: npm view pearlctl versions',
    });
  }
  const said = /npm (?:ERR!|error) (?!code )(\S.*)/.exec(stderr)?.[1] ?? `code ${code ?? 'unknown'}`;
  return new PearlError('UPGRADE_REFUSED', `npm could not fetch pearlctl ${version}: ${said.slice(0, 300)}`, {
    hint: 'See what npm says: npm view pearlctl',
  });
}

// The version of this copy of pearlctl, read from the package.json that was shipped with it: beside the bundle of an
// installed runtime, two folders up in a package.
import { existsSync, readFileSync } from 'node:fs';

function readVersion(): string {
  const beside = new URL('./package.json', import.meta.url);
  const file = existsSync(beside) ? beside : new URL('../../package.json', import.meta.url);
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('package.json has no version');
}

/** Semantic version, as in package.json. */
export const VERSION = readVersion();

// The version of this copy of pearlctl, read from the package.json that was shipped with it: beside the bundle of an
// installed runtime, two folders up where it was packed or the sources are run as they are, three up in dist/js/base.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function readVersion(): string {
  const places = ['.', '../..', '../../..'].map((path) => join(import.meta.dirname, path, 'package.json'));
  const file = places.find((place) => existsSync(place));
  if (file === undefined) throw new Error(`no package.json around ${import.meta.dirname}`);
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('package.json has no version');
}

/** Semantic version, as in package.json. */
export const VERSION = readVersion();

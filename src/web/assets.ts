// The files of the dashboard page, read into memory when the supervisor starts: a few, small, and what is not among them is
// not served, whatever a request names.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Asset {
  type: string;
  body: Buffer;
  /** Quoted, as in the `ETag` header. */
  tag: string;
}

export interface Assets {
  /** By the path of a request. */
  byPath: ReadonlyMap<string, Asset>;
  /** Changes with any of the files. */
  digest: string;
}

/** Everything that a browser asks for, as the build makes it (`scripts/build-page.mjs`). */
const FILES = [
  { path: '/', name: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/page.css', name: 'page.css', type: 'text/css; charset=utf-8' },
  { path: '/page.js', name: 'page.js', type: 'text/javascript; charset=utf-8' },
  { path: '/icon.svg', name: 'icon.svg', type: 'image/svg+xml' },
] as const;

/** Beside an installed bundle, beside dist/bundle, from dist/js/web, and where the sources are run as they are. */
const FOLDERS = ['./page/', '../page/', '../../page/', '../../dist/page/'];

/** Where the page was built to, or null where it never was. */
export function pageFolder(): string | null {
  const folders = FOLDERS.map((relative) => fileURLToPath(new URL(relative, import.meta.url)));
  return folders.find((folder) => existsSync(join(folder, 'page.js'))) ?? null;
}

/** The page's files, or null where some are missing or cannot be read: mining does not hang on them. */
export function readAssets(folder: string | null): Assets | null {
  if (folder === null) return null;
  const whole = createHash('sha256');
  const byPath = new Map<string, Asset>();
  try {
    for (const { path, name, type } of FILES) {
      const body = readFileSync(join(folder, name));
      whole.update(`${name}\0`).update(body);
      byPath.set(path, { type, body, tag: `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"` });
    }
  } catch {
    return null;
  }
  return { byPath, digest: whole.digest('hex').slice(0, 16) };
}

// The files of the dashboard page, read into memory when the supervisor starts: a few, small, and what is not among them is
// not served, whatever a request names.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PageTemplate, pageTemplate } from './page-template.ts';

export interface Assets {
  page: PageTemplate;
  /** The icon of its tab, SVG. */
  icon: Buffer;
  /** Changes with any of the files. */
  digest: string;
}

/** Beside an installed bundle, beside dist/bundle, from dist/js/web/site, and where the sources are run as they are. */
const FOLDERS = ['./page/', '../page/', '../../../page/', '../../../dist/page/'];

/** Where the page was built to (`scripts/build-page.ts`), or null where it never was. */
export function pageFolder(): string | null {
  const folders = FOLDERS.map((relative) => fileURLToPath(new URL(relative, import.meta.url)));
  return folders.find((folder) => existsSync(join(folder, 'page.js'))) ?? null;
}

/** The page's files, or null where some are missing, cannot be read or do not fit together: mining does not hang on them. */
export function readAssets(folder: string | null): Assets | null {
  if (folder === null) return null;
  const whole = createHash('sha256');
  const read = (name: string) => {
    const body = readFileSync(join(folder, name));
    whole.update(`${name}\0`).update(body);
    return body;
  };
  try {
    const [html, style, script] = ['index.html', 'page.css', 'page.js'].map((name) => read(name).toString('utf8'));
    const page = pageTemplate({ html: html ?? '', style: style ?? '', script: script ?? '' });
    const icon = read('icon.svg');
    return page === null ? null : { page, icon, digest: whole.digest('hex').slice(0, 16) };
  } catch {
    return null;
  }
}

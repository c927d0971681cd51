// The files of the dashboard page, read into memory when the supervisor starts: a few, small, and what is not among them is
// not served, whatever a request names.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DashboardDocument } from './dashboard-document.ts';

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

interface PageParts {
  /** With one link to `page.css` and one script `page.js`, as it stands in `src/web/page`. */
  html: string;
  style: string;
  script: string;
}

interface PageTemplate {
  /** The sources of the page's own style and script for `Content-Security-Policy` (CSP 3, hash-source). */
  policy: string;
  render(document: DashboardDocument): string;
}

const STYLE_LINK = '<link rel="stylesheet" href="page.css" />';
const SCRIPT_LINK = '<script type="module" blocking="render" src="page.js"></script>';
const DATA = '<script type="application/json" id="first">';

/**
 * The page as one document: style, script and the first figures stand in it, so that a browser asks once and its first picture
 * shows the truth. Null where the parts do not fit together: a place is missing, or a part would end its element early.
 */
export function pageTemplate({ html, style, script }: PageParts): PageTemplate | null {
  if (/<\/style/i.test(style) || /<\/script|<!--/i.test(script)) return null;
  const [head, rest] = halves(html, STYLE_LINK);
  const [middle, body] = halves(rest, SCRIPT_LINK);
  const [main, end] = halves(body, DATA);
  if (end === '') return null;
  const before = `${head}<style>${style}</style>${middle}<script type="module" blocking="render">${script}</script>${main}`;
  return {
    policy: `script-src '${digestOf(script)}'; style-src '${digestOf(style)}'`,
    render: (document) => `${before}${DATA}${dataText(document)}${end}`,
  };
}

function halves(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** JSON in which nothing can end or open an element: `<` stands only within strings, where its escape means the same. */
function dataText(document: DashboardDocument): string {
  return JSON.stringify(document).replaceAll('<', '\\u003c');
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

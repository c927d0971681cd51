// The page as one document: style, script and the first figures stand in it, so that a browser asks once and its first picture
// shows the truth. Pure. The page's policy names the digests of that style and script: nothing else is applied or run.
import { createHash } from 'node:crypto';
import type { DashboardDocument } from './dashboard-document.ts';

export interface PageParts {
  /** With one link to `page.css` and one script `page.js`, as it stands in `src/web/page`. */
  html: string;
  style: string;
  script: string;
}

export interface PageTemplate {
  /** The sources of the page's own style and script for `Content-Security-Policy` (CSP 3, hash-source). */
  policy: string;
  render(document: DashboardDocument): string;
}

const STYLE_LINK = '<link rel="stylesheet" href="page.css" />';
const SCRIPT_LINK = '<script type="module" blocking="render" src="page.js"></script>';
const DATA = '<script type="application/json" id="first">';

/** Null where the parts do not fit together: a place is missing, or a part would end its element early. */
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

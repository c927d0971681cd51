// Golden pictures of the page: twelve states, two themes, three widths. A picture is compared as blocks of eight by eight points,
// so that the edge of a letter may differ and a missing card may not. `UPDATE_GOLDEN=1` writes them: look at them before you
// commit. In the same round axe looks at each state, and nothing may run over an edge or be told on the console.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import t from 'tap';
import { findChromium, launchChromium } from '../dashboard-stage.ts';
import { FONT, openPageStage } from './page-stage.ts';
import { PAGE_STATES, type PageState } from './page-states.ts';

const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = { phone: 360, desk: 1200, wall: 2560 } as const;
const THEMES = ['light', 'dark'] as const;
/** A colour that is so far off, of 255, is another one. */
const OTHER_COLOUR = 28;
/** So many blocks of a hundred may be of another colour, and so many rows of blocks may be missing. */
const OTHER_PERCENT = 1;
const OTHER_ROWS = 1;
/** Pictures that are taken until one is as the golden one: each takes a tenth of a second. */
const MOST_LOOKS = 20;
const WHOLE = { fullPage: true } as const;
const isWriting = process.env.UPDATE_GOLDEN === '1';

t.setTimeout(600_000);
const program = findChromium();
const skip = program === null ? 'there is no Chromium on the PATH (Debian: apt install chromium)' : false;

/** Runs in a tab: the picture at an eighth of its size, and how far it is from a golden one of that size. */
const COMPARE = `async ({ picture, golden }) => {
  const bitmapOf = async (data) => createImageBitmap(await (await fetch(data)).blob());
  const shot = await bitmapOf(picture);
  const width = Math.ceil(shot.width / 8), height = Math.ceil(shot.height / 8);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.drawImage(shot, 0, 0, width, height);
  if (golden === null) {
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 })).arrayBuffer());
    return { made: btoa(String.fromCharCode(...bytes)) };
  }
  const wanted = await bitmapOf(golden);
  const seen = context.getImageData(0, 0, width, height).data;
  context.clearRect(0, 0, width, height);
  context.drawImage(wanted, 0, 0);
  const good = context.getImageData(0, 0, width, height).data;
  let others = 0;
  for (let at = 0; at < seen.length; at += 4) {
    const most = Math.max(...[0, 1, 2].map((part) => Math.abs(seen[at + part] - good[at + part])));
    if (most > ${OTHER_COLOUR}) others += 1;
  }
  return { percent: (others * 400) / seen.length, rows: Math.abs(wanted.height - height), columns: Math.abs(wanted.width - width) };
}`;

interface Compared {
  made?: string;
  percent: number;
  rows: number;
  columns: number;
}

/** The page as two pictures one after the other have it: a new width is drawn in more than one step. */
async function settled(page: Page): Promise<Buffer> {
  let last = await page.screenshot(WHOLE);
  for (let looks = 1; looks < MOST_LOOKS; looks += 1) {
    const next = await page.screenshot(WHOLE);
    if (next.equals(last)) return next;
    last = next;
  }
  throw new Error('the page does not come to rest');
}

async function compare(judge: Page, name: string, picture: Buffer): Promise<Compared | null> {
  const file = join(GOLDEN, `${name}.webp`);
  const isWritten = isWriting || !existsSync(file);
  const golden = isWritten ? null : `data:image/webp;base64,${readFileSync(file).toString('base64')}`;
  const asked = { picture: `data:image/png;base64,${picture.toString('base64')}`, golden };
  const compared = (await judge.evaluate(`(${COMPARE})(${JSON.stringify(asked)})`)) as Compared;
  if (compared.made === undefined) return compared;
  if (!isWriting) throw new Error(`there is no ${name}: UPDATE_GOLDEN=1 writes it`);
  mkdirSync(GOLDEN, { recursive: true });
  writeFileSync(file, Buffer.from(compared.made, 'base64'));
  return null;
}

function isSame(compared: Compared | null): boolean {
  return (
    compared === null || (compared.percent <= OTHER_PERCENT && compared.rows <= OTHER_ROWS && compared.columns === 0)
  );
}

/** What axe finds, by rule and element. */
async function findings(page: Page): Promise<string[]> {
  const { passes, violations } = (await page.evaluate('axe.run()')) as {
    passes: unknown[];
    violations: { id: string; nodes: { html: string }[] }[];
  };
  if (passes.length < 20) throw new Error(`axe tried ${passes.length} rules only`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** What is wider than its place, and rows of cards of unequal height or with a hole. */
const LAYOUT_FAULTS = `(() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push('the page is ' + root.scrollWidth + ' wide');
  for (const card of document.querySelectorAll('.card, .hero, dd, th, td')) {
    if (card.scrollWidth > card.clientWidth + 1 && card.clientWidth > 0) faults.push(card.className + ': ' + card.textContent.slice(0, 60));
  }
  const rows = new Map();
  for (const card of document.querySelectorAll('.cards > .card')) {
    const { top, height } = card.getBoundingClientRect();
    rows.set(top, [...(rows.get(top) ?? []), Math.round(height)]);
  }
  const [first] = rows.values();
  for (const heights of rows.values()) {
    if (heights.length !== first.length) faults.push('a row of cards has a hole');
    if (new Set(heights).size !== 1) faults.push('a row of cards has heights ' + heights);
  }
  return faults;
})()`;

t.test('the page in its states', { skip }, async (t) => {
  const browser = await launchChromium(program ?? '');
  t.teardown(() => browser.close());
  const { page, traces, show } = await openPageStage(browser);
  const judge = await (await browser.newContext()).newPage();
  t.ok(await page.evaluate(`document.fonts.check('12px "${FONT}"')`), `the font of the pictures is here: ${FONT}`);
  for (const state of Object.keys(PAGE_STATES) as PageState[]) {
    await page.setViewportSize({ width: WIDTHS.phone, height: 780 });
    await show(state);
    await page.evaluate(AXE);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width: WIDTHS.phone, height: 780 });
      t.same(await findings(page), [], `${state}, ${theme}: axe finds nothing`);
      for (const [width, points] of Object.entries(WIDTHS)) {
        const name = `${state}-${theme}-${width}`;
        await page.setViewportSize({ width: points, height: 780 });
        const look = async () => compare(judge, name, await (isWriting ? settled(page) : page.screenshot(WHOLE)));
        let compared = await look();
        // A slow machine still draws what the new width asks for.
        for (let looks = 1; !isSame(compared) && looks < MOST_LOOKS; looks += 1) compared = await look();
        t.same(await page.evaluate(LAYOUT_FAULTS), [], `${name}: everything is in its place`);
        if (compared === null) continue;
        const differs = `${compared.percent.toFixed(2)} % of it and ${compared.rows} rows`;
        t.ok(isSame(compared), `${name}: ${differs} are not as the golden picture has them`);
      }
    }
  }
  const others = traces.filter((text) => !/ERR_CONNECTION_REFUSED/.test(text));
  t.same(others, [], 'the console names the connections of the lost page, and nothing else');
});

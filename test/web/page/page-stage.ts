// The page in one tab of one browser, given its states as data at one fixed moment: no supervisor runs, and nothing moves.
import type { Browser, Page } from 'playwright-core';
import { pageFolder, readAssets } from '../../../src/web/site/assets.ts';
import { PATIENCE_MS } from '../../fixtures/until.ts';
import { NOW_MS } from '../../state/status/facts.ts';
import { documentIn, type PageState } from './page-states.ts';

const ORIGIN = 'http://127.0.0.1:1/';
/** Of Debian's fontconfig, so that it is on every Debian with a Chromium. */
export const FONT = 'DejaVu Sans';

export interface PageStage {
  readonly page: Page;
  /** What the console said, and what was asked for elsewhere. */
  readonly traces: string[];
  /** Loads the page in a state, and resolves when it shows it. */
  show(state: PageState): Promise<void>;
}

export async function openPageStage(browser: Browser): Promise<PageStage> {
  const assets = readAssets(pageFolder());
  if (assets === null) throw new Error('the page is not built: npm run setup');
  const context = await browser.newContext({ reducedMotion: 'reduce', timezoneId: 'Europe/Berlin', locale: 'en-GB' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.clock.setFixedTime(NOW_MS);
  const traces: string[] = [];
  let shown: PageState = 'running';
  page.on('console', (message) => traces.push(message.text()));
  page.on('pageerror', (error) => traces.push(error.message));
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (!url.href.startsWith(ORIGIN)) traces.push(`asked ${url.href}`);
    if (url.pathname === '/icon.svg') return route.fulfill({ contentType: 'image/svg+xml', body: assets.icon });
    if (url.pathname === '/dashboard.json') {
      if (shown === 'lost') return route.abort('connectionrefused');
      return route.fulfill({ json: documentIn(shown, assets.digest, url.searchParams) });
    }
    // One font for all machines. The page's own policy would not have it: dashboard-page.test.ts sees to that.
    const html = assets.page.render(documentIn(shown, assets.digest));
    const body = html
      .replace(/system-ui,[^;}]*sans-serif/, FONT)
      .replace(/ui-monospace,[^;}]*monospace/, `${FONT} Mono`);
    return route.fulfill({ contentType: 'text/html', body });
  });
  return {
    page,
    traces,
    async show(state) {
      shown = state;
      await page.goto(ORIGIN);
      if (state === 'lost') await page.locator('#unreachable').waitFor();
      else await page.locator('.chart svg').waitFor();
    },
  };
}

// `npm run screenshots`: the dashboard of a real devnet run, in both themes and as a phone shows it, into docs/images. Needs
// Chromium on the PATH; the font Inter (Debian: fonts-inter) makes them look as they do there.
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContextOptions } from 'playwright-core';
import { Dashboard, findChromium, launchChromium } from '../test/web/dashboard-stage.ts';

const program = findChromium();
if (program === null) {
  process.stderr.write(
    'pearlctl: no Chromium was found on the PATH.\n  On Debian or Ubuntu: apt install chromium fonts-inter\n',
  );
  process.exit(69);
}

/** So much of a past makes a curve. */
const PAST_SECONDS = 240;
const SHOTS: (BrowserContextOptions & { name: string; fullPage?: boolean })[] = [
  { name: 'dashboard-light', viewport: { width: 1200, height: 800 }, colorScheme: 'light', fullPage: true },
  { name: 'dashboard-dark', viewport: { width: 1200, height: 800 }, colorScheme: 'dark', fullPage: true },
  { name: 'dashboard-phone', viewport: { width: 360, height: 780 }, colorScheme: 'dark', deviceScaleFactor: 2 },
];

const folder = 'docs/images';
mkdirSync(folder, { recursive: true });
const dashboard = new Dashboard('dist/js/cli.js');
const browser = await launchChromium(program);
try {
  await dashboard.start();
  process.stderr.write(`mining on the devnet for ${PAST_SECONDS} s …\n`);
  await sleep(PAST_SECONDS * 1000);
  for (const { name, fullPage = false, ...options } of SHOTS) {
    const page = await browser.newPage({ ...options, reducedMotion: 'reduce' });
    await page.goto(dashboard.url);
    await page.locator('#state', { hasText: 'Running' }).waitFor();
    // The fonts, and a figure after the first.
    await sleep(3000);
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage });
    await page.close();
    process.stderr.write(`${folder}/${name}.png\n`);
  }
} finally {
  await browser.close();
  await dashboard.end();
}

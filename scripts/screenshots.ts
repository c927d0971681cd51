// `npm run screenshots`: the dashboard in the three states that people meet (running, waiting, degraded), into docs/images. The page
// is the built one, its states are those of the golden pictures. Needs Chromium on the PATH.
import { mkdirSync, statSync } from 'node:fs';
import { findChromium, launchChromium } from '../test/web/dashboard-stage.ts';
import { openPageStage } from '../test/web/page/page-stage.ts';

const program = findChromium();
if (program === null) {
  process.stderr.write('pearlctl: no Chromium was found on the PATH.\n  On Debian or Ubuntu: apt install chromium\n');
  process.exit(69);
}

const SHOTS = [
  { name: 'dashboard-light', state: 'running', theme: 'light', width: 1100, range: '24h' },
  { name: 'dashboard-waiting', state: 'waiting', theme: 'light', width: 1100, range: '15m' },
  { name: 'dashboard-degraded', state: 'degraded', theme: 'dark', width: 1100, range: '15m' },
] as const;

const folder = 'docs/images';
mkdirSync(folder, { recursive: true });
const browser = await launchChromium(program);
try {
  const { page, show } = await openPageStage(browser);
  for (const { name, state, theme, width, range } of SHOTS) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width, height: 1080 });
    await show(state);
    if (range !== '15m') {
      const answered = page.waitForResponse(/range=24h/);
      await page.locator(`input[value="${range}"]`).check({ force: true });
      await answered;
      await page.locator('#reading', { hasText: '24 hours' }).waitFor();
    }
    const path = `${folder}/${name}.png`;
    await page.screenshot({ path });
    process.stderr.write(`${path}: ${Math.round(statSync(path).size / 1000)} kB\n`);
  }
} finally {
  await browser.close();
}

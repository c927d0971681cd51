// The dashboard as a person meets it: a real supervisor on the devnet in a real headless Chromium.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { StatusModel } from '../../../src/state/status/status-table.ts';
import type { DashboardDocument } from '../../../src/web/site/dashboard-document.ts';
import { CLI } from '../../cli/run-cli.ts';
import { PATIENCE_MS, until } from '../../fixtures/until.ts';
import { Dashboard, findChromium, launchChromium, WALLET } from '../dashboard-stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** From the first byte asked for to the figures on the screen, promised for a quiet machine. */
const LOAD_MS = 200;
const LOADS = 9;

t.setTimeout(600_000);

const program = findChromium();
const skip = program === null ? 'there is no Chromium on the PATH (Debian: apt install chromium)' : false;

const PHONE = { viewport: { width: 360, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** What went wrong or went out while a page was open. */
interface Traces {
  console: string[];
  foreign: string[];
}

async function open(t: Test, browser: Browser, url: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext(options);
  t.teardown(async () => {
    // A request that a test still answers would fail with its page, outside of any test.
    for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const traces: Traces = { console: [], foreign: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') traces.console.push(message.text());
  });
  page.on('pageerror', (error) => traces.console.push(error.message));
  page.on('request', (asked) => {
    if (new URL(asked.url()).hostname !== '127.0.0.1') traces.foreign.push(asked.url());
  });
  await page.goto(url);
  return { page, traces };
}

/** Waits until the page says so itself. */
function shown(page: Page, id: string, text: RegExp): Promise<void> {
  return page.locator(`#${id}`).filter({ hasText: text }).waitFor();
}

/** Milliseconds from the navigation's start in a browser that keeps nothing: a new profile, a new process for the page. */
interface LoadTimes {
  /** The figures stand in the document. */
  filledMs: number;
  /** First Contentful Paint. */
  paintedMs: number;
  /** The end of the load event. */
  loadedMs: number;
  /** When each of the page's own requests began. */
  requestedMs: number[];
}

async function timeLoad(browser: Browser, url: string): Promise<LoadTimes> {
  const context = await browser.newContext();
  const page = await context.newPage();
  // What looks for elements runs a large script of its own within the page: it waits until there is nothing to disturb.
  const nextQuestion = page.waitForResponse(/dashboard\.json\?range=/, { timeout: PATIENCE_MS });
  await page.goto(url, { waitUntil: 'commit' });
  await nextQuestion;
  const times = await page.evaluate(`(async () => ({
    filledMs: performance.getEntriesByName('filled')[0].startTime,
    paintedMs: await new Promise((resolve) =>
      new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
      }).observe({ type: 'paint', buffered: true }),
    ),
    loadedMs: performance.getEntriesByType('navigation')[0].loadEventEnd,
    requestedMs: performance.getEntriesByType('resource').map(({ startTime }) => startTime),
  }))()`);
  await context.close();
  return times as LoadTimes;
}

/** The longest that each part of a status is likely to be. */
function wideStatus(status: StatusModel): StatusModel {
  const pool = 'stratum+ssl://mining-pool-of-the-north.example.com:13333';
  const lastExit = { code: null, signal: 'SIGVTALRM', at: '2026-01-02T03:04:05.000Z', lines: [] };
  const child = { pid: 4194304, state: 'recycling', restarts: 9999, lastExit, memoryBytes: 64 * 2 ** 30 } as const;
  return {
    ...status,
    state: 'not_configured',
    stateReason: `the certificate of ${pool} is for another name: ${'x'.repeat(80)}`,
    network: 'mainnet',
    job: { height: 123456789, ageSeconds: 86399, certVersion: 3 },
    gateway: {
      kind: 'external',
      url: 'unix:/home/ada/.local/state/pearlctl/gateway.sock',
      upstream: pool,
      state: 'backing-off',
    },
    children: { gateway: child, miner: child },
    health: [
      {
        id: 'wide',
        text: `${pool} refuses us: ${'y'.repeat(120)}.`,
        fix: 'pearlctl logs --child gateway',
        command: null,
      },
    ],
  };
}

/** What axe calls serious or critical, by rule and element. */
async function graveFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { passes, violations } = (await page.evaluate('axe.run()')) as {
    passes: unknown[];
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  };
  if (passes.length < 20) throw new Error(`axe tried ${passes.length} rules only`);
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function documentOf(url: string): Promise<DashboardDocument> {
  return (await (await fetch(`${url}dashboard.json`)).json()) as DashboardDocument;
}

t.test('the dashboard in a browser', { skip, timeout: 600_000 }, async (t) => {
  const dashboard = new Dashboard(CLI);
  t.teardown(() => dashboard.end());
  dashboard.rememberMonth();
  await dashboard.start();
  const browser = await launchChromium(program ?? '');
  t.teardown(() => browser.close());

  await t.test('shows the state, the rate and the shares, and nothing goes wrong or goes out', async (t) => {
    const { page, traces } = await open(t, browser, dashboard.url);
    await shown(page, 'state', /^Running$/);
    await shown(page, 'rate-unit', /MAC\/s$/);
    await shown(page, 'shares-accepted', /^[1-9][\d,]*$/);
    await shown(page, 'place', /devnet/);
    t.match(await page.title(), /^Running, .*MAC\/s – pearlctl$/);
    t.match(
      await page.locator('#process-rows').innerText(),
      new RegExp(`supervisor\\s+running\\s+${dashboard.pid}\\b`),
    );
    t.equal(await page.locator('.chart svg').count(), 1, 'the chart is there');
    const paths = await page.locator('.chart path').count();
    t.ok(paths < 30, `of few elements, whatever it shows: ${paths}`);
    t.notMatch(await page.content(), WALLET);
    t.match(await page.locator('#gateway-facts').innerText(), /rprl1p…/);
    t.same(traces, { console: [], foreign: [] });
  });

  await t.test('its first picture has the figures, after one request, with 30 days to look back on', async (t) => {
    const loads: LoadTimes[] = [];
    while (loads.length < LOADS) loads.push(await timeLoad(browser, dashboard.url));
    for (const { filledMs, paintedMs, requestedMs } of loads) {
      t.ok(filledMs < paintedMs, 'nothing was painted before the figures were in their places');
      t.same(
        requestedMs.filter((at) => at < filledMs),
        [],
        'and nothing was asked for but the page',
      );
    }
    for (const name of ['loadedMs', 'paintedMs'] as const) {
      const times = loads.map((load) => Math.round(load[name])).sort((a, b) => a - b);
      t.comment(`${name}: ${times.join(', ')}`);
      // Of a page that became slow every load is; of a busy machine some are not.
      const fastest = times[0] ?? Number.NaN;
      t.ok(fastest < 5 * LOAD_MS, `${name} within five times the ${LOAD_MS} ms promised for a quiet machine`);
    }
  });

  await t.test('goes on by itself: time, figures and chart move without a reload', async (t) => {
    const { page, traces } = await open(t, browser, dashboard.url);
    await shown(page, 'shares-accepted', /\d/);
    const since = await page.locator('#since').innerText();
    const acceptedNow = async () => Number((await page.locator('#shares-accepted').innerText()).replaceAll(',', ''));
    const accepted = await acceptedNow();
    await until('the age to grow', async () => (await page.locator('#since').innerText()) !== since);
    await until('more shares', async () => (await acceptedNow()) > accepted);
    t.equal(await page.evaluate("performance.getEntriesByType('navigation')[0].type"), 'navigate', 'not reloaded');
    t.same(traces, { console: [], foreign: [] });
  });

  await t.test('on a phone of 360 points nothing runs over the edge', async (t) => {
    const { page } = await open(t, browser, dashboard.url, PHONE);
    await page.route('**/dashboard.json*', async (route) => {
      const said = (await (await route.fetch()).json()) as DashboardDocument;
      await route.fulfill({ json: { ...said, status: wideStatus(said.status) } });
    });
    await shown(page, 'job-height', /^123,456,789$/);
    await page.locator('#past > summary').click();
    await page.locator('#past-rows tr').first().waitFor();
    t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
    t.same(
      await page.evaluate(
        "[...document.querySelectorAll('.card')].filter((card) => card.scrollWidth > card.clientWidth).map((card) => card.className)",
      ),
      [],
      'and nothing over the edge of its card',
    );
  });

  await t.test('the keyboard reaches everything that can be used, in order', async (t) => {
    const { page } = await open(t, browser, dashboard.url);
    await shown(page, 'rate-unit', /MAC\/s$/);
    const focused = () =>
      page.evaluate('document.activeElement.value || document.activeElement.textContent.trim()') as Promise<string>;
    const order: string[] = [];
    while (order.at(-1) !== 'history' && order.length < 20) {
      await page.keyboard.press('Tab');
      order.push(await focused());
    }
    t.match(order.shift(), /MAC\/s$/, 'what the unit means is told to the keyboard too');
    // What this machine lacks has a button for each of its fixes.
    const others = order.filter((name) => name !== 'Copy');
    t.same(others, ['15m', 'The same as a table', 'metrics', 'JSON', 'history']);
    await page.locator('input[value="15m"]').focus();
    await page.keyboard.press('ArrowRight');
    t.equal(await focused(), '3h');
    t.match(await page.locator('#chart').getAttribute('aria-label'), /^Chart of rate and shares\./);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await shown(page, 'past-caption', /3 hours/);
    t.ok((await page.locator('#past-rows tr').count()) > 0, 'the chart as a table');
  });

  await t.test('a script that gets into the page is not run', async (t) => {
    const { page } = await open(t, browser, dashboard.url);
    await shown(page, 'state', /^Running$/);
    const refused = await page.evaluate(`new Promise((resolve) => {
      const refused = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.push(effectiveDirective));
      const script = document.createElement('script');
      try { script.textContent = 'window.broken = true'; document.body.append(script); } catch { refused.push('text as script'); }
      const outside = document.createElement('img');
      outside.src = 'http://127.0.0.2:1/pixel.png';
      document.body.append(outside);
      try { document.body.innerHTML += '<b>x</b>'; } catch { refused.push('text as markup'); }
      const button = document.createElement('button');
      try { button.setAttribute('onclick', 'window.broken = true'); button.click(); } catch { refused.push('text as handler'); }
      // The browser tells of it in its own time.
      const wait = () =>
        refused.includes('img-src') ? resolve([...refused, String(window.broken)]) : setTimeout(wait, 10);
      wait();
    })`);
    t.match(refused, /undefined$/, 'nothing ran');
    t.match(String(refused), /img-src/, 'nothing was fetched from elsewhere');
    t.match(String(refused), /text as markup/);
  });

  await t.test('another host name in the request is refused, whatever the browser was told', async (t) => {
    const status = await new Promise((resolve, reject) => {
      const call = request(dashboard.url, { headers: { host: 'rebound.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.once('error', reject);
      call.end();
    });
    t.equal(status, 421);
  });

  await t.test('a stop waits for no reader; the page says so, and comes back with the next supervisor', async (t) => {
    const { page, traces } = await open(t, browser, dashboard.url);
    await shown(page, 'state', /^Running$/);
    const before = await documentOf(dashboard.url);
    const stoppedMs = await dashboard.stop();
    t.comment(`stopped within ${Math.round(stoppedMs)} ms with the page open`);
    await shown(page, 'unreachable', /Last seen at \d\d:\d\d:\d\d/);
    t.match(await page.title(), /^No answer/);
    await shown(page, 'said', /does not answer/);
    t.match(await page.locator('#state').innerText(), /^Last seen [a-z]+$/, 'what was last seen stays to be read');
    t.same(await graveFindings(page), [], 'also then');
    await dashboard.start();
    await page.locator('#unreachable').waitFor({ state: 'hidden' });
    await shown(page, 'state', /^Running$/);
    const after = await documentOf(dashboard.url);
    t.not(after.status.supervisor?.pid, before.status.supervisor?.pid, 'it is another supervisor');
    const last = before.history.points.at(-2)?.[0];
    t.ok(
      after.history.points.some(([at]) => at === last),
      'which knows what the first one did',
    );
    const kinds = after.history.events.map(({ kind }) => kind);
    for (const kind of ['start', 'kernel', 'stop'] as const) t.ok(kinds.includes(kind), `and that there was a ${kind}`);
    t.match(await page.locator('#event-list').innerText(), /stopping: SIGTERM/);
    t.match(await page.locator('#process-rows').innerText(), new RegExp(`\\b${dashboard.pid}\\b`));
    t.equal(await page.evaluate("performance.getEntriesByType('navigation')[0].type"), 'navigate', 'not reloaded');
    const others = traces.console.filter(
      (text) => !/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 503/.test(text),
    );
    t.same(
      others,
      [],
      'the browser names the requests that failed, or came while the next one started, and nothing else',
    );
  });
});

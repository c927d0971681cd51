import t from 'tap';
import { parseConfig } from '../../../src/config/configuration.ts';
import { Events } from '../../../src/state/history/events.ts';
import { Past } from '../../../src/state/history/past.ts';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { Site, type SiteSources } from '../../../src/web/site/site.ts';
import { DEVNET } from '../../doctor/stage.ts';
import { RUNNING } from '../../state/status/facts.ts';

const SOURCES: SiteSources = {
  metrics: () => [],
  status: () => deriveStatus(RUNNING),
  history: { past: new Past(), events: new Events() },
};

t.test('what is not there yet is no page that is missing: a scraper and a page ask again', async (t) => {
  const { gateway } = parseConfig(DEVNET, 'here');
  let shown: SiteSources | null = null;
  const site = await Site.open(gateway, () => shown);
  t.teardown(() => site.close());
  const urls = [site.metricsUrl, ...['', 'dashboard.json', 'api/history'].map((path) => `${site.dashboardUrl}${path}`)];
  for (const url of urls) {
    const { status, headers } = await fetch(url);
    t.equal(status, 503, url);
    t.equal(headers.get('retry-after'), '1');
  }
  shown = SOURCES;
  for (const url of urls) t.equal((await fetch(url)).status, 200, url);
  t.equal((await fetch(`${site.dashboardUrl}nowhere`)).status, 404);
});

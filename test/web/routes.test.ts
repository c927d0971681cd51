import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DASHBOARD_DOCUMENT } from '../../src/documents/dashboard.ts';
import { STATUS_DOCUMENT } from '../../src/documents/status.ts';
import { deriveStatus } from '../../src/status/derive.ts';
import { pageFolder, readAssets } from '../../src/web/assets.ts';
import { dashboardDocument } from '../../src/web/document.ts';
import { RateHistory } from '../../src/web/history.ts';
import { answer, type Content } from '../../src/web/routes.ts';
import { neverSeen, violations } from '../documents/conform.ts';
import { NOW_MS, RUNNING, SIDECAR, SITUATIONS } from '../status/facts.ts';

const history = new RateHistory();
for (let at = 0; at < 60; at += 2) {
  history.add({ atMs: at * 1000, macsPerSecond10s: 1, macsPerSecond60s: 1, acceptedShares: 0 });
}

function documentOf(facts = RUNNING, since: string | null = null) {
  return dashboardDocument({ nowMs: NOW_MS, page: 'digest', status: deriveStatus(facts), history, since });
}

function content(): Content {
  const assets = readAssets(pageFolder());
  if (assets === null) throw new Error('the page is not built: npm run setup');
  return { metrics: () => [], dashboard: { assets, document: (since) => documentOf(RUNNING, since) } };
}

function get(path: string, from: Content, ifNoneMatch: string | null = null, query = '') {
  return answer({ path, query: new URLSearchParams(query), ifNoneMatch }, from);
}

t.test('the page, its files, its JSON and the metrics are here, and nothing else', async (t) => {
  const from = content();
  t.match(get('/', from), { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
  t.match(get('/page.js', from)?.headers, { 'Content-Type': 'text/javascript; charset=utf-8' });
  t.match(get('/page.css', from)?.headers, { 'Content-Type': 'text/css; charset=utf-8' });
  t.match(get('/icon.svg', from)?.headers, { 'Content-Type': 'image/svg+xml' });
  t.match(get('/metrics', from)?.headers, { 'Content-Type': /^text\/plain; version=0\.0\.4/ });
  t.match(get('/dashboard.json', from)?.headers, { 'Cache-Control': 'no-store' });
  for (const path of ['/index.html', '/page.js/', '/uPlot-LICENSE.txt', '//', '', '/__proto__', '/..%2fpage.js']) {
    t.equal(get(path, from), null, path);
  }
});

t.test('a file that the browser has already is not sent again', async (t) => {
  const from = content();
  const tag = get('/page.js', from)?.headers.ETag ?? '';
  t.match(get('/page.js', from, tag), { status: 304, body: '' });
  t.match(get('/page.js', from, '"another"'), { status: 200 });
});

t.test('turned off, only the metrics are left', async (t) => {
  const from: Content = { metrics: () => [], dashboard: null };
  t.equal(get('/', from), null);
  t.equal(get('/dashboard.json', from), null);
  t.equal(get('/metrics', from)?.status, 200);
});

t.test('the document is the model of status --json, and the past', async (t) => {
  const document = documentOf();
  t.same(Object.keys(document), ['schemaVersion', 'at', 'page', 'status', 'history']);
  t.equal(document.schemaVersion, 1);
  t.equal(document.at, '2026-01-02T03:04:05.000Z');
  t.same(document.status, deriveStatus(RUNNING), 'one derivation');
  t.equal(document.history.recent.points.length, 30);
  t.same(documentOf(RUNNING, '56').history.recent.points, [[58, 1, 0]]);
  for (const nonsense of ['-1', '1e3', 'x', '', '9'.repeat(99)]) {
    t.equal(documentOf(RUNNING, nonsense).history.recent.points.length, 30, `all of it for "${nonsense}"`);
  }
});

t.test('what is documented is what is there', async (t) => {
  const { status, ...rest } = documentOf(SITUATIONS.degraded ?? RUNNING);
  t.same(violations(DASHBOARD_DOCUMENT, { ...rest, status: {} }), []);
  t.same(neverSeen(DASHBOARD_DOCUMENT, [{ ...rest, status: {} }]), []);
  t.same(violations(STATUS_DOCUMENT, status), []);
});

t.test('neither the whole wallet nor a line of the log is in it', async (t) => {
  const facts = SITUATIONS.degraded ?? RUNNING;
  t.match(JSON.stringify(deriveStatus(facts)), /the last words/, 'status has them');
  const text = JSON.stringify(documentOf(facts));
  t.notMatch(text, /the last words/);
  t.match(text, /SIGSEGV/, 'how a child ended is told');
  t.notMatch(text, SIDECAR.wallet_address);
  t.match(text, /rprl1p…efrsm4/);
});

t.test('without its files there is no page, and no failure', async (t) => {
  t.equal(readAssets(null), null);
  t.equal(readAssets(t.testdir({ 'page.js': '' })), null);
});

t.test('the page has no inline script, style or handler, and names no other host', async (t) => {
  const folder = pageFolder() ?? '';
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  t.notMatch(html, /<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=/i);
  t.notMatch(html, /https?:\/\//);
  const css = readFileSync(join(folder, 'page.css'), 'utf8');
  t.notMatch(css, /url\(|@import/);
  const js = readFileSync(join(folder, 'page.js'), 'utf8');
  t.notMatch(js, /\beval\(|new Function|innerHTML|document\.write/);
  t.match(readFileSync(join(folder, 'uPlot-LICENSE.txt'), 'utf8'), /MIT/, "the charting library's licence is kept");
});

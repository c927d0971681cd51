import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DASHBOARD_DOCUMENT, HISTORY_DOCUMENT } from '../../../scripts/docs/dashboard-keys.ts';
import { STATUS_DOCUMENT } from '../../../scripts/docs/status-document.ts';
import { Events } from '../../../src/state/history/events.ts';
import { Past } from '../../../src/state/history/past.ts';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { pageFolder, readAssets } from '../../../src/web/site/assets.ts';
import { askedOf, dashboardDocument, historyOf } from '../../../src/web/site/dashboard-document.ts';
import { pageTemplate } from '../../../src/web/site/page-template.ts';
import { answer, type Content } from '../../../src/web/site/routes.ts';
import { neverSeen, violations } from '../../cli/documents/conform.ts';
import { NOW_MS, RUNNING, SIDECAR, SITUATIONS } from '../../state/status/facts.ts';

const history = { past: new Past(), events: new Events() };
for (let atMs = NOW_MS - 60_000; atMs < NOW_MS; atMs += 2000) {
  const shares = { accepted: 0, rejected: 0, stale: 0, dropped: 0 };
  history.past.add({ atMs, macsPerSecond: 1, shares, celsius: null, watts: null });
}
for (let number = 0; number < 60; number += 1) history.events.add('start', `event ${number}`, NOW_MS - 60_000 + number);

function documentOf(facts = RUNNING, query = '') {
  const asked = askedOf(new URLSearchParams(query));
  return dashboardDocument({ page: 'digest', status: deriveStatus(facts), history }, asked, NOW_MS);
}

function content(): Content {
  const assets = readAssets(pageFolder());
  if (assets === null) throw new Error('the page is not built: npm run setup');
  return {
    metrics: () => [],
    history: (asked) => historyOf(history, asked, NOW_MS),
    dashboard: {
      assets,
      document: (asked) => dashboardDocument({ page: 'digest', status: deriveStatus(RUNNING), history }, asked, NOW_MS),
    },
  };
}

function get(path: string, from: Content, query = '') {
  return answer({ path, query: new URLSearchParams(query) }, from);
}

t.test('the page, its icon, its JSON and the metrics are here, and nothing else', async (t) => {
  const from = content();
  t.match(get('/', from), { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
  t.match(get('/icon.svg', from)?.headers, { 'Content-Type': 'image/svg+xml' });
  t.match(get('/metrics', from)?.headers, { 'Content-Type': /^text\/plain; version=0\.0\.4/ });
  for (const path of ['/', '/icon.svg', '/dashboard.json', '/api/history', '/metrics']) {
    t.match(get(path, from)?.headers, { 'Cache-Control': 'no-store' }, 'never of another version than the supervisor');
  }
  for (const path of ['/index.html', '/page.js', '/page.css', '/icon.svg/', '//', '', '/__proto__', '/..%2fpage.js']) {
    t.equal(get(path, from), null, path);
  }
});

t.test(
  'the page is one document with its style, its script and the first figures, and runs nothing else',
  async (t) => {
    const reply = get('/', content());
    const html = String(reply?.body);
    const policy = reply?.headers['Content-Security-Policy'] ?? '';
    t.notMatch(policy, /unsafe|\*/);
    t.match(policy, /^default-src 'none';/);
    t.notMatch(
      html,
      /<link rel="stylesheet"|<script[^>]*\ssrc=|\son\w+="|\sstyle="/i,
      'what would need another request or leave',
    );
    for (const [directive, element] of [
      ['style-src', /<style>([\s\S]*?)<\/style>/],
      ['script-src', /<script type="module" blocking="render">([\s\S]*?)<\/script>/],
    ] as const) {
      const text = element.exec(html)?.[1] ?? '';
      t.ok(text.length > 1000, `${directive}: it is there`);
      const digest = createHash('sha256').update(text).digest('base64');
      t.ok(policy.includes(`${directive} 'sha256-${digest}'`), `${directive}: by its digest, and only so`);
    }
    const first = /<script type="application\/json" id="first">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
    t.same(JSON.parse(first), JSON.parse(JSON.stringify(documentOf())));
  },
);

t.test('nothing that a document says can end its element', async (t) => {
  const html = `<link rel="stylesheet" href="page.css" /><script type="module" blocking="render" src="page.js"></script>
    <script type="application/json" id="first"></script><p>`;
  const template = pageTemplate({ html, style: 'p{}', script: 'run()' });
  const document = documentOf();
  const evil = '</script><script>alert(1)</script><!-- $& $1';
  const said = { ...document, status: { ...document.status, stateReason: evil } };
  const rendered = template?.render(said) ?? '';
  t.equal(rendered.split('</script>').length, 3, 'the two that belong there');
  t.notMatch(rendered, '<!--');
  const data = /id="first">([\s\S]*?)<\/script>/.exec(rendered)?.[1] ?? '';
  t.equal(JSON.parse(data).status.stateReason, evil, 'and it is still said');
});

t.test('a style, a script or a page that does not fit makes no page', async (t) => {
  const html = `<link rel="stylesheet" href="page.css" /><script type="module" blocking="render" src="page.js"></script>
    <script type="application/json" id="first"></script><p>`;
  t.equal(pageTemplate({ html, style: '</STYLE>', script: '' }), null);
  t.equal(pageTemplate({ html, style: '', script: '"</script>"' }), null);
  t.equal(pageTemplate({ html, style: '', script: '"<!--"' }), null);
  t.equal(pageTemplate({ html: '<p>', style: '', script: '' }), null);
  t.equal(pageTemplate({ html: html.replace('page.js', 'other.js'), style: '', script: '' }), null);
});

t.test('turned off, only the metrics are left', async (t) => {
  const from: Content = { ...content(), dashboard: null };
  t.equal(get('/', from), null);
  t.equal(get('/dashboard.json', from), null);
  t.equal(get('/metrics', from)?.status, 200);
  t.equal(get('/api/history', from)?.status, 200);
});

t.test('the document is the model of status --json, and the past', async (t) => {
  const document = documentOf();
  t.same(Object.keys(document), ['schemaVersion', 'at', 'page', 'status', 'history']);
  t.equal(document.schemaVersion, 2);
  t.equal(document.at, '2026-01-02T03:04:05.000Z');
  t.same(document.status, deriveStatus(RUNNING), 'one derivation');
  t.equal(document.history.points.length, 12);
  t.equal(document.history.events.length, 40, 'the newest; /api/history has all');
  const last = document.history.points.at(-1)?.[0];
  t.same(documentOf(RUNNING, `since=${last}`).history.points, [document.history.points.at(-1)]);
  for (const nonsense of ['-1', '1e3', 'x', '', '9'.repeat(99)]) {
    t.equal(documentOf(RUNNING, `since=${nonsense}`).history.points.length, 12, `all of it for "${nonsense}"`);
  }
  t.match(documentOf(RUNNING, 'range=30d').history, { range: '30d', stepSeconds: 7200 });
  t.match(documentOf(RUNNING, 'range=__proto__').history, { range: '15m', stepSeconds: 5 });
});

t.test('what is documented is what is there', async (t) => {
  const { status, ...rest } = documentOf(SITUATIONS.degraded ?? RUNNING);
  t.same(violations(DASHBOARD_DOCUMENT, { ...rest, status: {} }), []);
  t.same(neverSeen(DASHBOARD_DOCUMENT, [{ ...rest, status: {} }]), []);
  t.same(violations(STATUS_DOCUMENT, status), []);
  const past = JSON.parse(String(get('/api/history', content(), 'range=24h')?.body));
  t.equal(past.events.length, 60);
  t.same(violations(HISTORY_DOCUMENT, past), []);
  t.same(neverSeen(HISTORY_DOCUMENT, [past]), []);
});

t.test('neither the whole wallet nor a line of the log is in it', async (t) => {
  const facts = SITUATIONS.degraded ?? RUNNING;
  t.match(JSON.stringify(deriveStatus(facts)), /the last words/, 'status has them');
  const text = JSON.stringify(documentOf(facts));
  t.notMatch(text, /the last words/);
  t.match(text, /SIGSEGV/, 'how a child ended is told');
  t.notMatch(text, SIDECAR.wallet);
  t.match(text, /rprl1p…efrsm4/);
});

t.test('without its files there is no page, and no failure', async (t) => {
  t.equal(readAssets(null), null);
  t.equal(readAssets(t.testdir({ 'page.js': '' })), null);
});

t.test('the sources of the page have no handler or style of their own, and name no other host', async (t) => {
  const folder = pageFolder() ?? '';
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  t.notMatch(html, /<style|\son\w+=|\sstyle=/i);
  t.notMatch(html, /https?:\/\//);
  const css = readFileSync(join(folder, 'page.css'), 'utf8');
  t.notMatch(css, /url\(|@import/);
  const js = readFileSync(join(folder, 'page.js'), 'utf8');
  t.notMatch(js, /\beval\(|new Function|innerHTML|document\.write/);
  const bytes = ['index.html', 'page.css', 'page.js', 'icon.svg'].map(
    (name) => readFileSync(join(folder, name)).length,
  );
  t.ok(bytes.reduce((sum, one) => sum + one) < 90_000, `${bytes.join(' + ')} bytes are below 90 kB`);
});

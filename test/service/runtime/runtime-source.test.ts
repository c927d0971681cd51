import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { layRuntime } from '../../../src/service/runtime/lay.ts';
import { digestRuntime, listRuntimeFiles } from '../../../src/service/runtime/runtime-source.ts';
import { Dashboard } from '../../web/dashboard-stage.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

t.test('an installed runtime brings the dashboard page with it, and shows it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-runtime-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const files = listRuntimeFiles(ROOT);
  const node = { how: 'in-place', path: process.execPath } as const;
  const runtime = join(folder, '0.0.0');
  await layRuntime({ version: '0.0.0', files, node, digest: await digestRuntime(files, node) }, runtime, 'linux');
  const page = (list: readonly { to: string }[]) => list.map(({ to }) => to).filter((to) => to.startsWith('page/'));
  t.same(page(files), ['page/icon.svg', 'page/index.html', 'page/page.css', 'page/page.js']);
  t.same(page(listRuntimeFiles(runtime)), page(files), 'and hands it on when it installs itself');
  const dashboard = new Dashboard(join(runtime, 'pearlctl.mjs'));
  t.teardown(() => dashboard.end());
  await dashboard.start();
  const answer = await fetch(dashboard.url);
  t.match(answer.headers.get('content-type'), /html/);
  t.ok(/<script type="module"[^>]*>[^<]/.test(await answer.text()), 'with its script in it');
});

t.test('a copied Node counts by its bytes, one that is run in place by its path too', async (t) => {
  const folder = t.testdir({ one: 'node', same: 'node', other: 'another' });
  const digest = (how: 'copy' | 'in-place', name: string) =>
    digestRuntime(
      [],
      how === 'copy' ? { how, path: join(folder, name), reason: 'it may go' } : { how, path: join(folder, name) },
    );
  t.equal(await digest('copy', 'one'), await digest('copy', 'same'));
  t.not(await digest('copy', 'one'), await digest('copy', 'other'));
  t.not(await digest('in-place', 'one'), await digest('in-place', 'same'));
});

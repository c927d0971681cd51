// Builds the dashboard page into dist/page: one script, one style sheet, the document and the icon. The supervisor serves them as
// one document.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const source = 'src/web/page';
const target = 'dist/page';

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await build({
  entryPoints: { page: join(source, 'dashboard-page.ts') },
  outdir: target,
  bundle: true,
  minify: true,
  platform: 'browser',
  format: 'esm',
  // The oldest browsers with what the page uses: Chrome 111, Firefox 113, Safari 16.4 (spring of 2023).
  target: ['chrome111', 'firefox113', 'safari16.4'],
  legalComments: 'none',
  logLevel: 'warning',
});
await build({
  entryPoints: { page: join(source, 'page.css') },
  outdir: target,
  bundle: true,
  minify: true,
  target: ['chrome111', 'firefox113', 'safari16.4'],
  logLevel: 'warning',
});
for (const name of ['index.html', 'icon.svg']) copyFileSync(join(source, name), join(target, name));

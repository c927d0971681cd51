// Makes dist/js/cli.js one file with all that the hot commands load: loading twenty small files costs `status` more than
// all of its work. What other commands import later stays in files of its own. Runs after tsc, and replaces its cli.js.
import { chmodSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'src');
/**
 * Imported lazily in the source, so that each hot command pays for itself alone; inside one file that is for free. But for
 * node's own modules: one file loads those of all its commands. So pause and resume, which need sockets, stay outside.
 */
const HOT = ['version.ts', 'commands/context.ts', 'commands/status.ts'].map((path) => join(src, path));
/** There must be one PearlError class in the process, whoever throws it. */
const SHARED = [join(src, 'errors.ts')];

/** Leaves imports out of the file as the plan above says. @type {import('esbuild').Plugin} */
const keepApart = {
  name: 'keep-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir, kind }) => {
      const file = resolve(resolveDir, path);
      const apart = SHARED.includes(file) || (kind === 'dynamic-import' && !HOT.includes(file));
      return apart ? { path: `./${relative(src, file).replace(/\.ts$/, '.js')}`, external: true } : undefined;
    });
  },
};

const entry = join(root, 'dist', 'js', 'cli.js');

await build({
  entryPoints: [join(src, 'cli.ts')],
  outfile: entry,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  legalComments: 'none',
  plugins: [keepApart],
  logLevel: 'warning',
});
// npm makes it executable when it links or installs it, and not when it is built again afterwards.
chmodSync(entry, 0o755);

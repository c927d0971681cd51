// Makes one file each of what the hot commands load: loading twenty small files costs `status` or `pause` more than all of its
// work. What other commands import later stays in files of its own. Runs after tsc, and replaces its files.
import { chmodSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const src = resolve('src');
/**
 * Imported lazily in the source, so that each hot command pays for itself alone; inside one file that is for free. But for
 * node's own modules: one file loads those of all its commands. So pause and resume, which need sockets, have their own.
 */
const HOT = ['base/version.ts', 'cli/command-context.ts', 'cli/commands/status.ts'].map((path) => join(src, path));
/** There must be one PearlError class in the process, whoever throws it. */
const SHARED = [join(src, 'base', 'errors.ts')];

/** What becomes one file, from src on. */
const PACKED = ['cli.ts', 'cli/commands/pause.ts', 'cli/commands/resume.ts', 'base/errors.ts'];

/** Leaves imports out of a file as the plan above says. */
function keepApart(folder: string): Plugin {
  return {
    name: 'keep-apart',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir, kind }) => {
        const file = resolve(resolveDir, path);
        const apart = SHARED.includes(file) || (kind === 'dynamic-import' && !HOT.includes(file));
        if (!apart) return undefined;
        const from = relative(folder, file).replace(/\.ts$/, '.js');
        return { path: from.startsWith('.') ? from : `./${from}`, external: true };
      });
    },
  };
}

for (const path of PACKED) {
  await build({
    entryPoints: [join(src, path)],
    outfile: join('dist/js', path.replace(/\.ts$/, '.js')),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    legalComments: 'none',
    plugins: [keepApart(dirname(join(src, path)))],
    logLevel: 'warning',
  });
}
// npm makes it executable when it links or installs it, and not when it is built again afterwards.
chmodSync('dist/js/cli.js', 0o755);

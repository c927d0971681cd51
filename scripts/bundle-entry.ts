// Makes one file each of what the hot commands load: loading twenty small files costs `status` or `pause` more than all of its
// work. What other commands import later stays in files of its own. Runs after tsc, and replaces its files. The flags of the hot
// commands are read from their options here, and put into the entry as data.
import { chmodSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const src = resolve('src');
/**
 * Imported lazily in the source, so that each hot command pays for itself alone; inside one file that is for free. But for
 * node's own modules: one file loads those of all its commands. So pause and resume, which need sockets, have their own.
 */
const HOT = ['base/version.ts', 'cli/command-context.ts', 'cli/commands/status.ts'].map((path) => join(src, path));
/** There must be one PearlError class in the process, and one door to the addon, which looks for it from where it lies. */
const SHARED = ['base/errors.ts', 'native/native.ts'].map((path) => join(src, path));

/** What becomes one file, from src on. */
const PACKED = ['cli.ts', 'base/errors.ts', 'native/native.ts', 'cli/commands/pause.ts', 'cli/commands/resume.ts'];

/** Leaves imports out of a file as the plan above says. */
function keepApart(folder: string): Plugin {
  return {
    name: 'keep-apart',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\/.*\.ts$/ }, ({ path, resolveDir, kind }) => {
        const file = resolve(resolveDir, path);
        const apart =
          (SHARED.includes(file) && kind !== 'entry-point') || (kind === 'dynamic-import' && !HOT.includes(file));
        if (!apart) return undefined;
        const from = relative(folder, file).replace(/\.ts$/, '.js');
        return { path: from.startsWith('.') ? from : `./${from}`, external: true };
      });
    },
  };
}

/** What tsc has just made of src. */
async function compiled<M>(path: string): Promise<M> {
  return import(pathToFileURL(resolve('dist/js', path)).href);
}

const { COMMANDS } = await compiled<typeof import('../src/cli/command-table.ts')>('cli/command-table.js');
const { hotTableOf } = await compiled<typeof import('../src/cli/hot-flags.ts')>('cli/hot-flags.js');
/** For `npm run coverage`: then code that nothing calls stays in too, to be counted as what did not run. */
const sourceMaps = process.argv.includes('--source-maps');
const hotTable = JSON.stringify(await hotTableOf(COMMANDS));

for (const path of PACKED) {
  await build({
    entryPoints: [join(src, path)],
    outfile: join('dist/js', path.replace(/\.ts$/, '.js')),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    define: { HOT_TABLE: hotTable },
    packages: 'external',
    legalComments: 'none',
    sourcemap: sourceMaps,
    treeShaking: !sourceMaps,
    plugins: [keepApart(dirname(join(src, path)))],
    logLevel: 'warning',
  });
}
// npm makes it executable when it links or installs it, and not when it is built again afterwards.
chmodSync('dist/js/cli.js', 0o755);

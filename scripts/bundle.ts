// Packs the program into one file, dist/bundle/pearlctl.mjs, for the runtime that `install` lays down: it needs no
// node_modules tree, so nothing that npm or a version manager does later can break a running service.
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/js/cli.js'],
  outfile: 'dist/bundle/pearlctl.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  legalComments: 'none',
  // Some dependencies are CommonJS inside and call require() for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as pearlctlCreateRequire } from 'node:module';\nconst require = pearlctlCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

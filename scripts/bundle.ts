// Packs what is installed into dist/bundle: the command line (pearlctl.mjs) and the library (index.mjs), with the packages that
// they use in them, cut where something is loaded only when it is needed, so that a start reads no more than before. And the
// library's types into dist/types. Neither needs a node_modules tree, so nothing that npm does later can break it.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { noticesOf } from './bundle/notices.ts';

const BUILT = 'dist/js';
const BUNDLE = 'dist/bundle';
const TYPES = 'dist/types';

rmSync(BUNDLE, { recursive: true, force: true });
rmSync(TYPES, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { pearlctl: join(BUILT, 'cli.js'), index: join(BUILT, 'index.js') },
  outdir: BUNDLE,
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  splitting: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  legalComments: 'none',
  metafile: true,
  // Some dependencies are CommonJS inside and call require() for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as pearlctlCreateRequire } from 'node:module';\nconst require = pearlctlCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
writeFileSync(join(BUNDLE, 'NOTICES.txt'), noticesOf(Object.keys(metafile.inputs)));
copyTypes(join(BUILT, 'index.d.ts'), new Set());

/** Copies a declaration and what it imports, that of the one package whose types it speaks of included. */
function copyTypes(file: string, done: Set<string>): void {
  if (done.has(file)) return;
  done.add(file);
  const target = join(TYPES, relative(BUILT, file));
  mkdirSync(dirname(target), { recursive: true });
  const text = readFileSync(file, 'utf8').replace(/(from\s*)'valibot'/g, (_all, from) => {
    copyFileSync('node_modules/valibot/dist/index.d.mts', join(TYPES, 'valibot.d.ts'));
    return `${from}'${relative(dirname(target), TYPES) || '.'}/valibot.js'`;
  });
  writeFileSync(target, text);
  for (const [, from] of text.matchAll(/(?:from\s*|import\()['"](\.[^'"]+\.ts)['"]/g)) {
    copyTypes(join(dirname(file), `${from?.replace(/\.ts$/, '')}.d.ts`), done);
  }
}

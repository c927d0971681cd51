// Packs what is installed into dist/bundle: what people type (pearlctl.cjs), the whole command line behind it (pearlctl.mjs) and the
// library (index.mjs), with the packages that they use in them, cut where something is loaded only when it is needed. And the
// library's types into dist/types. Neither needs a node_modules tree, so nothing that npm does later can break it.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { partScript, thisNode } from './bundle/load-part.ts';
import { noticesOf } from './bundle/notices.ts';

const BUILT = 'dist/js';
const BUNDLE = 'dist/bundle';
const TYPES = 'dist/types';
/** What starts by itself, one file each. */
const PARTS = readdirSync(join(BUILT, 'cli/quick')).filter((name) => /^quick-(?!command)\w+\.js$/.test(name));

rmSync(BUNDLE, { recursive: true, force: true });
rmSync(TYPES, { recursive: true, force: true });
const SHARED: BuildOptions = {
  outdir: BUNDLE,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  logLevel: 'warning',
};
const { metafile } = await build({
  ...SHARED,
  entryPoints: { pearlctl: join(BUILT, 'cli/main.js'), index: join(BUILT, 'index.js') },
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  splitting: true,
  format: 'esm',
  metafile: true,
  // Some dependencies are CommonJS inside and call require() for Node's own modules, which an ES module does not have.
  banner: {
    js: "import { createRequire as pearlctlCreateRequire } from 'node:module';\nconst require = pearlctlCreateRequire(import.meta.url);",
  },
});
const COMMON_JS: BuildOptions = {
  ...SHARED,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  plugins: [elseFrom(metafile.outputs)],
};
await build({
  ...COMMON_JS,
  entryPoints: { pearlctl: join(BUILT, 'cli.js'), native: join(BUILT, 'native/native.js') },
});
await build({
  ...COMMON_JS,
  entryPoints: PARTS.map((name) => join(BUILT, 'cli/quick', name)),
  minifyWhitespace: true,
  minifySyntax: true,
});
for (const part of PARTS.map((name) => name.replace(/\.js$/, ''))) {
  const file = join(BUNDLE, `${part}.cjs`);
  // Within regular expressions esbuild leaves what is not ASCII, for which V8 would hold the whole text in two bytes a character.
  const text = readFileSync(file, 'utf8')
    .replaceAll('import("./', 'importElse("./')
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  writeFileSync(file, text);
  writeFileSync(join(BUNDLE, `${part}.bin`), compile(part, text));
}
writeFileSync(join(BUNDLE, 'NOTICES.txt'), noticesOf(Object.keys(metafile.inputs)));
copyTypes(join(BUILT, 'index.d.ts'), new Set());

/** What a part imports only now and then stays where the whole command line has it, and the addon in a file of its own. */
function elseFrom(outputs: Readonly<Record<string, { readonly entryPoint?: string }>>): Plugin {
  const packed = new Map(Object.entries(outputs).map(([path, { entryPoint = '' }]) => [resolve(entryPoint), path]));
  return {
    name: 'else-from',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind, importer }) => {
        if (path === './native.cjs') return { path, external: true };
        if (path.endsWith('/native/native.js') && importer !== '') return { path, namespace: 'native' };
        if (kind !== 'dynamic-import') return undefined;
        if (path.startsWith('./cli/quick/')) return { path: basename(path, '.js'), namespace: 'part' };
        const part = packed.get(resolve(resolveDir, path));
        if (part === undefined) throw new Error(`${path} is no part of its own`);
        return { path: `./${relative(BUNDLE, part)}`, external: true };
      });
      const resolveDir = resolve('.');
      onLoad({ filter: /.*/, namespace: 'native' }, () => ({
        contents: "export const native = () => require('./native.cjs').native();",
        resolveDir,
      }));
      onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
        contents: `import { loadPart } from './scripts/bundle/load-part.ts'; export const { start } = loadPart('${path}');`,
        resolveDir,
      }));
      onLoad({ filter: /\/base\/version\.js$/ }, () => ({
        contents: `export const VERSION = ${JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version)};`,
      }));
    },
  };
}

/** What V8 makes of a part, all functions of it. Flags decide what V8 takes later: they are put back. */
function compile(part: string, text: string): Buffer {
  setFlagsFromString('--no-lazy');
  const script = partScript(part, text);
  setFlagsFromString('--lazy');
  return Buffer.concat([thisNode(), script.createCachedData()]);
}

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

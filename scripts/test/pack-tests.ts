// Packs the test files, each with what it imports, so that Node reads them as they are: to compile them as they are loaded takes
// half a second of processor time a file. The places of the sources hold in what is packed too.
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** These look for files of their own beside them; esbuild loses the names of socks, which is CommonJS and loaded when needed. */
const EXTERNAL = ['playwright-core', 'esbuild', 'typescript', 'c8', '*.node', 'socks'];

/** What each test file begins with. */
export const TEST_PRELOAD = 'test/fixtures/teardown-order.ts';

/** Where a module finds its own files: in the source tree, wherever it is packed. */
const ownPlace: Plugin = {
  name: 'own-place',
  setup({ onLoad }) {
    onLoad({ filter: /\.(?:ts|mjs)$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const places = { dirname: dirname(path), filename: path, url: pathToFileURL(path).href };
      const contents = readFileSync(path, 'utf8').replaceAll(
        /\bimport\.meta\.(dirname|filename|url)\b/g,
        (_all, name: keyof typeof places) => JSON.stringify(places[name]),
      );
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/** Packs these files into `folder`; resolves to where each of them is then. Rejects when one of them does not compile. */
export async function packTests(files: readonly string[], folder: string): Promise<(file: string) => string> {
  const packed = (file: string) =>
    relative('.', file)
      .replace(/^test\//, '')
      .replace(/\.ts$/, '');
  await build({
    entryPoints: Object.fromEntries(files.map((file) => [packed(file), file])),
    outdir: folder,
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    keepNames: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    external: EXTERNAL,
    inject: [TEST_PRELOAD],
    // Some packages are CommonJS inside and call require() for Node's own modules, which an ES module does not have.
    // In two parts, since this file is packed too, with its test.
    banner: {
      js: [
        "import { createRequire as packed } from 'node:module';",
        'const require = packed(import.meta',
        '.url);',
      ].join(''),
    },
    plugins: [ownPlace],
    logLevel: 'warning',
  });
  return (file) => join(folder, `${packed(file)}.js`);
}

/** The text with the lines of packed files told as those of their sources. */
export function withSourceLines(text: string): string {
  return text.replaceAll(/(?:file:\/\/)?([^\s"'():]+\.js):(\d+):(\d+)/g, (all, file, line, column) => {
    if (file.includes('node_modules') || !existsSync(`${file}.map`)) return all;
    const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
    const origin = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in origin)) return all;
    const source = relative('.', resolve(dirname(file), origin.originalSource));
    return `${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
  });
}

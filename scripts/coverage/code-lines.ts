// Which lines of a TypeScript file become JavaScript. The others, comments and types, cannot run, and count neither way.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { transform } from 'esbuild';

/** Line numbers from 1, in order. */
export async function codeLines(file: string): Promise<number[]> {
  const source = readFileSync(file, 'utf8');
  const { code, map } = await transform(source, { loader: 'ts', sourcemap: true, sourcefile: file });
  const origins = new SourceMap(JSON.parse(map));
  const lines = new Set<number>();
  for (const [line, text] of code.split('\n').entries()) {
    if (text.startsWith('//# sourceMappingURL=')) continue;
    for (const { index } of text.matchAll(/\S/g)) {
      const origin = origins.findEntry(line, index);
      if ('originalLine' in origin) lines.add(origin.originalLine + 1);
    }
  }
  return [...lines].sort((a, b) => a - b);
}

// Modules of the tests, for the scripts that play them at length.
import { build } from 'esbuild';

/**
 * Imports a TypeScript module below test/, such as `faults/run`, packed into one file with what it imports. That lies in
 * dist/test-modules, as deep as the program, since the addon is found relative to it.
 */
export async function importTestModule(name) {
  const outfile = `dist/test-modules/${name.split('/').at(-1)}.mjs`;
  await build({
    entryPoints: [`test/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return import(new URL(`../${outfile}`, import.meta.url));
}

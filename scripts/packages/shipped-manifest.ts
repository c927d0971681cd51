// package.json as it is shipped.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of package.json only those need who build. */
const FOR_BUILDING = ['devDependencies', 'imports', 'napi', 'overrides', 'scripts', 'files'];

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly napi: { readonly binaryName: string; readonly packageName: string; readonly targets: readonly string[] };
  readonly [key: string]: unknown;
}

/** That of the tree in `folder`. */
export function readManifest(folder = '.'): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Its text without what only builders need, and with `more`. */
export function shippedManifest(manifest: Manifest, more: Readonly<Record<string, unknown>> = {}): string {
  const kept = Object.entries(manifest).filter(([key]) => !FOR_BUILDING.includes(key));
  return `${JSON.stringify({ ...Object.fromEntries(kept), ...more }, null, 2)}\n`;
}

// The crates that are linked into an addon, and the texts of their licences.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runTool } from './run-tool.ts';

export interface Crate {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly folder: string;
}

interface Metadata {
  readonly packages: readonly {
    id: string;
    name: string;
    version: string;
    license: string | null;
    source: string | null;
    manifest_path: string;
    targets: readonly { kind: readonly string[] }[];
  }[];
  readonly resolve: {
    readonly nodes: readonly {
      id: string;
      deps: readonly { pkg: string; dep_kinds: readonly { kind: string | null }[] }[];
    }[];
  };
}

/** Those of the lock that the addon for `triple` contains, by name: none that only builds it, and none of ours. */
export function linkedCrates(triple: string): Crate[] {
  const args = ['metadata', '--locked', '--format-version', '1', '--filter-platform', triple];
  const { packages, resolve } = JSON.parse(runTool('cargo', args, { cwd: 'native' })) as Metadata;
  const byId = new Map(packages.map((found) => [found.id, found]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const follow = (id: string): void => {
    const runsInCompiler = byId.get(id)?.targets.some(({ kind }) => kind.includes('proc-macro'));
    if (seen.has(id) || runsInCompiler) return;
    seen.add(id);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id)?.deps ?? []) {
      if (kinds.some(({ kind }) => kind === null)) follow(pkg);
    }
  };
  for (const { id, name } of packages) if (name === 'pearlctl-addon') follow(id);
  return packages
    .filter(({ id, source }) => seen.has(id) && source !== null)
    .map(({ name, version, license, manifest_path: manifest }) => {
      if (license === null) throw new Error(`The crate ${name} names no licence.`);
      return { name, version, license, folder: dirname(manifest) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The texts of a crate's licences. Those of napi-rs come without one: it stands in their project's npm package. */
function textsOf({ name, folder }: Crate): string[] {
  const files = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|unlicense|notice|copying|copyright)/i.test(file))
    .sort();
  if (files.length > 0) return files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (name.startsWith('napi')) return [readFileSync('node_modules/@napi-rs/cli/LICENSE', 'utf8').trim()];
  throw new Error(`The crate ${name} has no text of its licence.`);
}

const RUST =
  'Rust’s standard library, under MIT or Apache-2.0 as the crates below: Copyright (c) The Rust Project Contributors.';

/** All of them as one text, in which each licence stands once, below the crates that are under it. */
export function crateNotices(crates: readonly Crate[]): string {
  const under = new Map<string, string[]>();
  for (const crate of crates) {
    const title = `${crate.name} ${crate.version} (${crate.license})`;
    for (const text of textsOf(crate)) under.set(text, [...(under.get(text) ?? []), title]);
  }
  const parts = [...under].map(([text, titles]) => `${'-'.repeat(80)}\n${titles.join('\n')}\n\n${text}\n`);
  return `The native addon contains these crates, under the licences that follow.\n${RUST}\n\n${parts.join('\n')}`;
}

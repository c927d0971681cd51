// What a release contains, as a CycloneDX document: npm's own list of the lock, less what is only built and tested with, and
// with the crates and Node besides. Nothing in it differs from one build of a commit to the next.
import { readFileSync } from 'node:fs';
import { type Crate, linkedCrates } from '../packages/crates.ts';
import { runTool } from '../packages/run-tool.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly [key: string]: unknown;
}

interface Bom {
  readonly metadata: { readonly component: Component; readonly [key: string]: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { ref: string; dependsOn: readonly string[] }[];
  readonly [key: string]: unknown;
}

export interface BuiltWith {
  readonly epoch: number;
  readonly nodeVersion: string;
  readonly triples: readonly string[];
  /** What it was built with: name and version. */
  readonly tools: readonly (readonly [name: string, version: string])[];
}

/** The document's text. */
export function makeSbom({ epoch, nodeVersion, triples, tools }: BuiltWith): string {
  const bom = JSON.parse(runTool('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'])) as Bom;
  const notices = readFileSync('dist/bundle/NOTICES.txt', 'utf8');
  const packed = new Set(
    [...notices.matchAll(/^-{80}\n(\S+) (\S+) \(/gm)].map(([, name, version]) => `${name}@${version}`),
  );
  const packages = bom.components.filter((component) => packed.has(component['bom-ref']));
  if (packages.length !== packed.size) throw new Error('npm’s list lacks packages that the program contains.');
  const crates = new Map(triples.flatMap(linkedCrates).map((crate) => [`${crate.name}@${crate.version}`, crate]));
  const own = { ...bom.metadata.component, name: 'pearlctl', type: 'application' };
  const parts = [...packages.map(shipped), ...[...crates.values()].map(ofCrate), ofNode(nodeVersion)];
  const refs = new Set(parts.map((part) => part['bom-ref']));
  const dependencies = bom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  const { serialNumber: _drawn, ...rest } = bom;
  const document = {
    ...rest,
    metadata: {
      timestamp: new Date(epoch * 1000).toISOString(),
      lifecycles: [{ phase: 'build' }],
      tools: { components: tools.map(([name, version]) => ({ type: 'application', name, version })) },
      component: own,
    },
    components: parts,
    dependencies: [{ ref: own['bom-ref'], dependsOn: [...refs] }, ...dependencies],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** For npm it is a package to build with; in a release it is part of the program. */
function shipped(component: Component): Component {
  return { ...component, scope: 'required', properties: [] };
}

function ofCrate({ name, version, license }: Crate): Component {
  const purl = `pkg:cargo/${name}@${version}`;
  const licenses = [{ expression: license }];
  return { 'bom-ref': purl, type: 'library', name, version, scope: 'required', purl, licenses };
}

function ofNode(version: string): Component {
  const purl = `pkg:generic/node@${version}`;
  const license = { id: 'MIT' };
  return { 'bom-ref': purl, type: 'platform', name: 'node', version, scope: 'optional', purl, licenses: [{ license }] };
}

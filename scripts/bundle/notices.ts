// The licences of the packages that are packed into the program: each asks that its text goes along.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Its text, and a NOTICE where there is one. */
  readonly text: string;
}

/** The packages that these files belong to, by name. Throws for one without a licence's text. */
function packagesOf(inputs: readonly string[]): BundledPackage[] {
  const folders = inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  return [...new Set(folders)].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file));
  if (files.length === 0 || license === undefined) throw new Error(`${folder} has no text of its licence`);
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return { name, version, license, text };
}

/** All of them as one text. */
export function noticesOf(inputs: readonly string[]): string {
  const parts = packagesOf(inputs).map(
    ({ name, version, license, text }) => `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`,
  );
  return `pearlctl contains these packages, under the licences that follow.\n\n${parts.join('\n')}`;
}

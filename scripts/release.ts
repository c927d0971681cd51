// `npm run release`: everything that a release consists of, out of this commit, into one folder: the npm packages with their
// addons, archive, deb and rpm with Node inside, notices, SBOM, notes, checksums and signatures. docs/releasing.md says how.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packArchive, packSystem } from './packages/pack-folder.ts';
import { packNpm } from './packages/pack-npm.ts';
import { runTool } from './packages/run-tool.ts';
import { readManifest } from './packages/shipped-manifest.ts';
import { chooseTargets, type Target } from './packages/targets.ts';
import { buildAddon } from './release/build-addons.ts';
import { digestOfFile, sign, writeChecksums } from './release/checksums.ts';
import { readCommit } from './release/commit.ts';
import { fetchNode, NODE_VERSION } from './release/node-archive.ts';
import { fillRecipe, RECIPES } from './release/recipes.ts';
import { releaseNotes, sectionOf } from './release/release-notes.ts';
import { folderNotices } from './release/release-notices.ts';
import { makeSbom } from './release/sbom.ts';

const HELP = `npm run release -- [OPTIONS]   (on Linux x64)

  --to FOLDER        where everything goes; emptied first    [dist/release]
  --targets LIST     host, all, or targets of Rust with commas between    [host]
  --from URL         where the files will be fetched: also fills the texts for Homebrew, Arch and Nix
  --sign FILE        minisign's secret key; without it nothing is signed
  --allow-changes    a trial with changes that are in no commit

It needs cargo-zigbuild, nfpm and binutils; docs/releasing.md says how to get them.
`;

const MISSING = 'docs/releasing.md says how to get it';

interface Options {
  readonly to: string;
  readonly targets: readonly Target[];
  readonly from: string | undefined;
  readonly secretKey: string | undefined;
  readonly allowChanges: boolean;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Tells what is made, and how long it took. */
function making<T>(what: string, make: () => T): T {
  const startedMs = performance.now();
  say(`${what} …`);
  const made = make();
  say(`${what}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return made;
}

function release({ to, targets, from, secretKey, allowChanges }: Options): void {
  const { version } = readManifest();
  const commit = readCommit(allowChanges);
  const { epoch } = commit;
  const changelog = readFileSync('CHANGELOG.md', 'utf8');
  if (!sectionOf(changelog, version).released) {
    say(`CHANGELOG.md has no section [${version}]: the notes are those of what is not released yet.`);
  }
  // Before the minutes that the addons take.
  runTool('nfpm', ['--version'], { hint: MISSING });
  const tools = ['rustc', 'cargo-zigbuild'].map((tool) => [tool, versionOf(tool)] as const);

  const addons = targets.map((target) =>
    making(`addon for ${target.platform}`, () => buildAddon(target, 'dist/release-addons', epoch)),
  );
  making('npm packages', () => packNpm(to, addons));
  mkdirSync(to, { recursive: true });
  targets.forEach(({ folder, triple, platform }, index) => {
    const addon = addons[index];
    if (folder === null || addon === undefined) return;
    const node = making(`Node ${NODE_VERSION} for ${folder}`, () => fetchNode(folder, 'dist/release-cache'));
    const notices = folderNotices(triple, NODE_VERSION, node.licence);
    writeFileSync(join(to, `NOTICES-${platform}.txt`), notices);
    const parts = { program: '.', addon, node: node.path, notices, epoch };
    making(`archive for ${folder}`, () => packArchive(folder, parts, to));
    for (const kind of ['deb', 'rpm'] as const) {
      making(`${kind} for ${folder}`, () => packSystem(kind, folder, parts, to));
    }
  });
  const triples = targets.map(({ triple }) => triple);
  const withNode = [...tools, ['node', process.versions.node] as const];
  const sbom = makeSbom({ epoch, nodeVersion: NODE_VERSION, triples, tools: withNode });
  writeFileSync(join(to, `pearlctl-${version}.cdx.json`), sbom);
  writeFileSync(join(to, 'RELEASE.md'), releaseNotes(changelog, version, commit.id));
  if (from !== undefined) writeRecipes(to, version, from.replace(/\/+$/, ''));
  const files = writeChecksums(to);
  if (secretKey !== undefined) sign(files, secretKey, `pearlctl ${version}`);
  say(
    `${files.length} files in ${to}${secretKey === undefined ? ', not signed (--sign FILE)' : ', each with its .minisig'}`,
  );
}

function writeRecipes(to: string, version: string, base: string): void {
  const digestOf = (name: string) => (existsSync(join(to, name)) ? digestOfFile(join(to, name)) : undefined);
  for (const [name, template] of Object.entries(RECIPES)) {
    const text = readFileSync(join('templates/packages', template), 'utf8');
    writeFileSync(join(to, name), fillRecipe(text, { version, base, digestOf }));
  }
}

/** The first number of what it prints. */
function versionOf(tool: string): string {
  const told = runTool(tool, ['--version'], { cwd: 'native', hint: MISSING });
  return /\d+\.\d+\.\d+/.exec(told)?.[0] ?? told.trim();
}

function main(): number {
  const { values } = parseArgs({
    options: {
      to: { type: 'string', default: 'dist/release' },
      targets: { type: 'string', default: 'host' },
      from: { type: 'string' },
      sign: { type: 'string' },
      'allow-changes': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (process.platform !== 'linux')
    throw new Error('Releases are made on Linux: the tools for the other systems run there.');
  const targets = chooseTargets(values.targets);
  if (targets.length === 0) throw new Error(`There is no target for ${process.arch}. Name some with --targets.`);
  release({ to: values.to, targets, from: values.from, secretKey: values.sign, allowChanges: values['allow-changes'] });
  return 0;
}

// A tool that Ctrl-C ended has failed, and what it left is cleared away like after any failure.
process.on('SIGINT', () => {});
try {
  // What is made must not depend on who makes it.
  process.umask(0o022);
  process.exitCode = main();
} catch (error) {
  say(`pearlctl: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

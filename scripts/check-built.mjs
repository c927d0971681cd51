// Refuses to pack a tree whose build is missing, half done, or of another version. npm runs it before `npm pack` and
// `npm publish`, wherever they are run. No dependencies: what it checks may be their absence.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** EX_CONFIG of sysexits.h: something has to be done by hand first. */
const EX_CONFIG = 78;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What is wrong with the tree, a sentence each; empty for one that may be packed. */
function problemsOf(folder) {
  const read = (path) => readFileSync(join(folder, path), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  const needed = [
    'dist/bundle/pearlctl.cjs',
    'dist/bundle/pearlctl.mjs',
    'dist/bundle/index.mjs',
    'dist/bundle/NOTICES.txt',
    'dist/types/index.d.ts',
    'dist/page/index.html',
    'dist/page/page.js',
    'dist/page/page.css',
    'docs/man/pearlctl.1',
  ];
  const missing = needed.filter((path) => !existsSync(join(folder, path)));
  if (missing.length > 0) return missing.map((path) => `${path} is missing.`);
  const bundle = join(folder, 'dist/bundle');
  const parts = readdirSync(bundle).filter((name) => /\.[cm]js$/.test(name));
  // A build that was interrupted leaves parts that name others which were never written.
  const named = parts.flatMap((part) =>
    [...read(`dist/bundle/${part}`).matchAll(/(?:from |import(?:Else)?\s?\(?|require\()"\.\/([\w.-]+\.[cm]js)"/g)].map(
      ([, name]) => name,
    ),
  );
  const lost = [...new Set(named)].filter((name) => !parts.includes(name));
  const rust = /^version = "([^"]+)"$/m.exec(read('native/Cargo.toml'))?.[1];
  return [
    ...lost.map((name) => `dist/bundle/${name} is missing.`),
    ...(rust === version ? [] : [`native/Cargo.toml is of version ${rust}, package.json of ${version}.`]),
    ...runs(folder, version),
  ];
}

/** The program has to load its addon, which checks that both are of one version. */
function runs(folder, version) {
  const entry = join(folder, 'dist/bundle/pearlctl.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, 'self-test'], { encoding: 'utf8' });
  if (status !== 0) return [`pearlctl self-test fails: ${(stderr || stdout).trim().split('\n')[0]}`];
  const told = spawnSync(process.execPath, [entry, '--version'], { encoding: 'utf8' }).stdout.trim();
  return told === `pearlctl ${version}` ? [] : [`The program calls itself "${told}", package.json says ${version}.`];
}

const problems = problemsOf(root);
for (const problem of problems) process.stderr.write(`pearlctl: ${problem}\n`);
if (problems.length > 0) {
  process.stderr.write('  This tree cannot be packed. Type: npm run setup\n');
  process.exit(EX_CONFIG);
}

// Lays the npm packages down in a folder and packs them.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { crateNotices, linkedCrates } from './crates.ts';
import { runTool } from './run-tool.ts';
import { type Manifest, readManifest, shippedManifest } from './shipped-manifest.ts';
import { tripleOf } from './targets.ts';

/** The addons in dist/native. */
export function builtAddons(): string[] {
  return readdirSync('dist/native')
    .filter((name) => name.endsWith('.node'))
    .map((name) => join('dist/native', name));
}

/** The files that the program's package has, but for the addon of this machine. */
function programFiles(): string[] {
  const [packed] = JSON.parse(runTool('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])) as [
    { files: { path: string }[] },
  ];
  return packed.files
    .map(({ path }) => path)
    .filter((path) => path !== 'package.json' && !path.endsWith('.node'))
    .sort();
}

/** In a folder that packages are made in, from the first moment: only such a one is emptied. */
export const PACKAGES_MARK = '.pearlctl-packages';

/**
 * Packs the program and these addons into `to`, which is emptied first. Returns the tarballs' paths, the program's last. Throws where
 * `to` holds something else.
 */
export function packNpm(to: string, addons: readonly string[]): string[] {
  runTool(process.execPath, ['scripts/check-built.mjs']);
  const target = resolve(to);
  if (existsSync(target) && readdirSync(target).length > 0 && !existsSync(join(target, PACKAGES_MARK))) {
    throw new Error(`${to} holds something else than packages. Name an empty or a new folder with --to.`);
  }
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, PACKAGES_MARK), '');
  const manifest = readManifest();
  // napi lays packages down inside the project only.
  const layout = mkdtempSync('dist/npm-layout-');
  try {
    const folders = [...layAddons(layout, addons, manifest), layProgram(join(layout, 'program'), addons, manifest)];
    const pack = ['pack', '--silent', '--pack-destination', target];
    return folders.map((folder) => join(target, runTool('npm', pack, { cwd: folder }).trim()));
  } finally {
    rmSync(layout, { recursive: true, force: true });
  }
}

/** `linux-x64-gnu` of `pearlctl.linux-x64-gnu.node`. */
function platformOf(addon: string, { napi }: Manifest): string {
  const [, platform] = new RegExp(`^${napi.binaryName}\\.([\\w-]+)\\.node$`).exec(basename(addon)) ?? [];
  if (platform === undefined) throw new Error(`${addon} is not called ${napi.binaryName}.PLATFORM.node`);
  return platform;
}

/** napi knows what npm has to be told of each platform. */
function layAddons(folder: string, addons: readonly string[], manifest: Manifest): string[] {
  runTool(process.execPath, ['node_modules/@napi-rs/cli/dist/cli.js', 'create-npm-dirs', '--npm-dir', folder]);
  return addons.map((addon) => {
    const place = join(folder, platformOf(addon, manifest));
    copyFileSync(addon, join(place, basename(addon)));
    copyFileSync('LICENSE', join(place, 'LICENSE'));
    const notices = 'NOTICES.txt';
    writeFileSync(join(place, notices), crateNotices(linkedCrates(tripleOf(platformOf(addon, manifest)))));
    const file = join(place, 'package.json');
    const { files, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as { files: string[] };
    writeFileSync(file, `${JSON.stringify({ ...rest, files: [...files, notices] }, null, 2)}\n`);
    return place;
  });
}

function layProgram(folder: string, addons: readonly string[], manifest: Manifest): string {
  for (const path of programFiles()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(path, join(folder, path));
  }
  const optionalDependencies = Object.fromEntries(
    addons.map((addon) => [`${manifest.napi.packageName}-${platformOf(addon, manifest)}`, manifest.version]),
  );
  writeFileSync(join(folder, 'package.json'), shippedManifest(manifest, { optionalDependencies }));
  return folder;
}

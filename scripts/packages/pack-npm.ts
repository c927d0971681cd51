// Lays the npm packages down in a folder and packs them.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const ROOT = resolve('.');
/** What of package.json only those need who build. */
const FOR_BUILDING = ['devDependencies', 'imports', 'napi', 'overrides', 'scripts', 'files'];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly napi: { readonly binaryName: string; readonly packageName: string };
  readonly [key: string]: unknown;
}

function run(command: string, args: readonly string[], cwd = ROOT): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error !== undefined || status !== 0) {
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `${stderr}${stdout}`}`);
  }
  return stdout;
}

/** The addons in dist/native. */
export function builtAddons(): string[] {
  return readdirSync('dist/native')
    .filter((name) => name.endsWith('.node'))
    .map((name) => join('dist/native', name));
}

/** The files that the program's package has, but for the addon of this machine. */
function programFiles(): string[] {
  const [packed] = JSON.parse(run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])) as [
    { files: { path: string }[] },
  ];
  return packed.files
    .map(({ path }) => path)
    .filter((path) => path !== 'package.json' && !path.endsWith('.node'))
    .sort();
}

/** Packs the program and these addons into `to`, which is emptied first. Returns the tarballs' paths, the program's last. */
export function packNpm(to: string, addons: readonly string[]): string[] {
  run(process.execPath, ['scripts/check-built.mjs']);
  const target = resolve(to);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  // napi lays packages down inside the project only.
  const layout = mkdtempSync('dist/npm-layout-');
  try {
    const folders = [...layAddons(layout, addons, manifest), layProgram(join(layout, 'program'), addons, manifest)];
    const pack = ['pack', '--silent', '--pack-destination', target];
    return folders.map((folder) => join(target, run('npm', pack, folder).trim()));
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
  run(process.execPath, ['node_modules/@napi-rs/cli/dist/cli.js', 'create-npm-dirs', '--npm-dir', folder]);
  return addons.map((addon) => {
    const place = join(folder, platformOf(addon, manifest));
    copyFileSync(addon, join(place, basename(addon)));
    copyFileSync('LICENSE', join(place, 'LICENSE'));
    return place;
  });
}

function layProgram(folder: string, addons: readonly string[], manifest: Manifest): string {
  for (const path of programFiles()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(path, join(folder, path));
  }
  const kept = Object.entries(manifest).filter(([key]) => !FOR_BUILDING.includes(key));
  const optionalDependencies = Object.fromEntries(
    addons.map((addon) => [`${manifest.napi.packageName}-${platformOf(addon, manifest)}`, manifest.version]),
  );
  const shipped = { ...Object.fromEntries(kept), optionalDependencies };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(shipped, null, 2)}\n`);
  return folder;
}

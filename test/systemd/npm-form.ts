// npm's packages of this build in a box: a Node with npm for it, the packages under another version's name, and a registry that only
// the box reaches.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { runTool } from '../../scripts/packages/run-tool.ts';
import { VERSION } from '../../src/base/version.ts';
import type { Box, BoxResult } from './box.ts';

/** To seed a box with: Node and npm, not yet in its PATH. */
export function nodeAndNpm(): Record<string, string> {
  const npm = join(runTool('npm', ['root', '--global']).trim(), 'npm');
  return { '/opt/node/bin/node': process.execPath, '/opt/node/lib/node_modules/npm': npm };
}

/** As an installer of Node does. A box over a machine that has one keeps that. */
export async function installNode(box: Box): Promise<void> {
  if ((await box.exec(['npm', '--version'])).exitCode === 0) return;
  await box.run(['cp', '-r', '/opt/node/.', '/usr']);
  await box.run(['ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', '/usr/bin/npm']);
}

/** The same packages as another version, which has to be as long. Returns their paths. */
export function repacked(tarballs: readonly string[], version: string, to: string): string[] {
  mkdirSync(to, { recursive: true });
  return tarballs.map((tarball) => {
    const folder = mkdtempSync(join(to, 'package-'));
    runTool('tar', ['-xzf', tarball, '-C', folder]);
    const own = join(folder, 'package');
    // An addon knows its version too.
    for (const name of readdirSync(own).filter((file) => file === 'package.json' || file.endsWith('.node'))) {
      const text = readFileSync(join(own, name), 'latin1').replaceAll(VERSION, version);
      writeFileSync(join(own, name), text, 'latin1');
    }
    const file = join(to, basename(tarball).replace(VERSION, version));
    runTool('tar', ['-czf', file, '-C', folder, 'package']);
    rmSync(folder, { recursive: true });
    return file;
  });
}

/** Has `run` do something in the box, with an environment in which npm's registry is one that has these tarballs. */
export async function fetching(
  box: Box,
  tarballs: readonly string[],
  run: (env: Record<string, string>) => Promise<BoxResult>,
): Promise<BoxResult> {
  const serve = ['--import', 'tsx', join(import.meta.dirname, '..', 'fixtures', 'serve-packages.ts'), ...tarballs];
  const registry = execa('nsenter', [...box.network, process.execPath, ...serve], { stdin: 'pipe', buffer: false });
  try {
    const [line] = (await once(registry.stdout, 'data')) as [Buffer];
    return await run({ npm_config_registry: String(line).trim() });
  } finally {
    registry.stdin.end();
    await registry;
  }
}

/** What a user's npm leaves lies where a reboot takes it, and it asks for nothing else. */
export function npmEnvironment(user: string): Record<string, string> {
  return {
    npm_config_cache: `/tmp/npm-of-${user}`,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

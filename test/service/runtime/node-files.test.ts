// A Node that does not consist of one file: Homebrew's stub in front of libnode, and what an upgrade or a collection takes away.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { applyStep } from '../../../src/service/plan/steps/all-steps.ts';
import type { StepContext } from '../../../src/service/plan/steps/step-kind.ts';
import { runCommand } from '../../../src/service/run-program.ts';
import { fleetingFiles, loadedFiles, nodeLibraries } from '../../../src/service/runtime/node-files.ts';
import { digestRuntime, type RuntimeFile } from '../../../src/service/runtime/runtime-source.ts';

/** As Homebrew lays it out: a program that is nothing without the library beside its folder. */
function homebrew(folder: string): string {
  const cellar = join(folder, 'Cellar', 'node', '24.1.0');
  mkdirSync(join(cellar, 'bin'), { recursive: true });
  mkdirSync(join(cellar, 'lib', 'node_modules'), { recursive: true });
  writeFileSync(join(cellar, 'lib', 'libnode.137.dylib'), 'echo v24.1.0\n');
  writeFileSync(join(cellar, 'lib', 'libnode.a'), '');
  const node = join(cellar, 'bin', 'node');
  writeFileSync(node, '#!/bin/sh\n. "$(dirname "$0")/../lib/libnode.137.dylib"\n', { mode: 0o755 });
  return node;
}

for (const platform of ['linux', 'darwin'] as const) {
  t.test(`${platform}: the library of a stub goes with it; a copy that does not start goes nowhere`, async (t) => {
    const home = t.testdir({ root: {}, 'package.json': '{}' });
    const path = homebrew(home);
    const node = { how: 'copy', path, reason: 'Homebrew may replace it' } as const;
    const context = { caller: { platform }, manager: { kind: 'systemd' }, run: runCommand, instance: null };
    const lay = async (folder: string, files: RuntimeFile[]) => {
      const source = { version: '1.2.3', node, files, digest: await digestRuntime(files, node) };
      return applyStep({ kind: 'runtime', folder, source }, context as unknown as StepContext);
    };
    const own = [{ from: join(home, 'package.json'), to: 'package.json' }];
    const libraries = nodeLibraries(path);
    t.same(
      libraries.map(({ to }) => to),
      ['lib/libnode.137.dylib'],
    );
    const folder = join(home, 'root', '1.2.3');
    const { now } = await lay(folder, [...own, ...libraries]);
    t.match(readFileSync(join(folder, 'lib', 'libnode.137.dylib'), 'utf8'), /v24/);
    await now?.();
    t.notOk(existsSync(folder), 'undone');
    await t.rejects(lay(folder, own), {
      code: 'SERVICE_FAILED',
      message: /^The copy of this Node does not start \(exit code \d+: /,
      hint: /nodejs\.org, nvm, fnm, volta/,
    });
    t.notOk(existsSync(folder), 'and nothing of it is left');
  });
}

t.test('files that are taken away are named with their owner', async (t) => {
  t.equal(fleetingFiles(['/usr/lib/libSystem.B.dylib', '/lib64/libc.so.6']), null);
  t.equal(fleetingFiles(['/opt/homebrew/Cellar/node/24.1.0/lib/libnode.137.dylib']), null, 'that one is copied');
  t.match(
    fleetingFiles(['/opt/homebrew/opt/icu4c@77/lib/libicui18n.77.dylib', '/usr/local/opt/c-ares/lib/libcares.2.dylib']),
    /^Node needs files of Homebrew \(.*libicui18n\.77\.dylib and 1 more\), which an upgrade may take away: /,
  );
  t.match(fleetingFiles(['/home/linuxbrew/.linuxbrew/lib/ld.so']), /Homebrew/);
  t.match(fleetingFiles(['/nix/store/abc-glibc/lib/libc.so.6']), /Nix .*a garbage collection/);
  t.same(nodeLibraries('/nowhere/bin/node'), []);
});

t.test('what this Node has loaded is known', { skip: process.platform === 'win32' }, async (t) => {
  t.match(loadedFiles().join('\n'), /lib/);
});

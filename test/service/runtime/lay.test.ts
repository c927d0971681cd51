// A runtime that was laid down is whole until it is meddled with, and laying it down again mends that.
import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { isWhole, layRuntime, readSeal } from '../../../src/service/runtime/lay.ts';
import type { NodePin } from '../../../src/service/runtime/pin.ts';
import { digestRuntime, type RuntimeSource } from '../../../src/service/runtime/runtime-source.ts';

const FILES = ['pearlctl.mjs', 'package.json', 'page/index.html', 'templates/systemd/system.service'];

/** A small program in `folder`, whose Node is a file as good as another. */
async function sourceIn(folder: string, how: NodePin['how']): Promise<RuntimeSource> {
  for (const to of [...FILES, 'node']) {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    writeFileSync(join(folder, to), `this is ${to}\n`);
  }
  const files = FILES.map((to) => ({ from: join(folder, to), to }));
  const path = join(folder, 'node');
  const node: NodePin = how === 'copy' ? { how, path, reason: 'a test' } : { how, path };
  return { version: '1.2.3', files, node, digest: await digestRuntime(files, node) };
}

const DAMAGE: Record<string, (folder: string) => void> = {
  'a file is gone': (folder) => rmSync(join(folder, 'page/index.html')),
  'a file is longer': (folder) => appendFileSync(join(folder, 'pearlctl.mjs'), 'x'),
  'a file cannot be read by others': (folder) => chmodSync(join(folder, 'package.json'), 0o600),
  'a folder cannot be read by others': (folder) => chmodSync(join(folder, 'templates'), 0o700),
  'the program is gone': (folder) => rmSync(join(folder, 'bin/pearlctl')),
  'the program is another': (folder) => {
    rmSync(join(folder, 'bin/pearlctl'));
    symlinkSync('/bin/sh', join(folder, 'bin/pearlctl'));
  },
};

for (const how of ['in-place', 'copy'] as const) {
  for (const platform of ['linux', 'darwin'] as const) {
    t.test(`Node ${how}, on ${platform}: damage is seen, and mended by laying it down again`, async (t) => {
      const home = t.testdir();
      const source = await sourceIn(join(home, 'package'), how);
      const root = join(home, 'runtimes');
      mkdirSync(root);
      const folder = join(root, source.version);
      t.notOk(await isWhole(source, folder), 'not there yet');
      await layRuntime(source, folder, platform);
      t.ok(await isWhole(source, folder), 'as it was laid down');
      for (const [what, damage] of Object.entries(DAMAGE)) {
        damage(folder);
        t.notOk(await isWhole(source, folder), what);
        await layRuntime(source, folder, platform);
        t.ok(await isWhole(source, folder), `${what}, and mended`);
      }
      t.notOk(await isWhole({ ...source, digest: 'f'.repeat(64) }, folder), 'whole, but another');
      t.same(readdirSync(root), [source.version], 'nothing lies beside it');
    });
  }
}

t.test('a folder that is not ours is not replaced', async (t) => {
  const home = t.testdir({ runtimes: { '1.2.3': { diary: 'dear diary' } } });
  const source = await sourceIn(join(home, 'package'), 'in-place');
  const folder = join(home, 'runtimes', '1.2.3');
  await t.rejects(layRuntime(source, folder, 'linux'), { code: /ENOTEMPTY|EEXIST/ });
  t.same(readdirSync(folder), ['diary']);
  t.same(readdirSync(join(home, 'runtimes')), ['1.2.3']);
  t.equal(await readSeal(folder), null);
});

t.test('a copy that was signed after it was made is whole, until it is another', async (t) => {
  const home = t.testdir();
  const source = await sourceIn(join(home, 'package'), 'copy');
  const root = join(home, 'runtimes');
  mkdirSync(root);
  const folder = join(root, source.version);
  const sign = async (path: string) => appendFileSync(join(path, 'bin', 'pearlctl'), 'signature');
  await layRuntime(source, folder, 'darwin', sign);
  t.ok(await isWhole(source, folder));
  appendFileSync(join(folder, 'bin', 'pearlctl'), 'x');
  t.notOk(await isWhole(source, folder));
  await layRuntime(source, folder, 'darwin', sign);
  t.ok(await isWhole(source, folder));
  appendFileSync(source.node.path, 'another Node');
  const newer = { ...source, digest: await digestRuntime(source.files, source.node) };
  t.notOk(await isWhole(newer, folder), 'the Node that it was made of has changed');
});

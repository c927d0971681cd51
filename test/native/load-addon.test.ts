import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { VERSION } from '../../src/base/version.ts';
import { loadAddon } from '../../src/native/load-addon.ts';

const here = `pearlctl.${process.platform}-${process.arch}`;
const built = fileURLToPath(new URL('../../dist/native/', import.meta.url));

/** Name of the file that was really built for this machine. */
function realName(): string {
  const name = readdirSync(built).find((name) => name.startsWith(here));
  if (name === undefined) throw new Error(`no ${here} in ${built}`);
  return name;
}

t.test('the first folder with a working addon wins', async (t) => {
  const empty = `${t.testdir()}/`;
  t.equal(loadAddon([empty, built], VERSION).version(), VERSION);
});

t.test('nothing built is said, with every place that was looked at', async (t) => {
  const folders = [`${t.testdir({})}/`, '/no/such/folder/'];
  t.throws(() => loadAddon(folders, VERSION), {
    code: 'NATIVE_MISSING',
    message: new RegExp(`${folders[0]}${here}.*; ${folders[1]}${here}`),
    hint: /not been built/,
  });
});

t.test('an addon for another machine is named', async (t) => {
  const folder = `${t.testdir({ 'pearlctl.plan9-mips.node': '' })}/`;
  t.throws(() => loadAddon([folder], VERSION), {
    code: 'NATIVE_MISSING',
    hint: /another machine \(pearlctl\.plan9-mips/,
  });
});

t.test('a broken addon does not hide a good one, and its failure is told where there is none', async (t) => {
  const folder = `${t.testdir({ [`${here}-gnu.node`]: 'not a library' })}/`;
  t.equal(loadAddon([folder, built], VERSION).version(), VERSION);
  t.throws(() => loadAddon([folder], VERSION), {
    code: 'NATIVE_MISSING',
    message: new RegExp(`${here}-gnu.node: .+`),
  });
});

t.test('an addon of another version is refused rather than used', async (t) => {
  const folder = `${t.testdir()}/`;
  copyFileSync(join(built, realName()), join(folder, realName()));
  t.throws(() => loadAddon([folder], '999.0.0'), {
    code: 'NATIVE_MISMATCH',
    message: /999\.0\.0/,
    hint: /npm run setup/,
  });
});

t.test('the addon that is shipped has no faults to order', async (t) => {
  const bytes = readFileSync(join(built, realName()));
  t.notOk(bytes.includes('PEARLCTL_FAULTS'), 'built without the feature fault-injection');
});

import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isManaged, ownerOf, REINSTALL } from '../../../src/base/packaging/owner.ts';
import { programEntry, programFolder, programOwner } from '../../../src/base/packaging/this-copy.ts';

const NOTHING = { folder: '/opt/pearlctl', marker: null, laid: false, sources: false };

for (const [title, facts, owner] of [
  ['a folder that says nothing', {}, 'tar'],
  ['a marker', { marker: 'deb\n' }, 'deb'],
  ['a marker in a folder of npm’s', { folder: '/usr/lib/node_modules/pearlctl', marker: 'rpm' }, 'rpm'],
  ['a marker of other words', { marker: 'sudo rm -rf /' }, 'tar'],
  ['a marker that a package cannot have', { marker: 'checkout' }, 'tar'],
  ['npm’s folder', { folder: '/usr/lib/node_modules/pearlctl' }, 'npm'],
  ['Homebrew’s folder', { folder: '/opt/homebrew/Cellar/pearlctl/1.0/libexec/lib/node_modules/pearlctl' }, 'brew'],
  ['what the PKGBUILD writes', { folder: '/usr/lib/pearlctl', marker: 'pacman\n' }, 'pacman'],
  ['what the flake writes', { folder: '/nix/store/0-pearlctl/lib/pearlctl', marker: 'nix\n' }, 'nix'],
  ['the sources', { sources: true }, 'checkout'],
  ['a copy that install made', { laid: true, marker: 'deb' }, 'service'],
] as const) {
  t.test(`${title} means ${owner}`, async (t) => t.equal(ownerOf({ ...NOTHING, ...facts }), owner));
}

t.test('package managers keep their files to themselves, and each owner has a way to be whole again', async (t) => {
  const owners = ['deb', 'rpm', 'brew', 'pacman', 'nix', 'tar', 'npm', 'checkout', 'service'] as const;
  t.same(owners.filter(isManaged), ['deb', 'rpm', 'brew']);
  t.equal(new Set(owners.map((owner) => REINSTALL[owner])).size, owners.length);
});

t.test('this copy is a checkout, and knows its program', async (t) => {
  t.equal(programOwner(), 'checkout');
  t.equal(programEntry(), join(programFolder(), 'dist', 'js', 'cli.js'));
});

t.test('a folder’s files say who owns it', async (t) => {
  const folder = realpathSync(t.testdir());
  t.equal(programOwner(folder), 'tar');
  writeFileSync(join(folder, 'owner'), 'deb\n');
  t.equal(programOwner(folder), 'deb');
  mkdirSync(join(folder, '.complete'));
  t.equal(programOwner(folder), 'service');
});

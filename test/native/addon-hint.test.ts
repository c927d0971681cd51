import t from 'tap';
import { type AddonTrouble, addonHint } from '../../src/native/addon-hint.ts';

const NOTHING: AddonTrouble = {
  owner: 'npm',
  platform: 'linux',
  arch: 'x64',
  tried: ['/p/pearlctl.linux-x64*.node: not there'],
  foreign: [],
  flaws: [],
};
const glibc = ['/p/a.node: /lib/libc.so.6: version `GLIBC_2.34’ not found'];

for (const [title, facts, hint] of [
  ['npm that left it out', {}, /npm left out .*@pearlctl\/addon-linux-x64-gnu or @pearlctl\/addon-linux-x64-musl/],
  ['a Mac', { platform: 'darwin', arch: 'arm64' }, /@pearlctl\/addon-darwin-arm64\. Type: npm install/],
  ['a machine without a package', { platform: 'freebsd' }, /No package is built for freebsd-x64: .*clone/],
  ['a checkout', { owner: 'checkout' }, /not been built.*npm run build:native/],
  ['a checkout on any machine', { owner: 'checkout', platform: 'freebsd' }, /not been built.*npm run build:native/],
  ['a deb', { owner: 'deb' }, /part of pearlctl is missing.*apt-get install --reinstall/],
  ['an rpm', { owner: 'rpm' }, /dnf reinstall pearlctl/],
  ['Homebrew', { owner: 'brew' }, /brew reinstall pearlctl/],
  ['an archive', { owner: 'tar' }, /Unpack the archive again/],
  ['a service', { owner: 'service' }, /pearlctl install/],
  ['a file that was cut off', { owner: 'deb', flaws: ['cut-off'] }, /not copied to its end.*apt-get/],
  ['a file for another machine', { owner: 'tar', flaws: ['foreign'] }, /another machine.*Unpack/],
  ['an old C library', { owner: 'npm', tried: glibc }, /another C library.*npm install -g/],
  ['a file system without exec', { tried: ['x: failed to map segment from shared object'] }, /noexec/],
] as const satisfies [string, Partial<AddonTrouble>, RegExp][]) {
  t.test(`${title}: the hint fits`, async (t) => {
    const text = addonHint({ ...NOTHING, ...facts });
    t.match(text, hint);
    if (facts.owner !== 'checkout') t.notMatch(text, 'npm run', 'nobody but a checkout has scripts');
  });
}

// `npm run npm-packages [-- --to FOLDER] [ADDON.node …]`: the packages that npm installs without a compiler, as tarballs: one
// with the program, which needs no other package, and one for each addon, of which npm takes the one that fits the machine.
// Without addons named, the one that was built here.
import { parseArgs } from 'node:util';
import { builtAddons, packNpm } from './packages/pack-npm.ts';

const { values, positionals } = parseArgs({
  options: { to: { type: 'string', default: 'dist/npm' } },
  allowPositionals: true,
});
const addons = positionals.length > 0 ? positionals : builtAddons();
for (const file of packNpm(values.to, addons)) process.stdout.write(`${file}\n`);

// `npm test [-- FILE …]`: everything that says whether this tree is good: lint, types, Rust and TypeScript tests. With files,
// only these TypeScript tests. The closing line counts each check of each suite once.
import { runCargoTests } from './test/cargo-tests.ts';
import { checkRust, checkTypeScript } from './test/static-checks.ts';
import { Tally } from './test/tally.ts';
import { runTapTests } from './test/tap-tests.ts';

const files = process.argv.slice(2);
const tally = new Tally();
if (files.length === 0) {
  // Side by side: those of TypeScript mostly compute on one processor.
  await Promise.all([checkTypeScript(tally), checkRust(tally).then(() => runCargoTests(tally))]);
}
await runTapTests(tally, files);
process.stdout.write(`\n${tally.closingLine()}\n`);
process.exit(tally.exitStatus());

// `npm test [-- FILE …]`: everything that says whether this tree is good: lint, types, Rust and TypeScript tests. With files,
// only these TypeScript tests. The closing line counts each check of each suite once.
import { runCargoTests } from './test/cargo-tests.ts';
import { runStaticChecks } from './test/static-checks.ts';
import { Tally } from './test/tally.ts';
import { runTapTests } from './test/tap-tests.ts';

const files = process.argv.slice(2);
const tally = new Tally();
if (files.length === 0) {
  runStaticChecks(tally);
  runCargoTests(tally);
}
await runTapTests(tally, files);
process.stdout.write(`\n${tally.closingLine()}\n`);
process.exit(tally.exitStatus());

// `pearlctl --version`, without any other word.
import { VERSION } from '../../base/version.ts';
import { runProgram } from '../program.ts';

export async function start(argv: readonly string[]): Promise<boolean> {
  if (argv.length > 1) return false;
  await runProgram(argv, async (output) => {
    output.write(`pearlctl ${VERSION}\n`);
    return 0;
  });
  return true;
}

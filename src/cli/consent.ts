// Asking a person before something is changed; only at a terminal.
import { createInterface } from 'node:readline/promises';
import { PearlError } from '../base/errors.ts';

/** True for a yes. Throws USAGE where standard input or output is no terminal, naming the flag that answers instead. */
export async function askConsent(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new PearlError('USAGE', 'There is no terminal to ask at, and nothing is done without a yes.', {
      hint: 'Look at it with --dry-run, then say --yes.',
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch {
    // Ctrl-C and Ctrl-D are a no.
    return false;
  } finally {
    prompt.close();
  }
}

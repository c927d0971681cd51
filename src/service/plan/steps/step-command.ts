// Commands that a step runs: how a plan shows them, and one that has to succeed.
import { PearlError } from '../../../base/errors.ts';
import { forReading } from '../../run-program.ts';
import type { StepContext } from './step-kind.ts';

/** Commands as lines below the step that runs them. */
export function commandLines(commands: readonly string[][]): string[] {
  return commands.map((command) => `  $ ${command.map(forReading).join(' ')}`);
}

/** Runs the command. Throws SERVICE_FAILED with `what` and the command's first line of complaint. */
export async function runOrFail(
  { run }: Pick<StepContext, 'run'>,
  command: string[],
  what: string,
  hint = `It was: ${command.join(' ')}`,
): Promise<void> {
  const { code, stderr } = await run(command);
  if (code === 0) return;
  const said = (stderr.trim().split('\n')[0] ?? '').replace(/\.$/, '');
  throw new PearlError('SERVICE_FAILED', `${what}${said ? `: ${said}` : ''}.`, { hint });
}

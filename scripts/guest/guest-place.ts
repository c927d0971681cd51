// Where a guest stands beside the programs that it must not disturb: how each place is made on this machine, or why it is not here.
import { execa } from 'execa';

/** What the foreground did: `scripts/guest-foreground.ts`. */
export interface Foreground {
  readonly code: number | null;
  readonly seconds: number;
  readonly timerMs: number;
  readonly echoMs: number;
}

/** A pearlctl that mines, and programs beside it. */
export interface Guest {
  pearlctl(...words: string[]): Promise<string>;
  /** The foreground program over a file. */
  foreground(file: string): Promise<Foreground>;
  stop(): Promise<void>;
}

export interface Place {
  readonly name: string;
  /** Why this machine does not have it, or null. */
  readonly lacks: () => string | null;
  readonly open: () => Promise<Guest>;
}

/** The built program of the foreground. */
export const FOREGROUND = 'dist/scripts/guest-foreground.js';

export async function runForeground(command: readonly string[]): Promise<Foreground> {
  const [program = '', ...args] = command;
  const { stdout } = await execa(program, args, { stderr: 'inherit' });
  const said: Foreground = JSON.parse(stdout);
  if (said.code !== 0) throw new Error(`xz ended with ${said.code}`);
  return said;
}

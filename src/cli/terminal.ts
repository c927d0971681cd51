// What the terminal on the other side of a stream can show, decided once from the stream and the environment.

export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const;
export type ColourChoice = (typeof COLOUR_CHOICES)[number];

export interface Terminal {
  readonly colour: boolean;
  /** Columns to stay within. */
  readonly width: number;
  /** A person watches: stdout is a terminal that can redraw. */
  readonly live: boolean;
}

/** Columns of a pipe or of a terminal that does not say. */
const USUAL_WIDTH = 80;

/** Columns that an answer is fitted to. A pipe has none: nothing is left out that a program may search. */
export function fittedWidth({ live, width }: Terminal): number {
  return live ? width : Number.POSITIVE_INFINITY;
}

/**
 * Colour: the flag first, then NO_COLOR (no-color.org), CLICOLOR_FORCE and CLICOLOR (bixense.com/clicolors), then
 * whether it is a terminal at all.
 */
export function describeTerminal(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv,
  choice: ColourChoice,
): Terminal {
  const live = stream.isTTY === true && env.TERM !== 'dumb';
  return { colour: wantsColour(live, env, choice), width: stream.columns || USUAL_WIDTH, live };
}

function wantsColour(live: boolean, env: NodeJS.ProcessEnv, choice: ColourChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (env.NO_COLOR) return false;
  if (env.CLICOLOR_FORCE && env.CLICOLOR_FORCE !== '0') return true;
  return live && env.CLICOLOR !== '0';
}

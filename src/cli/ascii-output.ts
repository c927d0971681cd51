// Output for a terminal whose locale is not UTF-8 (`LANG=C`): the signs that we draw with, in ASCII.

const ASCII = new Map(
  [
    ['✓✔●◆', '*'],
    ['✗✘×■', 'x'],
    ['○◌◇◐', 'o'],
    ['·░▂', '.'],
    ['–—─▃▄', '-'],
    ['→', '->'],
    ['…', '...'],
    ['‘’', "'"],
    ['“”', '"'],
    ['±', '+/-'],
    ['°', ' '],
    ['▕▏│', '|'],
    ['┌└├', '+'],
    ['▁', '_'],
    ['▅', '='],
    ['▆', '+'],
    ['▇', '*'],
    ['█', '#'],
  ].flatMap(([signs = '', text = '']) => [...signs].map((sign) => [sign, text] as const)),
);
const SIGNS = new RegExp(`[${[...ASCII.keys()].join('')}]`, 'gu');

/** Whether the locale of these variables has no UTF-8; without any, nothing is known, and terminals have it. */
export function isAsciiLocale({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
}

/** What others wrote, such as the name of a file, stays as it is. */
export function inAscii(text: string): string {
  return text.replace(SIGNS, (sign) => ASCII.get(sign) ?? sign);
}

/** From now on what this process writes to its terminal is in ASCII. */
export function writeInAscii(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  const inAsciiToo = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? inAscii(chunk) : chunk, ...rest);
  Object.assign(stream, { write: inAsciiToo });
}

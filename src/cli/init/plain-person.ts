// Questions line by line, for a terminal that cannot move its cursor: numbers to choose by, and no escape sequence.
import { createInterface, type Interface } from 'node:readline/promises';
import { gaveUp, type Person, type TextVerdict } from './person.ts';

export function plainPerson(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Person {
  const say = (text: string) => output.write(`${text}\n`);
  /** One line; an interface of its own each time, so that nothing is read between two questions. */
  const readLine = async (prompt: string): Promise<string> => {
    const lines = createInterface({ input, output, terminal: false });
    try {
      return await firstLine(lines, prompt);
    } finally {
      lines.close();
    }
  };
  const writeJudged = async (message: string, judge: (typed: string) => TextVerdict): Promise<string> => {
    say(message);
    for (;;) {
      const typed = (await readLine('> ')).trim();
      const { state, text } = judge(typed);
      if (state === 'valid') return typed;
      say(`  ${text}`);
    }
  };
  return {
    begin: say,
    show: (title, text) => say(`${title}:\n${text.replaceAll(/^/gm, '  ')}`),
    tell: say,
    async choose({ message, initial, options }) {
      say(message);
      for (const [at, { label, hint }] of options.entries()) {
        say(`  ${at + 1}  ${label}${hint === undefined ? '' : ` (${hint})`}`);
      }
      const usual = options.findIndex(({ value }) => value === initial) + 1;
      for (;;) {
        const typed = (await readLine(`Number [${usual}]: `)).trim();
        const chosen = options[(typed === '' ? usual : Number(typed)) - 1];
        if (chosen !== undefined) return chosen.value;
        say(`  Type a number from 1 to ${options.length}.`);
      }
    },
    async agree(message, initial = true) {
      for (;;) {
        const typed = (await readLine(`${message} [${initial ? 'Y/n' : 'y/N'}] `)).trim().toLowerCase();
        if (typed === '') return initial;
        if (['y', 'yes', 'n', 'no'].includes(typed)) return typed.startsWith('y');
      }
    },
    write: async ({ message, initial, example, problem }) => {
      const judge = (typed: string): TextVerdict => {
        const text = typed === '' && initial !== undefined ? undefined : problem(typed);
        return text === undefined ? { state: 'valid', text: '' } : { state: 'wrong', text };
      };
      const proposed = initial ?? example;
      return (
        (await writeJudged(`${message}${proposed === undefined ? '' : ` [${proposed}]`}`, judge)) || (initial ?? '')
      );
    },
    writeJudged,
  };
}

/** Throws USAGE where the input ends. Ctrl-C ends the process: the terminal makes it a signal here. */
function firstLine(lines: Interface, prompt: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => reject(gaveUp()));
    lines.setPrompt(prompt);
    lines.prompt();
  });
}

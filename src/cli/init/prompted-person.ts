// Questions as prompts that redraw while a person answers, by clack.
import { TextPrompt } from '@clack/core';
import {
  cancel,
  confirm,
  intro,
  isCancel,
  log,
  note,
  S_BAR,
  S_BAR_END,
  select,
  symbol,
  text,
  updateSettings,
} from '@clack/prompts';
import { gaveUp, type Person, type TextVerdict } from './person.ts';

// Ctrl-D ends the input, and with it the question: without this the program would end in the middle of it, as if all were well.
updateSettings({ aliases: { '\u0004': 'cancel' } });

export const promptedPerson: Person = {
  begin: (text) => intro(text),
  show: (title, text) => note(text, title),
  tell: (text) => log.info(text),
  async choose({ message, initial, options }) {
    const texts = options.map(({ value, label, hint }) => ({ value: value as string, label, ...(hint && { hint }) }));
    const picked = answered(await select({ message, initialValue: initial as string, maxItems: 10, options: texts }));
    return options.find(({ value }) => value === picked)?.value ?? initial;
  },
  agree: async (message, initialValue = true) => answered(await confirm({ message, initialValue })),
  async write({ message, initial, example = '', problem }) {
    const validate = (typed = '') => (typed === '' && initial !== undefined ? undefined : problem(typed.trim()));
    const usual = initial === undefined ? {} : { defaultValue: initial };
    return answered(await text({ message, placeholder: initial ?? example, ...usual, validate })).trim();
  },
  writeJudged: async (message, judge) => (answered(await judgedPrompt(message, judge)) ?? '').trim(),
};

/** Throws USAGE for clack's symbol of a person who gave up; nothing is written before. */
function answered<T>(value: T): Exclude<T, symbol> {
  if (!isCancel(value)) return value as Exclude<T, symbol>;
  cancel('Nothing was written.');
  throw gaveUp();
}

const MARKS = { empty: ' ', partial: '…', wrong: '✗', valid: '✓' } as const;

function judgedPrompt(message: string, judge: (typed: string) => TextVerdict): Promise<string | symbol | undefined> {
  const prompt = new TextPrompt({
    // What is not valid is not taken; the verdict below says why already.
    validate: (value = '') => {
      const verdict = judge(value);
      return verdict.state === 'valid' ? undefined : verdict.text;
    },
    render() {
      const title = `${S_BAR}\n${symbol(this.state)}  ${message}`;
      if (this.state === 'submit' || this.state === 'cancel') return `${title}\n${S_BAR}  ${this.userInput}`;
      const { state, text } = judge(this.userInput);
      return `${title}\n${S_BAR}  ${this.userInputWithCursor}\n${S_BAR_END}  ${MARKS[state]} ${text}\n`;
    },
  });
  return prompt.prompt();
}

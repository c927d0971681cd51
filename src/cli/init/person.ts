// What a command can ask a person at a terminal.
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

interface ChoiceQuestion<T extends string> {
  readonly message: string;
  /** Taken by Enter alone. */
  readonly initial: T;
  readonly options: readonly Option<T>[];
}

interface TextQuestion {
  readonly message: string;
  /** Taken by Enter alone. */
  readonly initial?: string;
  /** What an answer looks like, where nothing is proposed. */
  readonly example?: string;
  /** What is wrong with an answer, or undefined. */
  readonly problem: (typed: string) => string | undefined;
}

/** What can be said of a text while it is being typed. */
export interface TextVerdict {
  /** `partial`: nothing is wrong yet, but it is not all there. */
  readonly state: 'empty' | 'partial' | 'wrong' | 'valid';
  readonly text: string;
}

/** Every question throws USAGE when the person gives up (Ctrl-C). Answers come without white space around them. */
export interface Person {
  /** A headline. */
  begin(text: string): void;
  /** A few lines under a title. */
  show(title: string, text: string): void;
  tell(text: string): void;
  choose<T extends string>(question: ChoiceQuestion<T>): Promise<T>;
  /** Enter alone means yes, unless `initial` says no. */
  agree(message: string, initial?: boolean): Promise<boolean>;
  write(question: TextQuestion): Promise<string>;
  /** A text that is judged while it is typed; only a valid one is taken. */
  writeJudged(message: string, judge: (typed: string) => TextVerdict): Promise<string>;
}

export function gaveUp(): PearlError {
  return new PearlError('USAGE', 'The questions were not answered, so nothing was written.', {
    hint: fix`Every question has a flag: ${pearlctl('init', '--help')}`,
  });
}

// What `status --watch` shows, chosen by the reader: a screen for a person at a terminal, a line for each change otherwise.
import { fieldText, readField } from '../../state/status/dotted-field.ts';
import type { StatusModel } from '../../state/status/gather.ts';
import { checkFieldName } from '../field-names.ts';
import type { AskedByKey } from './key-answers.ts';
import { summaryOf } from './run-summary.ts';
import { watchOnTerminal } from './terminal-watch.ts';
import { jsonLine, LineDisplay, type LineOf, watchStatus } from './watch-loop.ts';

export interface WatchOptions {
  readonly json: boolean;
  readonly terminal: { readonly live: boolean; readonly colour: boolean };
  /** Only this value. */
  readonly field: string | undefined;
  readonly signal: AbortSignal;
  /** Of the instance, for keys that give orders. */
  readonly paths: AskedByKey['paths'];
}

/** Watches until the signal. Resolves to the last state that was shown. Throws USAGE for a field that does not exist. */
export async function watch(read: () => Promise<StatusModel>, options: WatchOptions): Promise<StatusModel> {
  const { json, terminal, field, signal, paths } = options;
  if (field !== undefined) checkFieldName(field);
  else if (!json && terminal.live) return watchOnTerminal(read, signal, terminal.colour, paths);
  const lineOf = field !== undefined ? fieldLine(field, json) : json ? jsonLine : textLine;
  return watchStatus(read, new LineDisplay((text) => process.stdout.write(text), lineOf), signal);
}

function fieldLine(name: string, json: boolean): LineOf {
  return (model) => {
    const value = readField(model, name)?.value ?? null;
    const line = json ? JSON.stringify(value) : fieldText(value);
    return { line, counts: line };
  };
}

const textLine: LineOf = (model) => {
  const counts = summaryOf(model);
  return { line: `${new Date().toISOString()} ${counts}`, counts };
};

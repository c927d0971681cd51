// `pearlctl config`: look at the configuration and change single values, with every comment kept.
// Its modules are imported when they are used: the help page needs none of them.

import { EXIT, PearlError } from '../../base/errors.ts';
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { ConfigError } from '../../config/config-error.ts';
import type { EffectiveKey } from '../../config/effective.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import type { ConfigChange } from '../init/write-config.ts';

const ACTIONS = ['show', 'get', 'set', 'unset', 'validate', 'edit'] as const;
type Action = (typeof ACTIONS)[number];
/** How many words each takes behind it. */
const WORDS: Record<Action, number> = {
  show: 0,
  get: 1,
  set: Number.POSITIVE_INFINITY,
  unset: 1,
  validate: 0,
  edit: 0,
};
const FORMS: Record<Action, string> = {
  show: 'show',
  get: 'get KEY',
  set: 'set KEY VALUE',
  unset: 'unset KEY',
  validate: 'validate',
  edit: 'edit',
};

export const command = defineCommand({
  description:
    'Shows the configuration, or changes one value of it. A change that would break the file is refused, and what changed ' +
    'is shown; comments stay. Apply it to a running service with: pearlctl reload.',
  examples: [
    ['pearlctl config show', 'What the file sets'],
    ['pearlctl config show --effective', 'Every key, its value, and where that comes from'],
    ['pearlctl config get miner.threads', 'One value, for scripts'],
    ['pearlctl config set miner.threads 50%', 'Change it'],
    [
      'pearlctl config set pool.url stratum+ssl://a.example:3333 stratum+ssl://b.example:3333',
      'A list: all its values',
    ],
    ['pearlctl config unset miner.memory', 'Back to the default'],
    ['pearlctl config edit', 'Open it in $EDITOR; a mistake is not written'],
  ],
  positionals: {
    action: { choices: ACTIONS, demandOption: true, describe: 'What to do' },
    key: { type: 'string', describe: 'section.key, as `show` prints it', suggest: keyNames },
    value: {
      type: 'string',
      array: true,
      describe: 'The new value, or all values of a list',
      suggestAfter: valuesToSet,
    },
  },
  options: {
    effective: { type: 'boolean', describe: 'With show: every key, also those at their default' },
  },
  async run({ action, key, value = [], effective }, context) {
    const [tooMany] = [key, ...value].slice(WORDS[action]).filter((word) => word !== undefined);
    if (tooMany !== undefined) throw usage(`"${tooMany.slice(0, 40)}" is a word too many.`, FORMS[action]);
    switch (action) {
      case 'show':
        return show(context, effective === true);
      case 'get':
        return get(context, required(key, action));
      case 'set':
        if (value.length === 0) throw usage('The new value is missing.', FORMS.set);
        return change(context, required(key, action), value);
      case 'unset':
        return change(context, required(key, action), null);
      case 'validate':
        return validate(context);
      case 'edit':
        return edit(context);
    }
  },
});

function usage(message: string, form: string): PearlError {
  return new PearlError('USAGE', message, { hint: fix`Type: ${pearlctlByHand('config', ...form.split(' '))}` });
}

function required(key: string | undefined, action: Action): string {
  if (key === undefined) throw usage('The key is missing.', FORMS[action]);
  return key;
}

async function keyNames(): Promise<string[]> {
  return (await import('../../config/key-names.ts')).keyPaths();
}

async function valuesToSet(): Promise<Map<string, readonly string[]>> {
  const choices = (await import('../../config/key-names.ts')).keyChoices();
  return new Map([...choices].map(([key, words]) => [`set ${key}`, words]));
}

async function keysOf({ paths }: Context): Promise<EffectiveKey[]> {
  const { effectiveKeys } = await import('../../config/effective.ts');
  const { readConfigFile } = await import('../../config/config-file.ts');
  return effectiveKeys(await readConfigFile(paths.configFile), paths.configFile);
}

function pathOf({ section, key }: EffectiveKey): string {
  return section === '' ? key : `${section}.${key}`;
}

function textOf({ value, whenUnset }: EffectiveKey): string {
  if (value === null) return `(${whenUnset ?? 'not set'})`;
  return Array.isArray(value) ? value.join(' ') || `(${whenUnset ?? 'none'})` : value;
}

async function show(context: Context, everything: boolean): Promise<number> {
  const keys = (await keysOf(context)).filter(({ origin }) => everything || origin === 'file');
  const width = Math.max(...keys.map((key) => pathOf(key).length));
  const lines = keys.map((key) => {
    const origin = key.origin === 'file' ? `line ${key.line}` : 'default';
    return `${pathOf(key).padEnd(width)}  ${origin.padEnd(8)}  ${textOf(key)}`;
  });
  context.print([context.paths.configFile, ...lines].join('\n'), {
    schemaVersion: 1,
    path: context.paths.configFile,
    keys: keys.map((key) => ({ key: pathOf(key), value: key.value, origin: key.origin, line: key.line })),
  });
  return EXIT.ok;
}

async function get(context: Context, path: string): Promise<number> {
  const { knownKey, splitPath } = await import('../../config/key-names.ts');
  const { section, key } = splitPath(path);
  knownKey(section, key);
  const found = (await keysOf(context)).find((one) => one.section === section && one.key === key);
  const value = found?.value ?? null;
  // Nothing is set and nothing is the default: an empty answer, and the exit code of "no".
  context.print(Array.isArray(value) ? value.join('\n') : (value ?? ''), {
    schemaVersion: 1,
    key: path,
    value,
    origin: found?.origin ?? 'default',
    line: found?.line ?? null,
  });
  return value === null || (Array.isArray(value) && value.length === 0) ? EXIT.no : EXIT.ok;
}

/** Sets the key at `path` to its values, or removes it for null. */
async function change(context: Context, path: string, values: string[] | null): Promise<number> {
  const { editConfig } = await import('../../config/edit-line.ts');
  const { splitPath } = await import('../../config/key-names.ts');
  const { editConfiguration } = await import('../init/write-config.ts');
  const { section, key } = splitPath(path);
  const plan = await editConfiguration(context.paths, (text) => editConfig(text, section, key, values));
  return reportChange(context, plan, 'Already so: nothing was changed.');
}

async function reportChange(
  context: Context,
  { path, changes, remaining }: ConfigChange,
  unchanged: string,
): Promise<number> {
  context.print(changes === '' ? unchanged : changes, {
    schemaVersion: 1,
    path,
    changed: changes !== '',
    changes,
    remaining: remaining.map((problem) => problemModel(problem, context)),
  });
  for (const { message } of remaining) context.say(`Still wrong: ${message}`);
  if (changes !== '' && (await runsNow(context)))
    context.say(context.fixText(fix`Apply it with: ${pearlctl('reload')}`));
  return EXIT.ok;
}

async function runsNow({ paths }: Context): Promise<boolean> {
  const { readStatus } = await import('../../state/status/gather.ts');
  return (await readStatus(paths)).supervisor !== null;
}

function problemModel({ code, key, line, message, fix: remedy }: ConfigError, context: Context): object {
  return { code, key, line, message, hint: remedy === undefined ? null : context.fixText(remedy) };
}

async function validate(context: Context): Promise<number> {
  const { checkConfig } = await import('../../config/configuration.ts');
  const { readConfigFile } = await import('../../config/config-file.ts');
  const { configFile, userHome } = context.paths;
  const { ConfigError } = await import('../../config/config-error.ts');
  const text = await readConfigFile(configFile);
  let problems: readonly ConfigError[];
  try {
    problems = checkConfig(text, configFile, { home: userHome }).problems;
  } catch (error) {
    // What is no INI at all has one problem, and nothing behind it can be judged.
    if (!(error instanceof ConfigError)) throw error;
    problems = [error];
  }
  const [first, ...others] = problems;
  if (first !== undefined && !context.json) {
    for (const problem of others) context.say(`pearlctl: ${problem.message}\n  ${problem.hint ?? ''}`);
    throw first;
  }
  const model = {
    schemaVersion: 1,
    path: configFile,
    valid: first === undefined,
    problems: problems.map((problem) => problemModel(problem, context)),
  };
  context.print(`${configFile} is fine.`, model);
  return first === undefined ? EXIT.ok : first.exitCode;
}

async function edit(context: Context): Promise<number> {
  if (!context.terminal.live || !process.stdin.isTTY) {
    throw usage('There is no terminal to edit on.', FORMS.set);
  }
  const { editInEditor } = await import('../init/editor.ts');
  return reportChange(context, await editInEditor(context.paths), 'Nothing was changed.');
}

// `pearlctl config`: look at the configuration and change single values, with every comment kept.
// Its modules are imported when they are used: the help page needs none of them.
import { EXIT, PearlError } from '../../base/errors.ts';
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { ConfigError } from '../../config/config-error.ts';
import type { EffectiveKey } from '../../config/effective.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../command-context.ts';
import type { ConfigChange } from '../init/write-config.ts';

/** How each is typed, and how many words it takes behind it. */
const FORMS = {
  show: { form: 'show', words: 0 },
  get: { form: 'get KEY', words: 1 },
  set: { form: 'set KEY VALUE', words: Number.POSITIVE_INFINITY },
  unset: { form: 'unset KEY', words: Number.POSITIVE_INFINITY },
  validate: { form: 'validate', words: 0 },
  edit: { form: 'edit', words: 0 },
} as const;
type Action = keyof typeof FORMS;
const SEVERAL = 'set KEY=VALUE KEY=VALUE';
/** The new values of keys; null removes one. */
type Edits = ReadonlyMap<string, readonly string[] | null>;

export const command = defineCommand({
  description:
    'Shows the configuration, or changes values of it. A change that would break the file is refused, and what changed ' +
    'is shown; comments stay. Several keys given as KEY=VALUE are changed and checked together. Apply a change to a running ' +
    'service with: pearlctl reload.',
  examples: [
    ['pearlctl config show', 'What the file sets'],
    ['pearlctl config show --effective', 'Every key, its value, and where that comes from'],
    ['pearlctl config get miner.threads', 'One value, for scripts'],
    ['pearlctl config set miner.threads 50%', 'Change it'],
    [
      'pearlctl config set pool.url stratum+ssl://a.example:3333 stratum+ssl://b.example:3333',
      'A list: all its values',
    ],
    ['pearlctl config set network=mainnet miner.wallet=prl1p…', 'Keys that hang on each other, in one step'],
    ['pearlctl config unset miner.memory', 'Back to the default'],
    ['pearlctl config edit', 'Open it in $EDITOR; a mistake is not written'],
  ],
  positionals: {
    action: { choices: Object.keys(FORMS) as Action[], demandOption: true, describe: 'What to do' },
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
    const { form, words } = FORMS[action];
    const [tooMany] = [key, ...value].slice(words).filter((word) => word !== undefined);
    if (tooMany !== undefined) throw usage(`"${tooMany.slice(0, 40)}" is a word too many.`, form);
    switch (action) {
      case 'show':
        return show(context, effective === true);
      case 'get':
        return get(context, required(key, action));
      case 'set':
        return change(context, editsOf(required(key, action), value, await keyNames()));
      case 'unset':
        return change(context, new Map([required(key, action), ...value].map((path) => [path, null])));
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
  if (key === undefined) throw usage('The key is missing.', FORMS[action].form);
  return key;
}

/** What `set KEY VALUE…` or `set KEY=VALUE…` asks for; a key that stands twice is a list. */
function editsOf(key: string, values: readonly string[], keys: readonly string[]): Edits {
  if (!key.includes('=')) {
    if (values.length === 0) throw usage('The new value is missing.', FORMS.set.form);
    const other = values.find((word) => keys.includes(word));
    if (other !== undefined && values.length > 1) throw usage(`"${other}" is a key, not a value.`, SEVERAL);
    return new Map([[key, values]]);
  }
  const edits = new Map<string, string[]>();
  for (const word of [key, ...values]) {
    const at = word.indexOf('=');
    if (at === -1) throw usage(`"${word.slice(0, 40)}" has no value.`, SEVERAL);
    const path = word.slice(0, at);
    edits.set(path, [...(edits.get(path) ?? []), word.slice(at + 1)]);
  }
  return edits;
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
  const { profileDefaults } = await import('../../config/profiles.ts');
  const keys = effectiveKeys(await readConfigFile(paths.configFile), paths.configFile);
  const profile = keys.find(({ path }) => path === 'rest.profile')?.value ?? null;
  const defaults = profileDefaults(typeof profile === 'string' ? profile : null, paths.scope);
  return keys.map((key) => ({ ...key, value: key.value ?? defaults[key.path] ?? null }));
}

function textOf({ value, whenUnset }: EffectiveKey): string {
  if (value === null) return `(${whenUnset ?? 'not set'})`;
  return Array.isArray(value) ? value.join(' ') || `(${whenUnset ?? 'none'})` : value;
}

async function show(context: Context, everything: boolean): Promise<number> {
  const keys = (await keysOf(context)).filter(({ origin }) => everything || origin === 'file');
  const width = Math.max(...keys.map(({ path }) => path.length));
  const lines = keys.map((key) => {
    const origin = key.origin === 'file' ? `line ${key.line}` : 'default';
    return `${key.path.padEnd(width)}  ${origin.padEnd(8)}  ${textOf(key)}`;
  });
  context.print([context.paths.configFile, ...lines].join('\n'), {
    schemaVersion: 1,
    path: context.paths.configFile,
    keys: keys.map(({ path, value, origin, line }) => ({ key: path, value, origin, line })),
  });
  return EXIT.ok;
}

async function get(context: Context, path: string): Promise<number> {
  const { knownKey, pathOf, splitPath } = await import('../../config/key-names.ts');
  const { section, key } = splitPath(path);
  knownKey(section, key);
  const found = (await keysOf(context)).find((one) => one.path === pathOf(section, key));
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

/** All edits at once: keys that hang on each other are only right together. */
async function change(context: Context, edits: Edits): Promise<number> {
  const { editConfig } = await import('../../config/edit-line.ts');
  const { splitPath } = await import('../../config/key-names.ts');
  const { editConfiguration } = await import('../init/write-config.ts');
  const editAll = (before: string) =>
    [...edits].reduce((text, [path, values]) => {
      const { section, key } = splitPath(path);
      return editConfig(text, section, key, values);
    }, before);
  try {
    const changed = await editConfiguration(context.paths, editAll);
    return await reportChange(context, changed, 'Already so: nothing was changed.');
  } catch (error) {
    throw await withPartner(error, edits);
  }
}

/** An error about a key that hangs on the edited ones, with the line that sets them together. */
async function withPartner(error: unknown, edits: Edits): Promise<unknown> {
  const { ConfigError } = await import('../../config/config-error.ts');
  if (!(error instanceof ConfigError) || error.key === null || [...edits.values()].includes(null)) return error;
  const { networksWithPrefix } = await import('../../protocol/networks.ts');
  const [address] = edits.get('miner.wallet') ?? [];
  const prefix = address?.toLowerCase().split('1')[0];
  const [network] = prefix === undefined ? [] : networksWithPrefix(prefix);
  const needed = network ?? (error.key === 'gateway.kind' ? 'VALUE' : undefined);
  const other = edits.has('network') ? undefined : needed && `network=${needed}`;
  const partner = edits.has(error.key) ? other : `${error.key}=VALUE`;
  if (partner === undefined) return error;
  const words = [...edits].flatMap(([path, values]) => (values ?? []).map((value) => `${path}=${value}`));
  const together = fix`${error.fix ?? error.hint ?? ''} Set them together: ${pearlctlByHand('config', 'set', ...words, partner)}`;
  return new PearlError(error.code, error.message, { hint: together, cause: error });
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
  const { problemsOf } = await import('../../config/config-change.ts');
  const { readConfigFile } = await import('../../config/config-file.ts');
  const { refuseNewerState } = await import('../../state/newer-state.ts');
  const { configFile, userHome } = context.paths;
  const problems = problemsOf(await readConfigFile(configFile), configFile, { home: userHome });
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
  // A start would be refused for it.
  refuseNewerState(context.paths);
  context.print(`${configFile} is fine.`, model);
  return first === undefined ? EXIT.ok : first.exitCode;
}

async function edit(context: Context): Promise<number> {
  if (!context.terminal.live || !process.stdin.isTTY) {
    throw usage('There is no terminal to edit on.', FORMS.set.form);
  }
  const { editInEditor } = await import('../init/editor.ts');
  return reportChange(context, await editInEditor(context.paths), 'Nothing was changed.');
}

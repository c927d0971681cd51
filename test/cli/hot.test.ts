// The hot path and the parser are one grammar: what the first takes, the second takes with the same result.
import fc from 'fast-check';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import type { OptionSpec } from '../../src/cli/command.ts';
import { COMMANDS, findCommand } from '../../src/cli/command-table.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { hotArguments } from '../../src/cli/hot.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { runCli } from './run-cli.ts';

const HOT = COMMANDS.filter(({ hot }) => hot).map(({ name }) => name);
const loaded = new Map(
  await Promise.all(COMMANDS.map(async ({ name, load }) => [name, (await load()).command] as const)),
);

function commandOf(name: string) {
  const [entry, command] = [findCommand(name), loaded.get(name)];
  if (entry === undefined || command === undefined) throw new Error(`there is no ${name}`);
  return { entry, command };
}

function findHot([name = '', ...words]: readonly string[]) {
  return hotArguments(words, commandOf(name).command);
}

/** Every plain spelling of a flag of a command, each once. */
function plainWords(name: string): string[] {
  const { command } = commandOf(name);
  const spellings = Object.entries({ ...GLOBAL_OPTIONS, ...command.options }).map(
    ([flag, { choices, type }]: [string, OptionSpec]) =>
      type === 'boolean' ? [`--${flag}`] : [`--${flag}`, String(choices?.[0] ?? 'x')],
  );
  return spellings.filter((words) => hotArguments(words, command) !== null).flat();
}

t.test('plain spellings of a hot command are recognised', async (t) => {
  for (const { words, args } of [
    { words: ['status'], args: {} },
    { words: ['status', '--json'], args: { json: true } },
    { words: ['status', '--scope', 'system', '--color=never'], args: { scope: 'system', color: 'never' } },
    {
      words: ['status', '--config', '/a b/c.ini', '--instance', 'two'],
      args: { config: '/a b/c.ini', instance: 'two' },
    },
    { words: ['mine', '--gateway', 'unix:/run/gw.sock'], args: { gateway: 'unix:/run/gw.sock' } },
    { words: ['pause', '--json'], args: { json: true } },
  ]) {
    t.same(findHot(words), args, words.join(' '));
  }
  t.same(HOT.toSorted(), ['gateway', 'mine', 'pause', 'resume', 'status', 'supervise']);
});

t.test('everything else is left to the argument parser', async (t) => {
  for (const words of [
    ['status', 'extra'],
    ['status', '--help'],
    ['status', '-h'],
    ['status', '--unknown'],
    ['status', '--json=yes'],
    ['status', '--json', '--json'],
    ['status', '--scope', 'nobody'],
    ['status', '--scope'],
    ['status', '--config='],
    ['status', '--config', '--json'],
    ['status', '--config', '"quoted"'],
    ['status', '--constructor', 'x'],
  ]) {
    t.equal(findHot(words), null, words.join(' '));
  }
});

/** Words that a person or a script might put behind a hot command, right and wrong ones. */
const flag = fc.constantFrom(
  ...['json', 'watch', 'config', 'scope', 'instance', 'color', 'field', 'gateway', 'help', 'x', 'no-json', '__proto__'],
);
const value = fc.oneof(
  fc.constantFrom(
    'user',
    'system',
    'auto',
    'never',
    'state',
    '',
    '-',
    '--',
    '-5',
    '0x10',
    '"a"',
    "'a'",
    'a=b',
    'true',
    'two',
  ),
  fc.string(),
);
const word = fc.oneof(
  flag.map((name) => `--${name}`),
  fc.tuple(flag, value).map(([name, text]) => `--${name}=${text}`),
  value,
  fc.constantFrom('-w', '-h', '-wj'),
);

t.test('what the hot path takes, the parser takes with the same result', async (t) => {
  let taken = 0;
  fc.assert(
    fc.property(fc.constantFrom(...HOT), fc.array(word, { maxLength: 5 }), (name, words) => {
      const found = findHot([name, ...words]);
      if (found === null) return;
      taken += 1;
      const { entry, command } = commandOf(name);
      let args: Record<string, unknown>;
      try {
        args = parseArguments(entry, command, words);
      } catch (error) {
        // The name of an instance is judged where it is used, by the same function, so that a hot command is told as much.
        if (error instanceof PearlError && /instance/.test(error.message)) return;
        throw error;
      }
      const { _: rest, $0: _program, ...given } = args;
      const flags = Object.fromEntries(
        Object.entries(given).filter(([key, one]) => key.length > 1 && one !== undefined),
      );
      t.same({ rest, flags }, { rest: [], flags: found }, [name, ...words].join(' '));
    }),
    { numRuns: 2000 },
  );
  t.ok(taken > 200, `${taken} command lines were hot`);
});

t.test('every hot spelling of a flag is one of the parser', async (t) => {
  for (const name of HOT) {
    const { entry, command } = commandOf(name);
    const words = plainWords(name);
    t.ok(words.includes('--config') && words.includes('--json'), name);
    t.match(parseArguments(entry, command, words), findHot([name, ...words]), words.join(' '));
    const needed = [...Object.values(command.options), ...Object.values(command.positionals)];
    t.notOk(
      needed.some(({ demandOption }) => demandOption),
      `${name} needs no words, which only the parser would miss`,
    );
  }
});

t.test('an impossible name of an instance is refused by a hot command too', async (t) => {
  const home = t.testdir();
  for (const name of HOT) {
    const { code, stderr } = await runCli([name, '--instance', 'A B'], { home });
    t.match({ code, stderr }, { code: 2, stderr: /name of an instance/ }, name);
  }
});

// The hot path and the parser are one grammar: what the first takes, the second takes with the same result.
import fc from 'fast-check';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { COMMANDS, findCommand } from '../../src/cli/command-table.ts';
import { findHot } from '../../src/cli/hot.ts';
import { hotTableOf } from '../../src/cli/hot-flags.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { runCli } from './run-cli.ts';

const TABLE = await hotTableOf(COMMANDS);
const loaded = new Map(
  await Promise.all(COMMANDS.map(async ({ name, load }) => [name, (await load()).command] as const)),
);

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
    t.same(findHot(words, TABLE), { name: words[0], args }, words.join(' '));
  }
  t.same(Object.keys(TABLE).sort(), ['gateway', 'mine', 'pause', 'resume', 'status', 'supervise']);
});

t.test('everything else is left to the argument parser', async (t) => {
  for (const words of [
    [],
    ['constructor'],
    ['verify'],
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
    t.equal(findHot(words, TABLE), null, words.join(' ') || '(nothing)');
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
    fc.property(fc.constantFrom(...Object.keys(TABLE)), fc.array(word, { maxLength: 5 }), (name, words) => {
      const call = findHot([name, ...words], TABLE);
      if (call === null) return;
      taken += 1;
      const entry = findCommand(name);
      const command = loaded.get(name);
      if (entry === undefined || command === undefined) throw new Error(`there is no ${name}`);
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
      t.same({ rest, flags }, { rest: [], flags: call.args }, [name, ...words].join(' '));
    }),
    { numRuns: 2000 },
  );
  t.ok(taken > 200, `${taken} command lines were hot`);
});

t.test('every hot spelling of a flag is one of the parser', async (t) => {
  for (const [name, { switches, values }] of Object.entries(TABLE)) {
    const words = [
      ...switches.map((one) => `--${one}`),
      ...Object.entries(values).flatMap(([one, choices]) => [`--${one}`, choices === 'any' ? 'x' : (choices[0] ?? '')]),
    ];
    const entry = findCommand(name);
    const command = loaded.get(name);
    if (entry === undefined || command === undefined) throw new Error(`there is no ${name}`);
    t.match(parseArguments(entry, command, words), findHot([name, ...words], TABLE)?.args, words.join(' '));
  }
});

t.test('an impossible name of an instance is refused by a hot command too', async (t) => {
  const home = t.testdir();
  for (const name of Object.keys(TABLE)) {
    const { code, stderr } = await runCli([name, '--instance', 'A B'], { home });
    t.match({ code, stderr }, { code: 2, stderr: /name of an instance/ }, name);
  }
});

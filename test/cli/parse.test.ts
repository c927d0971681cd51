// What yargs refuses is said in our words, and nothing is guessed at.
import fc from 'fast-check';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { COMMANDS, findCommand } from '../../src/cli/command-table.ts';
import { parseArguments } from '../../src/cli/parse.ts';

/** What the words after `pearlctl` are read as, or the sentence and the hint that refuse them. */
async function read(line: string): Promise<Record<string, unknown> | string> {
  const [name = '', ...words] = line.split(' ');
  const entry = findCommand(name);
  if (entry === undefined) throw new Error(`there is no ${name}`);
  const { command } = await entry.load();
  try {
    const { _: _rest, $0: _program, ...args } = parseArguments(entry, command, words);
    return args;
  } catch (error) {
    if (!(error instanceof PearlError)) throw error;
    return `${error.message} ${error.hint}`;
  }
}

t.test('types, defaults, lists and short names are read', async (t) => {
  t.match(await read('shares -n 7'), { limit: 7 });
  t.match(await read('shares'), { limit: 20 });
  t.match(await read('bench --seconds 1.5 --threads 1,2'), { seconds: 1.5, threads: '1,2', shape: 'light' });
  t.match(await read('init --pool a --pool b --yes'), { pool: ['a', 'b'], yes: true });
  t.match(await read('metrics --hive -'), { hive: '-' });
  t.match(await read('config set miner.threads 0x10'), { action: 'set', key: 'miner.threads', value: ['0x10'] });
  t.match(await read('uninstall --dry-run'), { dryRun: true, purge: false });
});

for (const [line, says] of [
  ['config', '<action> is missing: show, get, set, unset, validate, edit. See: pearlctl config --help'],
  ['config frob', '"frob" is not one of show, get, set, unset, validate, edit. See: pearlctl config --help'],
  ['config set a -- --b', '"--b" is a word too many for config. See: pearlctl config --help'],
  ['config set a --b', '--b is not an option of config. See: pearlctl config --help'],
  ['status x', '"x" is a word too many for status. See: pearlctl status --help'],
  ['status --config', '--config takes a value. See: pearlctl status --help'],
  ['status --config -x', '--config takes a value. See: pearlctl status --help'],
  ['status --scope=', '--scope takes a value. See: pearlctl status --help'],
  ['status --scope mine', '--scope takes one of user, system. See: pearlctl status --help'],
  ['status --config a --config b', '--config was given more than once. See: pearlctl status --help'],
  ['status -j', '-j is not an option of status. Did you mean: --json'],
  ['status --no-json', '--no-json is not an option of status. See: pearlctl status --help'],
  ['status --constructor', '--constructor is not an option of status. See: pearlctl status --help'],
  ['status --jsno', '--jsno is not an option of status. Did you mean: --json'],
  ['install --dry-run=yes', '--dry-run takes no value. See: pearlctl install --help'],
  ['shares --limit 0', '--limit takes a whole number from 1 to 1000000. See: pearlctl shares --help'],
  ['shares --limit often', '--limit takes a whole number from 1 to 1000000. See: pearlctl shares --help'],
  ['shares --limit=', '--limit takes a whole number from 1 to 1000000. See: pearlctl shares --help'],
  ['verify --cert-version 1.5', '--cert-version takes a whole number. See: pearlctl verify --help'],
  ['attach', '--gateway-url is missing: http://HOST:PORT|unix:PATH. See: pearlctl attach --help'],
  ['init --calibrate --no-calibrate', '--no-calibrate does not go with --calibrate. Leave one of them out.'],
  ['metrics --hive - --template alerts', '--template does not go with --hive. Leave one of them out.'],
  ['verify --batch --proof -', '--proof does not go with --batch. Leave one of them out.'],
] as const) {
  t.test(`pearlctl ${line}`, async (t) => t.equal(await read(line), says));
}

t.test('whatever is typed, a command is called with what it takes or refused in one sentence', async () => {
  const all = await Promise.all(COMMANDS.map(async (entry) => ({ entry, command: (await entry.load()).command })));
  const words = fc.array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        '--',
        '-',
        '--json',
        '--scope',
        '--limit',
        '-n',
        '--no-linger',
        '--__proto__',
        '--constructor',
        '-y',
      ),
      fc.string().map((text) => `--${text}`),
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...all), words, ({ entry, command }, typed) => {
      try {
        parseArguments(entry, command, typed);
      } catch (error) {
        if (!(error instanceof PearlError) || error.code !== 'USAGE' || error.hint === undefined) throw error;
        if (/\0/.test(error.message) && !typed.some((word) => word.includes('\0'))) throw error;
      }
    }),
    { numRuns: 1500 },
  );
});

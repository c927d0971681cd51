import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { renderHelpOverview } from '../../src/cli/help-overview.ts';
import { renderHelp } from '../../src/cli/help-page.ts';
import { runCli } from './run-cli.ts';

/** The golden text; `UPDATE_GOLDEN=1` writes it, for a person to review. */
function golden(name: string, found: string): string {
  const path = fileURLToPath(new URL(`golden/help/${name}.txt`, import.meta.url));
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, found);
  }
  return readFileSync(path, 'utf8');
}

t.test('the overview lists every command, once', async (t) => {
  const overview = renderHelpOverview(COMMANDS);
  t.equal(overview, golden('overview', overview));
  for (const { name } of COMMANDS) {
    const lines = overview.split('\n').filter((line) => line.startsWith(`  ${name} `));
    t.equal(lines.length, 1, name);
  }
});

t.test('the help of every command is its golden page, teaches by example, and fits', async (t) => {
  for (const entry of COMMANDS) {
    await t.test(entry.name, async (t) => {
      const { command } = await entry.load();
      const page = renderHelp(entry, command, 80);
      t.equal(page, golden(entry.name, page));
      t.ok(entry.summary.length <= 60, 'a summary of at most 60 characters');
      t.notMatch(entry.summary, /\.$/, 'without a full stop');
      t.ok(command.examples.length > 0, 'at least one example');
      for (const [line] of command.examples) t.match(line, /pearlctl|npm run/, line);
      for (const [name, option] of Object.entries(command.options)) t.ok(option.describe, `--${name} is explained`);
      for (const [name, argument] of Object.entries(command.positionals))
        t.ok(argument.describe, `<${name}> is explained`);
      const examples = new Set(command.examples.map(([line]) => `  ${line}`));
      const narrow = renderHelp(entry, command, 60).split('\n');
      // Example lines and long flags stay whole, so that they can be copied.
      const wide = narrow.filter((line) => line.length > 60 && !examples.has(line) && !line.trim().startsWith('--'));
      t.same(wide, [], 'fits 60 columns');
    });
  }
});

t.test('help is found in every spelling, and on standard output', async (t) => {
  const home = t.testdir();
  const page = (await runCli(['verify', '--help'], { home })).stdout;
  t.match(page, /^pearlctl verify: /);
  for (const words of [
    ['help', 'verify'],
    ['verify', '-h'],
    ['verify', '--batch', '--nonsense', '--help'],
  ]) {
    t.same(await runCli(words, { home }), { code: 0, stdout: page, stderr: '' }, words.join(' '));
  }
  const overview = renderHelpOverview(COMMANDS);
  for (const words of [[], ['help'], ['--help'], ['-h']]) {
    t.same(await runCli(words, { home }), { code: 0, stdout: overview, stderr: '' }, words.join(' ') || '(nothing)');
  }
});

t.test('what is mistyped is answered with what was probably meant', async (t) => {
  const home = t.testdir();
  for (const { words, says } of [
    { words: ['statsu'], says: /^pearlctl: "statsu" is not a command\.\n {2}Did you mean: pearlctl status\n$/ },
    { words: ['xyzzy'], says: /^pearlctl: "xyzzy" is not a command\.\n {2}All commands: pearlctl --help\n$/ },
    { words: ['--json', 'status'], says: /^\{"error":\{"code":"USAGE",/ },
    {
      words: ['status', '--jsno'],
      says: /^pearlctl: --jsno is not an option of status\.\n {2}Did you mean: --json\n$/,
    },
    {
      words: ['status', '--scope', 'mine'],
      says: /^pearlctl: --scope takes one of user, system\.\n {2}See: pearlctl status --help\n$/,
    },
    { words: ['status', '--config'], says: /^pearlctl: --config takes a value\.\n/ },
    { words: ['status', '--config', 'a', '--config', 'b'], says: /^pearlctl: --config was given more than once\.\n/ },
    { words: ['status', 'extra'], says: /^pearlctl: [^\n]*extra[^\n]*\.\n/ },
    {
      words: ['shares', '--limit', '0'],
      says: /^pearlctl: --limit takes [^\n]+\n {2}See: pearlctl shares --help\n$/,
    },
    {
      words: ['attach'],
      says: /^pearlctl: --gateway-url is missing: http:[^\n]+\n {2}See: pearlctl attach --help\n$/,
    },
    { words: ['config'], says: /^pearlctl: <action> is missing: show, [^\n]+\n/ },
    { words: ['config', 'frob'], says: /^pearlctl: "frob" is not one of show, [^\n]+\n/ },
  ]) {
    const run = await runCli(words, { home });
    t.match(run, { code: 2, stdout: '', stderr: says }, words.join(' '));
  }
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { inAscii, isAsciiLocale } from '../../src/cli/ascii-output.ts';
import { runCli } from './run-cli.ts';

t.test('a locale without UTF-8 is told from one with, in the order of locale(7)', async (t) => {
  for (const env of [
    { LANG: 'C' },
    { LANG: 'POSIX' },
    { LANG: 'de_DE.ISO-8859-1' },
    { LC_ALL: 'C', LANG: 'C.UTF-8' },
  ]) {
    t.equal(isAsciiLocale(env), true, JSON.stringify(env));
  }
  for (const env of [{}, { LANG: '' }, { LANG: 'C.UTF-8' }, { LC_CTYPE: 'en_US.utf8', LANG: 'C' }]) {
    t.equal(isAsciiLocale(env), false, JSON.stringify(env));
  }
});

t.test('every sign of our screens has its ASCII, and names keep theirs', async (t) => {
  const folder = join(import.meta.dirname, 'golden', 'help');
  const text = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  t.match(text.join(''), /…/, 'the help pages have such signs');
  t.notMatch(inAscii(text.join('')), /[^\n -~]/);
  t.equal(inAscii('✓ a → b … ▁▂▃▄▅▆▇█ ░'), '* a -> b ... _.--=+*# .');
  t.equal(inAscii('/home/zoë'), '/home/zoë');
});

t.test('LANG=C gets ASCII, on both streams; JSON stays as it is', async (t) => {
  const home = t.testdir();
  const run = (...words: string[]) => runCli(words, { home, env: { LANG: 'C' } });
  const shown = await run('doctor', 'wallet');
  t.match(shown.stdout, /^ {2}- wallet/m);
  const wrong = await run('zoë');
  t.match(wrong.stderr, /ë/, 'what was typed is told as it was typed');
  t.match((await run('doctor', 'wallet', '--json')).stdout, /"schemaVersion"/);
});

import fc from 'fast-check';
import t from 'tap';
import { splitWords } from '../../../src/cli/init/init-words.ts';

t.test('an editor’s command line is split as people mean it, and nothing in it is expanded', async (t) => {
  for (const [line, words] of [
    ['vi', ['vi']],
    ['  code   --wait ', ['code', '--wait']],
    ['"/Applications/My Editor/bin/ed" -n', ['/Applications/My Editor/bin/ed', '-n']],
    ['emacs -q --eval \'(x "y")\'', ['emacs', '-q', '--eval', '(x "y")']],
    ['/opt/my\\ ed a\\\\b', ['/opt/my ed', 'a\\b']],
    ["ed '$HOME' `id` $(id) ; rm", ['ed', '$HOME', '`id`', '$(id)', ';', 'rm']],
    ['ed ""', ['ed', '']],
    ['', []],
    ['ed "open', null],
  ] as const) {
    t.same(splitWords(line), words, line);
  }
});

t.test('words in single quotes come back as they were, whatever is in them', async () => {
  const word = fc.string().filter((text) => !text.includes("'"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      const line = words.map((one) => `'${one}'`).join(' ');
      return JSON.stringify(splitWords(line)) === JSON.stringify(words);
    }),
  );
});

// What the documents tell people to type can be typed: each command exists and takes these words, each check and each key
// that is named is there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findCommand } from '../../src/cli/command-table.ts';
import { splitWords } from '../../src/cli/init/init-words.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { keyPaths } from '../../src/config/key-names.ts';
import { CHECKS } from '../../src/doctor/all-checks.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'docs/operations.md', 'docs/comparison.md', 'docs/upstreams.md'];

/** Command lines in back-quotes, and those behind a prompt in console blocks; comments and what follows `;` taken apart. */
function commandsOf(text: string): string[] {
  const prompts = [...text.matchAll(/^\$ (.*)$/gm)].map((match) => match[1]?.replace(/ {2,}#.*$/, '') ?? '');
  const quoted = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  return [...prompts, ...quoted]
    .flatMap((line) => line.split(/; | && /))
    .map((line) => line.trim().replace(/^sudo /, ''))
    .filter((line) => /^pearlctl [a-z]/.test(line));
}

for (const page of PAGES) {
  t.test(page, async (t) => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', page), 'utf8');
    const lines = commandsOf(text);
    t.ok(lines.length > 0, 'there are commands to look at');
    for (const line of new Set(lines)) {
      const [, name = '', ...words] = splitWords(line) ?? [];
      const entry = findCommand(name);
      if (entry === undefined) {
        t.fail(`${line}: there is no such command`);
        continue;
      }
      const { command } = await entry.load();
      let args: Record<string, unknown> = {};
      t.doesNotThrow(() => {
        args = parseArguments(entry, command, words);
      }, line);
      const ids = CHECKS.map(({ id }) => id);
      if (name === 'doctor') for (const id of (args.check ?? []) as string[]) t.ok(ids.includes(id), `${line}: ${id}`);
      if (name === 'config' && args.key) t.ok(keyPaths().includes(String(args.key)), `${line}: ${args.key}`);
    }
  });
}

t.test('links between the documents lead somewhere', async (t) => {
  for (const page of PAGES) {
    const folder = join(import.meta.dirname, '..', '..', page, '..');
    const text = readFileSync(join(import.meta.dirname, '..', '..', page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target)) continue;
      t.doesNotThrow(() => readFileSync(join(folder, target)), `${page}: ${target}`);
    }
  }
});

t.test('the number of checks that is told is how many there are', async (t) => {
  for (const page of PAGES) {
    const text = readFileSync(join(import.meta.dirname, '..', '..', page), 'utf8');
    for (const [, told] of text.matchAll(/(\d+) checks/g)) t.equal(Number(told), CHECKS.length, page);
  }
});

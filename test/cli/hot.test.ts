import t from 'tap';
import { findHot } from '../../src/cli/hot.ts';

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
  ]) {
    t.match(findHot(words), { args }, words.join(' '));
  }
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
    ['status', '--constructor', 'x'],
  ]) {
    t.equal(findHot(words), null, words.join(' ') || '(nothing)');
  }
});

import t from 'tap';
import { describeTerminal } from '../../src/cli/terminal.ts';

const tty = { isTTY: true, columns: 61 };

t.test('colour follows the flag, then the environment, then the terminal', async (t) => {
  for (const { stream, env, choice, colour } of [
    { stream: tty, env: {}, choice: 'auto', colour: true },
    { stream: {}, env: {}, choice: 'auto', colour: false },
    { stream: tty, env: { NO_COLOR: '1' }, choice: 'auto', colour: false },
    { stream: tty, env: { NO_COLOR: '' }, choice: 'auto', colour: true },
    { stream: tty, env: { NO_COLOR: '1' }, choice: 'always', colour: true },
    { stream: tty, env: {}, choice: 'never', colour: false },
    { stream: {}, env: { CLICOLOR_FORCE: '1' }, choice: 'auto', colour: true },
    { stream: {}, env: { CLICOLOR_FORCE: '0' }, choice: 'auto', colour: false },
    { stream: {}, env: { CLICOLOR_FORCE: '1', NO_COLOR: '1' }, choice: 'auto', colour: false },
    { stream: tty, env: { CLICOLOR: '0' }, choice: 'auto', colour: false },
    { stream: tty, env: { TERM: 'dumb' }, choice: 'auto', colour: false },
  ] as const) {
    t.equal(describeTerminal(stream, env, choice).colour, colour, JSON.stringify({ stream, env, choice }));
  }
});

t.test('a terminal tells its width, a pipe is taken for 80 columns and is never redrawn', async (t) => {
  t.same(describeTerminal(tty, {}, 'never'), { colour: false, width: 61, live: true });
  t.same(describeTerminal({}, {}, 'never'), { colour: false, width: 80, live: false });
  t.equal(describeTerminal(tty, { TERM: 'dumb' }, 'never').live, false);
});

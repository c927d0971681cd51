import { execa } from 'execa';
import t from 'tap';
import { CLI } from './run-cli.ts';

/** Tells the address of every module that is loaded on a line of stderr, from a thread of its own. */
const HOOKS = `export async function load(url, context, next) {
  if (!url.startsWith('node:')) process._rawDebug('loaded ' + url);
  return next(url, context);
}`;
const dataUrl = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
const REGISTER = dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(HOOKS))});`);

/** The modules that a command loads, by their path from dist/js on, or whole where they lie elsewhere. */
async function loadedBy(home: string, ...args: string[]): Promise<string[]> {
  const { stderr } = await execa(process.execPath, ['--import', REGISTER, CLI, ...args], {
    env: { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('loaded '))
    .map((line) => line.slice('loaded '.length))
    .map((url) => url.split('/dist/js/')[1] ?? url);
}

/** The last is the door to the addon, which it does not open. */
const PACKED = ['base/errors.js', 'cli.js', 'native/native.js'];

t.test('the entry is a program by itself, also after it was built again', async (t) => {
  const { stdout } = await execa(CLI, ['--version']);
  t.match(stdout, /^pearlctl \d/);
});

t.test('hot commands load what was packed for them, and no dependency', async (t) => {
  const home = t.testdir();
  for (const args of [['status'], ['status', '--json'], ['--version']]) {
    const loaded = await loadedBy(home, ...args);
    t.same(loaded.sort(), PACKED, `pearlctl ${args.join(' ')}`);
  }
  for (const name of ['pause', 'resume']) {
    const loaded = await loadedBy(home, name);
    // With what tells that nothing is there to be paused.
    const telling =
      /^(?:cli\/(?:report-error|advice-flags)|base\/fix|config\/paths|service\/(?:meant-scope|place|service-names))\.js$/;
    const packed = loaded.filter((url) => !telling.test(url));
    t.same(packed.sort(), [...PACKED, `cli/commands/${name}.js`].sort(), `pearlctl ${name}`);
  }
});

t.test('help loads the command it is about, but no parser, no schema and no addon', async (t) => {
  const home = t.testdir();
  for (const args of [
    ['--help'],
    ...['verify', 'status', 'doctor', 'config', 'completion', 'self-test'].map((name) => [name, '--help']),
  ]) {
    const loaded = await loadedBy(home, ...args);
    t.ok(loaded.includes('cli/run-command-line.js'), `pearlctl ${args.join(' ')} takes the long way`);
    t.same(
      loaded.filter((url) => url.includes('node_modules') || url.endsWith('.node')),
      [],
      `pearlctl ${args.join(' ')}`,
    );
  }
});

t.test(
  'the processes of the service start without the argument parser: a miner that died is missed for as long',
  async (t) => {
    const home = t.testdir();
    for (const name of ['supervise', 'gateway', 'mine']) {
      const loaded = await loadedBy(home, name, '--scope', 'user', '--config', 'missing.ini');
      t.ok(loaded.includes(`cli/commands/${name}.js`), name);
      t.same(
        loaded.filter((url) => url.includes('yargs')),
        [],
        name,
      );
    }
  },
);

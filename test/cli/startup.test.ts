// What a start reads of pearlctl: the hot commands one part, the others no more than they need.
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t from 'tap';
import { partScript, readCompiled, thisNode } from '../../scripts/bundle/load-part.ts';

const [COMPILED, SHIPPED] = ['js/cli.js', 'bundle/pearlctl.cjs'].map((path) =>
  fileURLToPath(new URL(`../../dist/${path}`, import.meta.url)),
) as [string, string];

/** Tells the address of every ES module that is loaded on a line of stderr, from a thread of its own. */
const HOOKS = `export async function load(url, context, next) {
  if (!url.startsWith('node:')) process._rawDebug('loaded ' + url);
  return next(url, context);
}`;
const dataUrl = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
/** And the path of every file that is read at once, as CommonJS is. */
const REGISTER = dataUrl(`import fs from 'node:fs';
import { register } from 'node:module';
register(${JSON.stringify(dataUrl(HOOKS))});
const { readFileSync } = fs;
fs.readFileSync = (path, ...rest) => {
  process._rawDebug('loaded ' + path);
  return readFileSync(path, ...rest);
};`);

/** The modules that a command loads, by their path from dist/js on, or whole where they lie elsewhere. */
async function loadedBy(home: string, program: string, ...args: string[]): Promise<string[]> {
  const { stderr } = await execa(process.execPath, ['--import', REGISTER, program, ...args], {
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

t.test('the entry is a program by itself, also after it was built again', async (t) => {
  const { stdout } = await execa(SHIPPED, ['--version']);
  t.match(stdout, /^pearlctl \d/);
});

t.test('a hot command reads one part, and what V8 made of it', async (t) => {
  const home = t.testdir();
  for (const [part, ...args] of [
    ['version', '--version'],
    ['version', '-V'],
    ['status', 'status'],
    ['status', 'status', '--json'],
    ['status', 'status', '--field', 'state'],
    ['pause', 'pause'],
    ['resume', 'resume', '--json'],
  ] as const) {
    const loaded = await loadedBy(home, SHIPPED, ...args);
    const own = loaded.filter((path) => path.includes('/dist/')).map((path) => basename(path));
    t.same([...new Set(own)].sort(), ['pearlctl.cjs', `quick-${part}.bin`, `quick-${part}.cjs`], args.join(' '));
  }
});

t.test('what V8 made of the parts is taken by the Node that built them, and by no other', async (t) => {
  const folder = t.testdir();
  for (const part of ['version', 'status', 'pause', 'resume'].map((name) => `quick-${name}`)) {
    const file = join(dirname(SHIPPED), part);
    const text = readFileSync(`${file}.cjs`, 'latin1');
    const compiled = readCompiled(`${file}.bin`);
    t.equal(partScript(part, text, compiled).cachedDataRejected, false, part);
    t.equal(partScript(part, `${text} `, compiled).cachedDataRejected, true, part);
    // The same version built by other hands.
    const other = Buffer.from(
      thisNode()
        .toString()
        .replace(/\d+\n$/, '1\n'),
    );
    writeFileSync(join(folder, 'other.bin'), Buffer.concat([other, compiled ?? other]));
    t.equal(readCompiled(join(folder, 'other.bin')), undefined);
    t.ok(
      text.length < 100_000,
      `${part} is small: ${text.length} bytes are parsed at each start where this is not taken`,
    );
    t.notMatch(text, /\bimport\(|[^\0-\x7f]/, 'it asks its entry for the rest');
  }
});

t.test('a part without it, or with one that is cut off, answers the same', async (t) => {
  const home = t.testdir();
  const folder = t.testdir();
  cpSync(dirname(SHIPPED), folder, { recursive: true });
  const answer = async (program: string) =>
    execa(process.execPath, [program, 'status', '--json'], { env: { PEARLCTL_HOME: home }, reject: false });
  const { exitCode, stdout } = await answer(SHIPPED);
  truncateSync(join(folder, 'quick-status.bin'), 1000);
  t.match(await answer(join(folder, 'pearlctl.cjs')), { exitCode, stdout });
  rmSync(join(folder, 'quick-status.bin'));
  t.match(await answer(join(folder, 'pearlctl.cjs')), { exitCode, stdout });
});

t.test('help loads the command it is about, but no parser, no schema and no addon', async (t) => {
  const home = t.testdir();
  for (const args of [
    ['--help'],
    ...['verify', 'status', 'doctor', 'config', 'completion', 'self-test'].map((name) => [name, '--help']),
  ]) {
    const loaded = await loadedBy(home, COMPILED, ...args);
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
      const loaded = await loadedBy(home, COMPILED, name, '--scope', 'user', '--config', 'missing.ini');
      t.ok(loaded.includes(`cli/commands/${name}.js`), name);
      t.same(
        loaded.filter((url) => url.includes('yargs')),
        [],
        name,
      );
    }
  },
);

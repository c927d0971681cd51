import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import t from 'tap';
import { processIdentity } from '../../src/state/sidecar/identity.ts';
import { until } from '../fixtures/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A clone with only what set-up looks at before it builds anything. */
function bareClone(t: { testdir(): string }): string {
  const clone = t.testdir();
  for (const path of ['scripts/setup.mjs', 'package.json', 'rust-toolchain.toml', 'native/Cargo.toml']) {
    cpSync(join(root, path), join(clone, path), { recursive: true });
  }
  return clone;
}

/** A folder for PATH in which the given tools answer with these words, or are these scripts. */
function toolFolder(clone: string, tools: Readonly<Record<string, string>>): string {
  const folder = join(clone, 'tools');
  mkdirSync(folder, { recursive: true });
  for (const [name, answer] of Object.entries(tools)) {
    writeFileSync(join(folder, name), answer.startsWith('#!') ? answer : `#!/bin/sh\necho "${answer}"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

async function setUp(clone: string, tools: Readonly<Record<string, string>>) {
  const { exitCode, stderr } = await execa(process.execPath, [join(clone, 'scripts/setup.mjs')], {
    env: { PATH: toolFolder(clone, tools) },
    extendEnv: false,
    reject: false,
    timeout: 30_000,
  });
  return { exitCode, stderr };
}

t.test('set-up says which tool is missing or too old, and how to get it', async (t) => {
  for (const { title, tools, says } of [
    {
      title: 'no Rust',
      tools: {},
      says: /^pearlctl: Rust [\d.]+ or newer is needed, no working cargo was found\.\n {2}Install/,
    },
    {
      title: 'old Rust',
      tools: { cargo: 'cargo 1.70.0', rustc: 'rustc 1.70.0 (old)' },
      says: /is needed, rustc 1\.70\.0 \(old\) was found\.\n {2}Install/,
    },
    {
      title: 'no C compiler',
      tools: { cargo: 'cargo 9.0.0', rustc: 'rustc 9.0.0' },
      says: /^pearlctl: A C compiler is needed, none was found\.\n {2}/,
    },
  ]) {
    await t.test(title, async (t) => {
      const { exitCode, stderr } = await setUp(bareClone(t), tools);
      t.equal(exitCode, 78);
      t.match(stderr, says);
      t.equal(stderr.split('\n').length, 2, 'one sentence and one hint');
    });
  }
});

t.test('set-up uses the toolchain that rustup has, and fetches no other', async (t) => {
  const rustc = '#!/bin/sh\necho "rustc 1.1.1 ($RUSTUP_TOOLCHAIN)"\n';
  const rustup = (...installed: string[]) => `#!/bin/sh\ncat <<'END'\n${installed.join('\n')}\nEND\n`;
  const rows: [title: string, rustup: string, used: string][] = [
    ['its default', rustup('1.90.0-x', '1.95.0-x (active, default)'), '1.95.0-x'],
    ['the only one', rustup('1.95.0-x'), '1.95.0-x'],
    ['what the file names', rustup('stable-x', '1.95.0-x (default)'), ''],
    ['none', rustup('no installed toolchains'), ''],
  ];
  for (const [title, program, used] of rows) {
    const tools = { rustup: program.replaceAll('cat', '/bin/cat'), rustc, cargo: 'cargo 1.1.1' };
    const { exitCode, stderr } = await setUp(bareClone(t), tools);
    t.equal(exitCode, 78);
    t.match(stderr, `rustc 1.1.1 (${used}) was found`, title);
  }
});

t.test('set-up refuses an old Node before it looks at anything else', async (t) => {
  const clone = bareClone(t);
  const manifest = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8'));
  writeFileSync(join(clone, 'package.json'), JSON.stringify({ ...manifest, engines: { node: '>=99.1' } }));
  const { exitCode, stderr } = await setUp(clone, {});
  t.equal(exitCode, 78);
  t.match(stderr, `pearlctl: Node 99.1 or newer is needed, ${process.versions.node} was found.`);
});

/** Makes what each step makes; the TypeScript build also does so when it fails, as the compiler's does. */
const NPM = `#!/bin/sh
PATH=/usr/bin:/bin
mkdir -p node_modules dist/native dist/js dist/bundle
case "$*" in
  *build:scripts*) mkdir -p dist/scripts; : >dist/scripts/test.js ;;
  *build:native*) : >dist/native/index.cjs ;;
  *build:ts*) cp src/cli.ts dist/js/cli.js; ! grep -q broken src/cli.ts ;;
  *bundle*) : >dist/bundle/pearlctl.mjs ;;
  *) : >node_modules/.package-lock.json ;;
esac
`;

t.test('a build that failed is not taken for the one before it once the change is taken back', async (t) => {
  const clone = bareClone(t);
  mkdirSync(join(clone, 'src'));
  const tools = { cargo: 'cargo 9.0.0', rustc: 'rustc 9.0.0', cc: 'cc 9.0.0', npm: NPM };
  const build = async (text: string) => {
    writeFileSync(join(clone, 'src', 'cli.ts'), text);
    const { exitCode, stderr } = await setUp(clone, tools);
    return { exitCode, built: readFileSync(join(clone, 'dist', 'js', 'cli.js'), 'utf8'), stderr };
  };
  t.match(await build('one'), { exitCode: 0, built: 'one' });
  t.notMatch((await build('one')).stderr, 'TypeScript', 'made already');
  t.match(await build('broken'), { exitCode: 1, built: 'broken' });
  t.match(await build('one'), { exitCode: 0, built: 'one' });
});

/** Tools of which `cargo` and what fetches packages are the given scripts; `ready` is a named pipe between the two. The addon is slow to build. */
function waitingTools(clone: string, { cargo, packages }: Record<'cargo' | 'packages', string>) {
  execaSync('mkfifo', [join(clone, 'ready')]);
  const script = (text: string) => `#!/bin/sh\nPATH=/usr/bin:/bin\n${text}\n`;
  return {
    rustc: script('echo "rustc 9.0.0"; echo "host: x86_64-unknown-linux-gnu"'),
    cc: 'cc 9.0.0',
    cargo: script(`case "$*" in build*) ${cargo} ;; *) echo "cargo 9.0.0" ;; esac`),
    npm: script(`
mkdir -p node_modules dist/native dist/js dist/bundle dist/scripts
case "$*" in
  *build:scripts*) : >dist/scripts/test.js ;;
  *build:native*) sleep 0.5; : >dist/native/index.cjs ;;
  *build:ts*) test -e dist/native/index.cjs && : >dist/js/cli.js ;;
  *bundle*) : >dist/bundle/pearlctl.mjs ;;
  *) ${packages} ;;
esac`),
  };
}

t.test('Rust is compiled while packages are fetched, and TypeScript with the types of the addon', async (t) => {
  const clone = bareClone(t);
  const tools = waitingTools(clone, {
    cargo: 'echo "$*" >asked; echo >ready',
    packages: 'read -r _ <ready; : >node_modules/.package-lock.json',
  });
  t.match(await setUp(clone, tools), { exitCode: 0, stderr: /^set-up: service bundle … [\d.]+ s$/m });
  t.match(readFileSync(join(clone, 'asked'), 'utf8'), '--locked --target x86_64-unknown-linux-gnu');
});

t.test('a step that fails ends the others, and its words are said', async (t) => {
  const clone = bareClone(t);
  const tools = waitingTools(clone, {
    cargo: 'echo $$ >pid; echo >ready; exec sleep 300',
    packages: 'read -r _ <ready; echo "Line 7 is wrong."; exit 3',
  });
  t.match(await setUp(clone, tools), {
    exitCode: 3,
    stderr: /^Line 7 is wrong\.\n\npearlctl: `npm ci --no-audit --no-fund` failed \(exit 3\)\.$/m,
  });
  const pid = Number(readFileSync(join(clone, 'pid'), 'utf8'));
  await until('the compiler to end', () => processIdentity(pid) === null);
});
